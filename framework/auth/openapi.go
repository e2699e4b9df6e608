package auth

import "github.com/utilmeta/utilmeta-go/framework/api"

// A Documented is a Method that tells how its credential looks to clients, for the service's document.
type Documented interface {
	SecurityScheme() api.SecurityScheme
}

var (
	_ api.Identifier = (*Current[struct{}])(nil)
	_ api.Identifier = (*Maybe[struct{}])(nil)
)

// SecuritySchemes tells the methods of the endpoint's [Users]; nobody is refused.
func (*Current[M]) SecuritySchemes(ep *api.Endpoint) (schemes []api.SecurityScheme, optional bool) {
	return schemesOf[M](ep), false
}

// SecuritySchemes tells the methods of the endpoint's [Users]; nobody is served too.
func (*Maybe[M]) SecuritySchemes(ep *api.Endpoint) (schemes []api.SecurityScheme, optional bool) {
	return schemesOf[M](ep), true
}

func schemesOf[M any](ep *api.Endpoint) (l []api.SecurityScheme) {
	for _, p := range ep.Plugins() {
		u, ok := p.(*Users[M])
		if !ok {
			continue
		}
		l = nil // those further in count
		for _, method := range u.Methods {
			if d, ok := method.(Documented); ok {
				l = append(l, d.SecurityScheme())
			}
		}
	}
	return l
}
