// Package echoware lets what was written for echo go on: its middleware as plugins, its handlers as endpoints, and an
// API inside an application of echo.
//
//	type API struct {
//		Limit  api.Plugin // echoware.Use(nil, middleware.RateLimiter(store))
//		Report api.Raw    `route:"/report/{id}"` // echoware.Handler(e, report)
//	}
//
// Contexts belong to an instance of echo, which gives them its Binder, Validator, Renderer and Logger; nil is a plain
// one. Parameters of the path are found as echo has them, by c.Param. An *echo.HTTPError answers with a problem.
package echoware

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Use makes a plugin of echo's middleware, the first outermost. It sees the answers of endpoints as they are written;
// see [api.Around].
func Use(e *echo.Echo, mw ...echo.MiddlewareFunc) api.Plugin {
	e = instance(e)
	h := func(c echo.Context) error {
		next, ok := c.Get(nextKey).(http.Handler)
		if !ok {
			return fmt.Errorf("echoware: %s goes on with another context than the one that it got", c.Path())
		}
		next.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	for _, m := range slices.Backward(mw) {
		h = m(h)
	}
	return api.Around(func(w http.ResponseWriter, r *http.Request, next http.Handler) error {
		c := newContext(e, w, r)
		c.Set(nextKey, next)
		return answer(h(c))
	})
}

// nextKey is where a context keeps what the middleware goes around.
const nextKey = "echoware.next"

// Handler makes an endpoint of echo's handler.
func Handler(e *echo.Echo, h echo.HandlerFunc) api.Raw {
	e = instance(e)
	return func(w http.ResponseWriter, r *http.Request) error { return answer(h(newContext(e, w, r))) }
}

// Mount serves h, the handler of a service or an [api.Mux] that has its APIs below prefix, inside an application of echo.
func Mount(e *echo.Echo, prefix string, h http.Handler) {
	serve := func(c echo.Context) error {
		h.ServeHTTP(c.Response(), c.Request())
		return nil
	}
	prefix = strings.TrimSuffix(prefix, "/")
	if prefix != "" {
		e.Any(prefix, serve)
	}
	e.Any(prefix+"/*", serve)
}

func instance(e *echo.Echo) *echo.Echo {
	if e == nil {
		e = echo.New()
		e.IPExtractor = echo.ExtractIPDirect()
	}
	return e
}

// newContext makes a context of its own for the request: one of echo's pool would be used again while a handler may
// still hold it.
func newContext(e *echo.Echo, w http.ResponseWriter, r *http.Request) echo.Context {
	c := e.NewContext(r, w)
	call, ok := api.CallFrom(r.Context())
	if !ok {
		return c
	}
	ep := call.Endpoint()
	names := ep.PathNames()
	values := call.PathValues()
	c.SetPath(ep.Path)
	c.SetParamNames(names...)
	c.SetParamValues(values...)
	return c
}

// answer makes of echo's error what answers it.
func answer(err error) error {
	var he *echo.HTTPError
	if !errors.As(err, &he) {
		return err
	}
	detail, ok := he.Message.(string)
	if !ok {
		detail = fmt.Sprint(he.Message)
	}
	if he.Code < 400 || he.Code > 599 {
		return fmt.Errorf("echoware: %d is no status of an error: %w", he.Code, err)
	}
	if he.Code >= 500 {
		detail = ""
	}
	return api.Errorf(he.Code, code(he.Code), "%s", detail).Cause(he)
}

// code is the text of a status as a code: "too_many_requests".
func code(status int) string {
	return strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_")
}
