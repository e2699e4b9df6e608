package openapi

import (
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// parameter is nil for headers that a document cannot have as parameters.
func (b *builder) parameter(ep *api.Endpoint, p *schema.Param, names map[string]string) *Parameter {
	q := &Parameter{Name: p.Name, In: p.In, Required: p.Required() || p.In == "path", Schema: b.catalog.Param(p)}
	q.Description, q.Schema.Description = q.Schema.Description, ""
	switch p.In {
	case "header":
		if slices.Contains([]string{"Accept", "Content-Type", "Authorization"}, p.Name) {
			return nil
		}
	case "path":
		q.Name = names[p.Name]
		pattern, rest := ep.Pattern(p.Name)
		if q.Rest = rest; q.Schema.Pattern == "" && slices.Equal(q.Schema.Type, schema.SchemaTypes{"string"}) {
			q.Schema.Pattern = schema.ECMAPattern(pattern)
		}
	case "query":
		switch {
		case p.Deep():
			q.Style, q.Explode = "deepObject", new(true)
		case p.Split():
			q.Explode = new(false)
		}
	}
	return q
}

func (b *builder) body(v *api.Body) *RequestBody {
	body := &RequestBody{}
	add := func(typ string, s *schema.JSONSchema) *MediaType {
		m := body.Content.at(typ)
		if s != nil {
			m.Schema = &Schema{JSONSchema: s}
		}
		return m
	}
	switch {
	case v.Members != nil:
		body.Required = slices.ContainsFunc(v.Members.Members(), func(m schema.Member) bool { return m.Required() })
		add("application/json", b.catalog.Members(v.Members))
	case v.Whole != nil:
		body.Required = needsBody(v.Whole)
		add("application/json", b.catalog.Input(v.Whole))
	}
	for _, typ := range v.Text {
		if typ == "text/*" {
			typ = "text/plain"
		}
		add(typ, &schema.JSONSchema{Type: schema.SchemaTypes{"string"}})
	}
	for _, typ := range v.Raw {
		add(typ, nil)
	}
	if v.File != nil {
		body.Required = body.Required || v.File.Required
		for _, typ := range orBinary(v.File.Accept) {
			add(typ, fileSchema(*v.File))
		}
	}
	if v.Form != nil {
		body.Required = b.form(v.Form, add) || body.Required
	}
	return body
}

func orBinary(types []string) []string {
	if len(types) == 0 {
		return []string{"application/octet-stream"}
	}
	return types
}

// needsBody tells whether an absent body, which counts as an object without members, is not enough.
func needsBody(p *schema.Plan) bool {
	o := p.Object()
	return o == nil || slices.ContainsFunc(o.Members(), func(m schema.Member) bool { return m.Required() })
}

// form adds the media types of a form, and tells whether it must have something. One that needs a file can only be
// multipart.
func (b *builder) form(f *api.Form, add func(string, *schema.JSONSchema) *MediaType) (required bool) {
	texts := &schema.JSONSchema{Type: schema.SchemaTypes{"object"}}
	for _, p := range f.Fields {
		texts.Properties = append(texts.Properties, schema.SchemaProperty{Name: p.Name, Schema: b.catalog.Param(p)})
		if p.Required() {
			texts.Required = append(texts.Required, p.Name)
		}
	}
	all := *texts
	all.Properties, all.Required = slices.Clone(texts.Properties), slices.Clone(texts.Required)
	var accepts Map[Encoding]
	needsFile := false
	for _, file := range f.Files {
		all.Properties = append(all.Properties, schema.SchemaProperty{Name: file.Name, Schema: fileSchema(file)})
		if file.Required {
			all.Required, needsFile = append(all.Required, file.Name), true
		}
		if len(file.Accept) > 0 {
			accepts = append(accepts, Entry[Encoding]{Key: file.Name, Value: Encoding{strings.Join(file.Accept, ", ")}})
		}
	}
	add("multipart/form-data", &all).Encoding = accepts
	if !needsFile {
		add("application/x-www-form-urlencoded", texts)
	}
	return len(all.Required) > 0
}

func fileSchema(f api.FormFile) *schema.JSONSchema {
	one := &schema.JSONSchema{Type: schema.SchemaTypes{"string"}, Format: "binary", MaxLength: new(int(f.MaxSize)), Accept: f.Accept}
	if !f.Many {
		return one
	}
	list := &schema.JSONSchema{Type: schema.SchemaTypes{"array"}, Items: one, MaxItems: &f.MaxItems}
	if f.MinItems > 0 {
		list.MinItems = &f.MinItems
	}
	return list
}
