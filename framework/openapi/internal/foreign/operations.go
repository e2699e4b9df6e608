package foreign

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// An Action is an operation at its place.
type Action struct {
	Path, Method string // the method in lower case
	Operation    *tree.Object
}

// Actions lists the operations of a document. Each tells by itself what the document and the path tell for several:
// parameters, servers, security, texts and extensions.
func Actions(doc *tree.Object) (l []Action) {
	for _, m := range doc.Object("paths").All() {
		item, ok := m.Value.(*tree.Object)
		if !ok || isExtension(m.Key) {
			continue
		}
		item = pathItem(doc, item)
		for _, member := range item.Members {
			op, ok := member.Value.(*tree.Object)
			if !ok || !slices.Contains(Methods, member.Key) {
				continue
			}
			op = tree.Clone(op).(*tree.Object)
			inherit(doc, item, op)
			l = append(l, Action{m.Key, member.Key, op})
		}
	}
	return l
}

// pathItem is the item with what it refers to.
func pathItem(doc, item *tree.Object) *tree.Object {
	if !item.Has("$ref") {
		return item
	}
	whole := &tree.Object{}
	for _, m := range item.Members {
		if m.Key != "$ref" {
			whole.Set(m.Key, m.Value)
		}
	}
	for _, m := range follow(doc, item).All() {
		if !whole.Has(m.Key) {
			whole.Set(m.Key, m.Value)
		}
	}
	return whole
}

func inherit(doc, item, op *tree.Object) {
	own := op.List("parameters")
	var shared []any
	for _, p := range item.List("parameters") {
		if !slices.ContainsFunc(own, func(q any) bool { return ParameterKey(doc, q) == ParameterKey(doc, p) }) {
			shared = append(shared, tree.Clone(p))
		}
	}
	if len(shared) > 0 {
		op.Set("parameters", append(shared, own...))
	}
	for _, m := range item.Members {
		if m.Key == "summary" || m.Key == "description" || m.Key == "servers" || isExtension(m.Key) {
			inheritMember(op, m.Key, m.Value)
		}
	}
	for _, key := range []string{"servers", "security"} {
		if doc.Has(key) {
			inheritMember(op, key, doc.Get(key))
		}
	}
}

func inheritMember(op *tree.Object, key string, v any) {
	if !op.Has(key) {
		op.Set(key, tree.Clone(v))
	}
}

// ParameterKey tells parameters apart: where it is and its name.
func ParameterKey(doc *tree.Object, p any) [2]string {
	o, _ := p.(*tree.Object)
	o = follow(doc, o)
	return [2]string{o.Text("in"), o.Text("name")}
}

// Follow is what v refers to inside the document, v itself if it is no reference, nil if that is no object.
func Follow(doc *tree.Object, v any) *tree.Object {
	o, _ := v.(*tree.Object)
	return follow(doc, o)
}
