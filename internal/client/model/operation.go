package model

import (
	"cmp"
	"slices"
	"strings"
)

// operation reads one operation, and tells its tag.
func (b *builder) operation(path, method string, item, n *node) (tag string, op *Operation) {
	if tags := n.texts("tags"); len(tags) > 0 && len(Words(tags[0])) > 0 {
		tag = tags[0]
	}
	op = &Operation{Method: strings.ToUpper(method), Path: path, Deprecated: n.is("deprecated")}
	op.ID = n.text("operationId")
	if len(Words(op.ID)) == 0 {
		op.ID = method + " " + strings.NewReplacer("{", "by ", "}", "").Replace(path)
	}
	op.Name = withoutPrefix(op.ID, tag)
	op.Doc = cmp.Or(n.text("description"), n.text("summary"))
	if summary := n.text("summary"); !strings.HasPrefix(op.Doc, summary) {
		op.Doc = summary + "\n\n" + op.Doc
	}
	op.Params = b.params(op, path, item, n)
	op.Body = b.body(n.get("requestBody"), op.ID)
	b.answers(op, n.get("responses"))
	b.security(op, n)
	return tag, op
}

// params are those of the operation and of its path, the former in the place of the latter.
func (b *builder) params(op *Operation, path string, item, n *node) (l []*Param) {
	type key struct{ in, name string }
	at := map[key]int{}
	for _, p := range slices.Concat(item.list("parameters"), n.list("parameters")) {
		p = b.deref(p)
		q := b.param(p, op.ID)
		if q == nil || q.In == "path" && !strings.Contains(path, "{"+q.Name+"}") {
			continue
		}
		k := key{q.In, q.Name}
		if i, ok := at[k]; ok {
			l[i] = q
			continue
		}
		at[k] = len(l)
		l = append(l, q)
	}
	for rest := path; ; {
		_, after, ok := strings.Cut(rest, "{")
		name, after, closed := strings.Cut(after, "}")
		if !ok || !closed {
			return l
		}
		rest = after
		if _, ok := at[key{"path", name}]; !ok {
			at[key{"path", name}] = len(l)
			l = append(l, &Param{Name: name, In: "path", Required: true, Style: "simple", Type: &Type{Kind: String}})
		}
	}
}

// notParams are headers that other parts of a document tell.
var notParams = map[string]bool{"accept": true, "content-type": true, "authorization": true}

func (b *builder) param(n *node, name string) *Param {
	p := &Param{Name: n.text("name"), In: n.text("in"), Doc: n.text("description"), Required: n.is("required"), Style: n.text("style"), Reserved: n.is("allowReserved"), Rest: n.is("x-rest")}
	switch p.In {
	case "path":
		p.Required = true
		p.Style = cmp.Or(p.Style, "simple")
	case "query", "cookie":
		p.Style = cmp.Or(p.Style, "form")
	case "header":
		p.Style = "simple"
		if notParams[strings.ToLower(p.Name)] {
			return nil
		}
	default:
		if n != nil {
			b.failf(n, "a parameter in %q: it must be in path, query, header or cookie", p.In)
		}
		return nil
	}
	if p.Name == "" {
		b.failf(n, "a parameter without a name")
		return nil
	}
	p.Explode = p.Style == "form"
	if n.has("explode") {
		p.Explode = n.is("explode")
	}
	s := n.get("schema")
	if content := n.get("content"); content != nil && len(content.keys) > 0 {
		s = content.get(content.keys[0]).get("schema")
		p.Style = "json"
	}
	p.Type = b.schema(s, in, name+" "+p.Name)
	return p
}
