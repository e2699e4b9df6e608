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
// parameters, servers, security, texts and extensions. It fails for a document of which that makes too much.
func Actions(doc *tree.Object) (l []Action, err error) {
	room := maxCopied
	for _, m := range doc.Object("paths").All() {
		item, ok := m.Value.(*tree.Object)
		if !ok || isExtension(m.Key) {
			continue
		}
		referred := item.Has("$ref")
		item = pathItem(doc, item)
		for _, member := range item.Members {
			op, ok := member.Value.(*tree.Object)
			if !ok || !slices.Contains(Methods, member.Key) {
				continue
			}
			own := tree.Size(op)
			op = tree.Clone(op).(*tree.Object)
			if room -= inherit(doc, item, op); referred {
				room -= own
			}
			if room < 0 {
				return nil, errCopied
			}
			l = append(l, Action{m.Key, member.Key, op})
		}
	}
	return l, nil
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

// inherit adds to an operation what is said of several, and returns how many values that is.
func inherit(doc, item, op *tree.Object) (added int) {
	add := func(key string, v any) {
		if !op.Has(key) {
			added += tree.Size(v)
			op.Set(key, tree.Clone(v))
		}
	}
	own := op.List("parameters")
	told := map[[2]string]bool{}
	for _, p := range own {
		told[ParameterKey(doc, p)] = true
	}
	var shared []any
	for _, p := range item.List("parameters") {
		if !told[ParameterKey(doc, p)] {
			added += tree.Size(p)
			shared = append(shared, tree.Clone(p))
		}
	}
	if len(shared) > 0 {
		op.Set("parameters", append(shared, own...))
	}
	for _, m := range item.Members {
		if m.Key == "summary" || m.Key == "description" || m.Key == "servers" || isExtension(m.Key) {
			add(m.Key, m.Value)
		}
	}
	for _, key := range []string{"servers", "security"} {
		if doc.Has(key) {
			add(key, doc.Get(key))
		}
	}
	return added
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
