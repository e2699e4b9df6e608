package foreign

import (
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// typing are the members of a parameter of 2.0 that belong to the schema of one of 3.
var typing = []string{
	"type", "format", "items", "default", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum", "maxLength", "minLength", "pattern",
	"maxItems", "minItems", "uniqueItems", "enum", "multipleOf", "x-nullable",
}

func isTyping(key string) bool {
	return slices.Contains(typing, key) || strings.HasPrefix(key, "x-enum")
}

// parameter makes one of 3 of a parameter or header of 2.0 that is not in the body.
func parameter(p *tree.Object) *tree.Object {
	if p.Has("$ref") {
		return p
	}
	out, schema := &tree.Object{}, &tree.Object{}
	for _, m := range p.Members {
		switch {
		case isTyping(m.Key):
			schema.Set(m.Key, m.Value)
		case m.Key == "x-example":
			out.Set("example", m.Value)
		case m.Key != "collectionFormat" && m.Key != "schema":
			out.Set(m.Key, m.Value)
		}
	}
	if p.Text("in") == "path" {
		out.Set("required", true)
	}
	listed(out, p, p.Text("in") == "query")
	innerLists(schema)
	if o := p.Object("schema"); o != nil && len(schema.Members) == 0 {
		schema = o
	}
	out.Set("schema", schema)
	return out
}

// listed tells how the items of a list are put together: separated by commas, if p does not say otherwise.
func listed(out, p *tree.Object, inQuery bool) {
	if p.Text("type") != "array" {
		return
	}
	style, explode := "form", false
	switch p.Text("collectionFormat") {
	case "multi":
		explode = true
	case "ssv":
		style = "spaceDelimited"
	case "pipes":
		style = "pipeDelimited"
	case "tsv":
		out.Set("x-collectionFormat", "tsv") // nothing says it in 3
	}
	if inQuery {
		out.Set("style", style)
		out.Set("explode", explode)
	} else if format := p.Text("collectionFormat"); format != "" && format != "csv" {
		out.Set("x-collectionFormat", format)
	}
}

// innerLists keeps the formats of lists in lists, which 3 has no words for.
func innerLists(schema *tree.Object) {
	for o := schema.Object("items"); o != nil; o = o.Object("items") {
		if format, ok := o.Delete("collectionFormat").(string); ok && format != "csv" {
			o.Set("x-collectionFormat", format)
		}
	}
}

// requestBody makes one of parameters in the body: the one that is all of it, or those of a form.
func (s *swagger) requestBody(parameters []*tree.Object, consumes []any) *tree.Object {
	if i := slices.IndexFunc(parameters, func(p *tree.Object) bool { return p.Text("in") == "body" }); i >= 0 {
		return s.wholeBody(parameters[i], consumes)
	}
	var required []any
	file := false
	properties, encodings := &tree.Object{}, &tree.Object{}
	for _, p := range parameters {
		name := p.Text("name")
		properties.Set(name, formMember(p))
		file = file || p.Text("type") == "file"
		if p.Get("required") == true {
			required = append(required, name)
		}
		encoding := &tree.Object{}
		if listed(encoding, p, true); len(encoding.Members) > 0 {
			encodings.Set(name, encoding)
		}
	}
	schema := &tree.Object{}
	schema.Set("type", "object")
	schema.Set("properties", properties)
	body := &tree.Object{}
	if len(required) > 0 {
		schema.Set("required", required)
		body.Set("required", true)
	}
	content := s.contentOf(schema, formTypes(consumes, file))
	if len(encodings.Members) > 0 {
		for _, m := range content.Members {
			m.Value.(*tree.Object).Set("encoding", s.copy(encodings))
		}
	}
	body.Set("content", content)
	return body
}

func (s *swagger) wholeBody(p *tree.Object, consumes []any) *tree.Object {
	body := &tree.Object{}
	for _, m := range p.Members {
		if m.Key != "name" && m.Key != "in" && m.Key != "schema" {
			body.Set(m.Key, m.Value)
		}
	}
	schema := p.Object("schema")
	if schema == nil {
		schema = &tree.Object{}
	}
	body.Set("content", s.contentOf(schema, consumes))
	return body
}

// formMember is the schema of a parameter of a form.
func formMember(p *tree.Object) *tree.Object {
	schema := &tree.Object{}
	for _, m := range p.Members {
		switch {
		case isTyping(m.Key), m.Key == "description", m.Key == "example", isExtension(m.Key) && m.Key != "x-example":
			schema.Set(m.Key, m.Value)
		case m.Key == "x-example":
			schema.Set("example", m.Value)
		}
	}
	innerLists(schema)
	return schema
}

// formTypes are those of the media types that a form can have.
func formTypes(consumes []any, file bool) (l []any) {
	const plain, multipart = "application/x-www-form-urlencoded", "multipart/form-data"
	for _, t := range consumes {
		if t == multipart || t == plain && !file {
			l = append(l, t)
		}
	}
	switch {
	case len(l) > 0:
		return l
	case file:
		return []any{multipart}
	}
	return []any{plain}
}
