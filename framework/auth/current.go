package auth

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Current is the user that a request is from. It is injected: give an input a field of this type, or make it the
// input. A request from nobody is answered with 401, before anything of it is read.
type Current[M any] struct{ User *M }

// Maybe is [Current] for endpoints that serve everybody: User is nil for nobody.
type Maybe[M any] struct{ User *M }

// Inject finds the user, once a request.
func (c *Current[M]) Inject(ctx context.Context) (err error) {
	i, err := identityOf[M](ctx)
	if err != nil {
		return err
	}
	if c.User, err = i.resolve(ctx); err != nil {
		return err
	}
	if c.User == nil {
		return i.plan.challenge(api.Unauthorized("unauthenticated", "log in first"))
	}
	return nil
}

// CheckEndpoint reports an endpoint without [Users].
func (*Current[M]) CheckEndpoint(ep *api.Endpoint) error { return checkUsers[M](ep) }

// Inject finds the user, once a request.
func (m *Maybe[M]) Inject(ctx context.Context) error {
	i, err := identityOf[M](ctx)
	if err != nil {
		return err
	}
	m.User, err = i.resolve(ctx)
	return err
}

// CheckEndpoint reports an endpoint without [Users].
func (*Maybe[M]) CheckEndpoint(ep *api.Endpoint) error { return checkUsers[M](ep) }

func identityOf[M any](ctx context.Context) (*identity[M], error) {
	i, ok := api.Attached[*identity[M]](ctx)
	if !ok {
		return nil, noUsers[M]()
	}
	return i, nil
}

func checkUsers[M any](ep *api.Endpoint) error {
	if slices.ContainsFunc(ep.Plugins(), func(p api.Plugin) bool { _, ok := p.(*Users[M]); return ok }) {
		return nil
	}
	return noUsers[M]()
}

func noUsers[M any]() error {
	m := reflect.TypeFor[M]()
	return fmt.Errorf("no auth.Users[%v] runs around this endpoint: add a field `Auth auth.Users[%v]` to the API or to one above", m, m)
}

// identified is an identity whatever its users are.
type identified interface {
	api.State
	userID(ctx context.Context) any
	knownID() any
}

// Known is the key of the user whom the request of ctx is from, if something has found that out already: it asks
// nothing. It is nil for nobody.
func Known(ctx context.Context) any {
	if i, ok := api.Attached[identified](ctx); ok {
		return i.knownID()
	}
	return nil
}

// ID is the key of the user whom the request of ctx is from; ok is false for nobody, and where no [Users] is a plugin.
// It is for code that knows no users, such as the columns of a query. If the user cannot be found out, for a database
// that fails, it is false and the request is answered with the error in the end.
func ID[K any](ctx context.Context) (id K, ok bool) {
	i, ok := api.Attached[identified](ctx)
	if !ok {
		return id, false
	}
	v := i.userID(ctx)
	if id, ok = v.(K); ok || v == nil {
		return id, ok
	}
	t := reflect.TypeFor[K]()
	if from := reflect.ValueOf(v); from.Kind() == t.Kind() || from.CanInt() && reflect.Zero(t).CanInt() {
		return from.Convert(t).Interface().(K), true
	}
	return id, false
}
