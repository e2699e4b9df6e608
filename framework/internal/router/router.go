// Package router finds the handler of a request by its method and path. It is the only package that knows echo.
package router

import (
	"errors"
	"io"
	"log"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
)

// A Handler answers a request. It returns false when somebody may still hold on to the visit afterwards.
type Handler func(w http.ResponseWriter, r *http.Request, v *Visit) (over bool)

// A Visit is memory that requests take in turns.
type Visit struct {
	Values []string // of the path's parameters, in the order of the path; its strings belong to the request
	Keep   any      // what handlers leave for the next request

	context echo.Context
}

// A Router is an http.Handler. Paths are written with parameters in braces, "/users/{id}"; a fixed segment goes before
// a parameter, and that before one that takes all that is left, "/files/{path...}".
type Router struct {
	echo  *echo.Echo
	fail  func(w http.ResponseWriter, r *http.Request, status int)
	paths map[string]string // by verb and path as echo has it, as they were given
	pool  sync.Pool         // of *Visit
}

// target is what echo finds: a handler that echo "calls" to learn which one it is, so that its context, which is costly
// to set up, needs no request.
type target struct {
	handle Handler
	values func(values []string, r *http.Request) ([]string, bool)
}

func (*target) Error() string { return "found" }

// New makes a router. What no handler answers goes to fail, with the status 404 or, when only the method is
// wrong, 405 and the header Allow set.
func New(fail func(w http.ResponseWriter, r *http.Request, status int)) *Router {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.IPExtractor = echo.ExtractIPDirect()
	e.Logger.SetOutput(io.Discard)
	e.StdLogger = log.New(io.Discard, "", 0)
	rt := &Router{echo: e, fail: fail, paths: map[string]string{}}
	e.HTTPErrorHandler = rt.failed
	return rt
}

// Handle registers h. A handler of GET answers HEAD too, unless HEAD has one of its own.
func (rt *Router) Handle(method, path string, h Handler) {
	values := unescape
	if strings.HasSuffix(path, "...}") {
		values = unescapeRest
	}
	found := &target{h, values}
	f := func(echo.Context) error { return found }
	rt.pool = sync.Pool{} // visits have room for the parameters that there were
	rt.paths[method+" "+translate(path)] = path
	rt.echo.Add(method, translate(path), f)
	if method == http.MethodGet {
		rt.echo.Add(http.MethodHead, translate(path), f)
	}
}

// discard takes what echo's own handlers say when they are asked whether they are ours.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v, _ := rt.pool.Get().(*Visit)
	if v == nil {
		v = &Visit{context: rt.echo.NewContext(nil, discard{})}
	}
	v.context.SetHandler(echo.NotFoundHandler)
	rt.echo.Router().Find(r.Method, echo.GetPath(r), v.context)
	err := v.context.Handler()(v.context)
	found, ok := err.(*target)
	if !ok {
		rt.nothing(w, r, v, err)
		return
	}
	values := v.context.ParamValues()
	if len(values) > 0 {
		if v.Values, ok = found.values(values, r); !ok {
			rt.nothing(w, r, v, echo.ErrNotFound)
			return
		}
	}
	if found.handle(w, r, v) {
		if len(values) > 0 {
			clear(values)
			v.Values = nil
		}
		rt.pool.Put(v)
	}
}

// nothing answers a request that no handler is for.
func (rt *Router) nothing(w http.ResponseWriter, r *http.Request, v *Visit, err error) {
	allow, _ := v.context.Get(echo.ContextKeyHeaderAllow).(string)
	v.context.Reset(nil, discard{})
	v.Values = nil
	rt.pool.Put(v)
	switch err {
	case echo.ErrNotFound:
		rt.fail(w, r, http.StatusNotFound)
	case echo.ErrMethodNotAllowed:
		w.Header().Set("Allow", allow)
		rt.fail(w, r, http.StatusMethodNotAllowed)
	default:
		rt.echo.ServeHTTP(w, r) // OPTIONS
	}
}

// Match finds the path, as it was given to Handle, that a request with the method would go to.
func (rt *Router) Match(method string, r *http.Request) (path string, ok bool) {
	c := rt.echo.AcquireContext()
	defer rt.echo.ReleaseContext(c)
	c.Reset(r, nil)
	rt.echo.Router().Find(method, echo.GetPath(r), c)
	path, ok = rt.paths[method+" "+c.Path()]
	return path, ok
}

func (rt *Router) failed(err error, c echo.Context) {
	status := http.StatusInternalServerError
	var he *echo.HTTPError
	if errors.As(err, &he) {
		status = he.Code
	}
	rt.fail(c.Response().Writer, c.Request(), status)
}

// unescape gives the values of a path with escapes, which are matched before they are resolved: an escaped
// slash is no border of segments.
func unescape(values []string, r *http.Request) ([]string, bool) {
	if r.URL.RawPath == "" {
		return values, true
	}
	plain := make([]string, len(values))
	for i, v := range values {
		s, err := url.PathUnescape(v)
		if err != nil {
			s = v
		}
		plain[i] = s
	}
	return plain, true
}

// unescapeRest is unescape for a path whose last value is all that is left. It is refused where a folder of the same
// name could not be meant by it: a segment that is empty, goes up, or has a slash of its own.
func unescapeRest(values []string, r *http.Request) ([]string, bool) {
	last := len(values) - 1
	for segment := range strings.SplitSeq(values[last], "/") {
		if r.URL.RawPath != "" {
			s, err := url.PathUnescape(segment)
			if err != nil {
				return nil, false
			}
			segment = s
		}
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "/\\\x00") {
			return nil, false
		}
	}
	return unescape(values, r)
}

// translate writes a path as echo wants it.
func translate(path string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		switch {
		case strings.HasSuffix(s, "...}"):
			segments[i] = "*"
		case strings.HasPrefix(s, "{"):
			segments[i] = ":" + strings.Trim(s, "{}")
		default:
			segments[i] = strings.ReplaceAll(s, ":", `\:`)
		}
	}
	return strings.Join(segments, "/")
}
