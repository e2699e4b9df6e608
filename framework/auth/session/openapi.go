package session

import (
	"net/http"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
)

var (
	_ auth.Documented = Plugin{}
	_ api.Refuser     = Plugin{}
	_ api.Identifier  = (*Session)(nil)
	_ api.Identifier  = (*Of[struct{}])(nil)
)

// SecurityScheme tells the cookie, by the name that it has in production if the plugin is there.
func (p Plugin) SecurityScheme() api.SecurityScheme {
	if p.m == nil {
		return api.SecurityScheme{}
	}
	return api.SecurityScheme{
		Name: p.m.Cookie.Name, Type: "apiKey", In: "cookie", Parameter: p.m.cookieName(p.m.production.Load()),
		Description: "The session that the service began.",
	}
}

// Refusals tells the 403 that answers unsafe requests from pages of other origins.
func (p Plugin) Refusals(ep *api.Endpoint) []int {
	if slices.ContainsFunc(ep.Methods(), func(method string) bool { return method != http.MethodGet }) {
		return []int{http.StatusForbidden}
	}
	return nil
}

// SecuritySchemes tells the cookie; a request without one gets a new session.
func (*Session) SecuritySchemes(ep *api.Endpoint) (schemes []api.SecurityScheme, optional bool) {
	return schemesOf(ep), true
}

// SecuritySchemes tells the cookie; a request without one gets a new session.
func (*Of[Data]) SecuritySchemes(ep *api.Endpoint) (schemes []api.SecurityScheme, optional bool) {
	return schemesOf(ep), true
}

// schemesOf tells the plugin that is the closest to the endpoint.
func schemesOf(ep *api.Endpoint) (l []api.SecurityScheme) {
	for _, p := range ep.Plugins() {
		if p, ok := p.(Plugin); ok {
			l = []api.SecurityScheme{p.SecurityScheme()}
		}
	}
	return l
}
