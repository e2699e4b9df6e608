package foreign

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// pathItem makes one of 3.1; parameters of bodies that it has for all operations go into each.
func (s *swagger) pathItem(item *tree.Object) *tree.Object {
	out := &tree.Object{}
	var shared []any
	for _, m := range item.Members {
		if op, ok := m.Value.(*tree.Object); ok && slices.Contains(Methods, m.Key) {
			out.Set(m.Key, op)
			continue
		}
		if m.Key != "parameters" {
			out.Set(m.Key, m.Value)
			continue
		}
		var rest []any
		for _, p := range item.List("parameters") {
			if q, ok := p.(*tree.Object); ok && inBody(s.parameterOf(q)) {
				shared = append(shared, q)
			} else if ok {
				rest = append(rest, parameter(q))
			}
		}
		if len(rest) > 0 {
			out.Set("parameters", rest)
		}
	}
	for i, m := range out.Members {
		if op, ok := m.Value.(*tree.Object); ok && slices.Contains(Methods, m.Key) {
			out.Members[i].Value = s.operation(op, shared)
		}
	}
	return out
}

// operation makes one of 3.1. shared are parameters of the body that the path has.
func (s *swagger) operation(op *tree.Object, shared []any) *tree.Object {
	consumes, produces := s.consumes, s.produces
	if op.Has("consumes") {
		consumes = op.List("consumes")
	}
	if op.Has("produces") {
		produces = op.List("produces")
	}
	var parameters []any
	var body []*tree.Object
	for _, p := range append(slices.Clone(op.List("parameters")), shared...) {
		q, ok := p.(*tree.Object)
		if !ok {
			continue
		}
		if meant := s.parameterOf(q); !inBody(meant) {
			parameters = append(parameters, parameter(q))
		} else if !slices.ContainsFunc(body, func(b *tree.Object) bool { return sameParameter(b, meant) }) {
			body = append(body, s.copy(meant))
		}
	}
	out := &tree.Object{}
	addInputs := func() {
		if len(parameters) > 0 {
			out.Set("parameters", parameters)
		}
		if len(body) > 0 {
			out.Set("requestBody", s.requestBody(body, consumes))
		}
	}
	for _, m := range op.Members {
		switch m.Key {
		case "consumes", "produces", "parameters":
		case "schemes":
			if l := s.servers(op.List("schemes")); len(l) > 0 && s.doc.Text("host") != "" {
				out.Set("servers", l)
			}
		case "responses":
			addInputs()
			if l := s.responses(op.Object("responses"), produces); len(l.Members) > 0 { // 3.1 knows none, but not no member
				out.Set("responses", l)
			}
		default:
			out.Set(m.Key, m.Value)
		}
	}
	addInputs() // where nothing is said of responses
	return out
}

// parameterOf is the parameter that p is or refers to.
func (s *swagger) parameterOf(p *tree.Object) *tree.Object { return follow(s.doc, p) }

func inBody(p *tree.Object) bool { in := p.Text("in"); return in == "body" || in == "formData" }

// sameParameter tells parameters that replace each other: there is one body.
func sameParameter(a, b *tree.Object) bool {
	return a.Text("in") == b.Text("in") && (a.Text("in") == "body" || a.Text("name") == b.Text("name"))
}

func (s *swagger) responses(l *tree.Object, produces []any) *tree.Object {
	out := &tree.Object{}
	for _, m := range l.All() {
		r, ok := m.Value.(*tree.Object)
		switch {
		case !ok || isExtension(m.Key):
			out.Set(m.Key, m.Value)
		case !r.Has("$ref"):
			out.Set(m.Key, s.response(r, produces))
		case slices.Equal(produces, s.produces) || follow(s.doc, r) == nil:
			out.Set(m.Key, r)
		default: // the one that it refers to has other media types
			out.Set(m.Key, s.response(s.copy(follow(s.doc, r)), produces))
		}
	}
	return out
}

func (s *swagger) response(r *tree.Object, produces []any) *tree.Object {
	if r.Has("$ref") {
		return r
	}
	schema, examples := r.Object("schema"), r.Object("examples")
	content := &tree.Object{}
	if schema != nil {
		types := produces
		if schema.Text("type") == "file" {
			types = fileTypes(types)
		}
		content = s.contentOf(schema, types)
	}
	for _, m := range examples.All() {
		media := content.Object(m.Key)
		if media == nil {
			media = &tree.Object{}
			content.Set(m.Key, media)
		}
		media.Set("example", m.Value)
	}
	out := &tree.Object{}
	if !r.Has("description") {
		out.Set("description", "")
	}
	for _, m := range r.Members {
		switch headers, _ := m.Value.(*tree.Object); m.Key {
		case "schema", "examples":
		case "headers":
			for i, h := range headers.All() {
				if h, ok := h.Value.(*tree.Object); ok {
					headers.Members[i].Value = parameter(h)
				}
			}
			out.Set("headers", m.Value)
		default:
			out.Set(m.Key, m.Value)
		}
	}
	if len(content.Members) > 0 {
		out.Set("content", content)
	}
	return out
}

// contentOf has the schema for each media type; JSON if there is none.
func (s *swagger) contentOf(schema *tree.Object, types []any) *tree.Object {
	if len(types) == 0 {
		types = []any{"application/json"}
	}
	content := &tree.Object{}
	for _, t := range types {
		if t, ok := t.(string); ok && s.room >= 0 {
			s.room -= len(t) / 64
			media := &tree.Object{}
			media.Set("schema", s.copy(schema)) // each is rewritten for itself
			content.Set(t, media)
		}
	}
	return content
}

// fileTypes are the media types that a file can have: what goes for the whole document is often JSON.
func fileTypes(produces []any) []any {
	types := slices.DeleteFunc(slices.Clone(produces), func(t any) bool { return t == "application/json" || t == "application/xml" })
	if len(types) == 0 {
		return []any{"application/octet-stream"}
	}
	return types
}
