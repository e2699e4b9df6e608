package openapi

import (
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// security asks plugins and injected types how requests say whose they are. Each scheme is enough by itself; refused
// tells whether there are requests that are answered with 401.
func (b *builder) security(ep *api.Endpoint) (l []Requirement, refused bool) {
	optional, asked := true, false
	ask := func(v any) {
		id, ok := v.(api.Identifier)
		if !ok {
			return
		}
		schemes, open := id.SecuritySchemes(ep)
		asked, optional = asked || len(schemes) > 0, optional && open
		refused = refused || !open
		for _, s := range schemes {
			// One who has lost a session is a stranger; a token that is not valid is refused everywhere.
			refused = refused || s.In != "cookie"
			b.scheme(s)
			if !slices.ContainsFunc(l, func(r Requirement) bool { return r[s.Name] != nil }) {
				l = append(l, Requirement{s.Name: {}})
			}
		}
	}
	for _, p := range ep.Plugins() {
		ask(p)
	}
	for _, v := range ep.Injected() {
		ask(v)
	}
	if asked && optional {
		l = append(l, Requirement{})
	}
	return l, refused
}

func (b *builder) scheme(s api.SecurityScheme) {
	*b.doc.Components.SecuritySchemes.at(s.Name) = SecurityScheme{
		Type: s.Type, Description: s.Description, Name: s.Parameter, In: s.In, Scheme: s.Scheme, BearerFormat: s.Format, OpenIDConnectURL: s.URL,
	}
}
