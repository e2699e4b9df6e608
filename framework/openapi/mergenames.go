package openapi

import (
	"encoding/json"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// rename finds names for the components of the document: one that we have too is shared if it is the same with all that
// it refers to, and else gets another name.
func (m *merger) rename() {
	m.names, m.shared, m.needs = map[string]map[string]string{}, map[component]bool{}, map[component][]component{}
	ours := map[component]any{}
	for _, p := range m.builder.doc.Components.parts() {
		ours[p.component] = parsed(p.text)
	}
	var others []component               // whose name is to change
	users := map[component][]component{} // of components: those that refer to them
	m.each(func(kind foreign.Kind, at component, v any) {
		own, taken := ours[at]
		switch {
		case foreign.CleanName(at.name) != at.name, taken && !tree.Equal(own, v):
			others = append(others, at)
		case taken:
			m.shared[at] = true
		}
		m.needs[at] = mentions(kind, v)
		for _, to := range m.needs[at] {
			users[to] = append(users[to], at)
		}
	})
	for i := 0; i < len(others); i++ { // what refers to another thing is not the same
		for _, user := range users[others[i]] {
			if m.shared[user] {
				delete(m.shared, user)
				others = append(others, user)
			}
		}
	}
	taken := map[string]*foreign.Names{}
	for _, s := range foreign.Sections {
		taken[s.Name] = &foreign.Names{}
		m.names[s.Name] = map[string]string{}
	}
	for at := range ours {
		taken[at.section].Take(at.name)
	}
	m.each(func(_ foreign.Kind, at component, _ any) {
		if !taken[at.section].Taken(at.name) {
			taken[at.section].Take(at.name)
		}
	})
	for _, at := range others {
		m.names[at.section][at.name] = taken[at.section].Take(foreign.CleanName(at.name))
	}
}

// mentioned lists what operations refer to.
func (m *merger) mentioned(actions []foreign.Action) (l []component) {
	for _, a := range actions {
		l = append(l, mentions(foreign.Operation, a.Operation)...)
	}
	return l
}

// drop takes away components that only operations needed which are not here, of all that operations needed before.
// What none of them needed stays.
func (m *merger) drop(before []component) {
	was := closure(m.needs, before)
	now := m.mentioned(m.actions)
	for _, hook := range m.doc.Object("webhooks").All() {
		now = append(now, mentions(foreign.PathItem, hook.Value)...)
	}
	m.each(func(_ foreign.Kind, at component, _ any) {
		if !was[at] {
			now = append(now, at)
		}
	})
	is := closure(m.needs, now)
	for at := range was {
		if !is[at] {
			m.doc.Object("components").Object(at.section).Delete(at.name)
		}
	}
}

// each calls f for every component of the foreign document.
func (m *merger) each(f func(kind foreign.Kind, at component, v any)) {
	for _, s := range foreign.Sections {
		for _, c := range m.doc.Object("components").Object(s.Name).All() {
			f(s.Kind, component{s.Name, c.Key}, c.Value)
		}
	}
}

// components adds those that we do not have.
func (m *merger) components() {
	m.each(func(kind foreign.Kind, at component, v any) {
		if m.shared[at] {
			return
		}
		if o, ok := v.(*tree.Object); ok {
			m.rewrite(kind, o)
		}
		name := at.name
		if free := m.names[at.section][name]; free != "" {
			name = free
		}
		m.builder.doc.Components.add(at.section, name, v)
	})
}

// add puts a foreign component into its section.
func (c *Components) add(section, name string, v any) {
	raw := json.RawMessage(tree.Append(nil, v))
	o, _ := v.(*tree.Object)
	switch section {
	case "schemas":
		view := &schema.JSONSchema{Ref: o.Text("$ref"), Title: o.Text("title"), Description: o.Text("description")}
		c.Schemas = append(c.Schemas, Entry[*schema.JSONSchema]{Key: name, Value: view, Raw: raw})
	case "responses":
		view := &Response{Ref: o.Text("$ref"), Description: o.Text("description")}
		c.Responses = append(c.Responses, Entry[*Response]{Key: name, Value: view, Raw: raw})
	case "securitySchemes":
		view := SecurityScheme{
			Type: o.Text("type"), Description: o.Text("description"), Name: o.Text("name"), In: o.Text("in"), Scheme: o.Text("scheme"),
			BearerFormat: o.Text("bearerFormat"), OpenIDConnectURL: o.Text("openIdConnectUrl"),
		}
		c.SecuritySchemes = append(c.SecuritySchemes, Entry[SecurityScheme]{Key: name, Value: view, Raw: raw})
	default:
		m := c.others()[section]
		*m = append(*m, Entry[json.RawMessage]{Key: name, Value: raw})
	}
}

// others are the sections that only foreign documents have.
func (c *Components) others() map[string]*Map[json.RawMessage] {
	return map[string]*Map[json.RawMessage]{
		"parameters": &c.Parameters, "examples": &c.Examples, "requestBodies": &c.RequestBodies, "headers": &c.Headers, "links": &c.Links,
		"callbacks": &c.Callbacks, "pathItems": &c.PathItems,
	}
}
