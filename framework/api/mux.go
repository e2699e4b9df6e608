package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/internal/router"
)

// DefaultBodyLimit is how many bytes a body may have unless the Mux says otherwise.
const DefaultBodyLimit = 1 << 20

// A Mux serves the APIs that are mounted on it. The zero value is ready for use; its fields must not change
// once it serves.
type Mux struct {
	BodyLimit int64        // bytes; 0 is DefaultBodyLimit
	Inflate   bool         // take bodies that clients have compressed, by gzip or deflate
	Strict    bool         // hold answers against the rules of their types; one that breaks them is a 500, and the log says why
	Logger    *slog.Logger // nil is slog.Default()
	Languages Languages    // that problems are told in besides English

	// Fail answers what fits no endpoint, after the header Allow was set for a method that is not possible; nil sends
	// the problem.
	Fail func(w http.ResponseWriter, r *http.Request, p *Problem)

	once       sync.Once
	router     *router.Router
	translator *translator // nil for English alone
	mistake    error       // in the languages
	endpoints  []*Endpoint
	shapes     map[string]*Endpoint         // by verb and shape of the path
	fields     map[unsafe.Pointer]*Endpoint // by the field of the API
}

func (m *Mux) setUp() {
	m.router = router.New(m.notRouted)
	if m.Languages != nil {
		m.translator, m.mistake = m.Languages.translator()
	}
	m.shapes, m.fields = map[string]*Endpoint{}, map[unsafe.Pointer]*Endpoint{}
}

func (m *Mux) notRouted(w http.ResponseWriter, r *http.Request, status int) {
	p := NotFound("not_found", "nothing is at this address")
	switch status {
	case http.StatusNotFound:
	case http.StatusMethodNotAllowed:
		p = Errorf(status, "method_not_allowed", "%s is not possible here: see the header Allow", r.Method)
	default:
		p = Errorf(status, "internal", "")
	}
	if m.Fail != nil {
		m.Fail(w, r, p)
		return
	}
	writeProblem(w, m.translator.say(p, r, w.Header()))
}

func (m *Mux) logger() *slog.Logger {
	if m == nil || m.Logger == nil {
		return slog.Default()
	}
	return m.Logger
}

func (m *Mux) strict() bool { return m != nil && m.Strict }

func (m *Mux) inflates() bool { return m != nil && m.Inflate }

func (m *Mux) bodyLimit() int64 {
	if m == nil || m.BodyLimit == 0 {
		return DefaultBodyLimit
	}
	return m.BodyLimit
}

// Mount adds every endpoint of the API at root, a pointer to its struct, below prefix: "/api", or "" for the
// top. An empty struct is the API of a service that has none yet. On an error, which lists everything that is wrong with the declaration, nothing is added.
func (m *Mux) Mount(prefix string, root any) error {
	if m.once.Do(m.setUp); m.mistake != nil {
		return m.mistake
	}
	if prefix == "/" {
		prefix = ""
	}
	if prefix != "" {
		if _, err := cleanRoute(prefix); err != nil || strings.ContainsAny(prefix, "{}") {
			return fmt.Errorf("mount %q: write the prefix as /api", prefix)
		}
	}
	v := reflect.ValueOf(root)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return fmt.Errorf("mount %q: want a pointer to an API struct, got %T", prefix, root)
	}
	w := &walker{mux: m, check: true, path: map[visit]bool{}}
	w.api(v.Elem(), scope{path: prefix})
	if len(w.endpoints) == 0 && len(w.errs) == 0 && v.Elem().NumField() > 0 {
		w.errs = append(w.errs, fmt.Errorf("mount %q: %T has no endpoint: its APIs must be fields with endpoints of their own or a tag route", prefix, root))
	}
	w.clashes()
	if err := errors.Join(w.errs...); err != nil {
		return err
	}
	for _, ep := range w.endpoints {
		m.add(ep)
	}
	return nil
}

func (m *Mux) add(ep *Endpoint) {
	m.endpoints = append(m.endpoints, ep)
	wired.Store(ep.closure, ep)
	if _, twice := m.fields[ep.field]; !twice {
		m.fields[ep.field] = ep
	}
	path := ep.Path
	if path == "" {
		path = "/"
	}
	for _, method := range ep.verbs() {
		m.shapes[method+" "+shape(ep.Path)] = ep
		m.router.Handle(method, path, ep.serve)
	}
}

// clashes reports endpoints that one request would fit.
func (w *walker) clashes() {
	seen := map[string]*Endpoint{}
	for _, ep := range w.endpoints {
		for _, method := range ep.verbs() {
			key := method + " " + shape(ep.Path)
			if other := cmp.Or(w.mux.shapes[key], seen[key]); other != nil {
				w.errs = append(w.errs, fmt.Errorf("%s: %s and %s both answer %s %s", ep.Pos, other.Name, ep.Name, method, ep.Path))
			}
			seen[key] = ep
		}
	}
}

// Endpoints lists what is mounted, in the order of the declarations.
func (m *Mux) Endpoints() []*Endpoint { return m.endpoints }

// ServeHTTP answers a request. What fits no endpoint is answered with a problem: 404, or 405 with the header
// Allow. OPTIONS is answered for every path that is mounted.
func (m *Mux) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.once.Do(m.setUp)
	if r.Method == http.MethodOptions && m.preflight(w, r) {
		return
	}
	m.router.ServeHTTP(w, r)
}

// preflight lets the plugins of the endpoint that a browser asks about answer.
func (m *Mux) preflight(w http.ResponseWriter, r *http.Request) bool {
	method := r.Header.Get("Access-Control-Request-Method")
	if method == "" || r.Header.Get("Origin") == "" {
		return false
	}
	path, ok := m.router.Match(method, r)
	if !ok {
		return false
	}
	if path == "/" {
		path = ""
	}
	ep := m.shapes[method+" "+shape(path)]
	if ep == nil {
		return false
	}
	for _, l := range slices.Backward(ep.layers) {
		if p, ok := l.plugin.(Preflighter); ok && p.Preflight(ep, w, r) {
			return true
		}
	}
	return false
}

// URL is the address of the endpoint field with the parameters of in, as a path with its query. It is found
// in the Mux that serves ctx: URL(ctx, &a.Get, &GetInput{Slug: "x"}).
func URL[F any, In any](ctx context.Context, field *F, in *In) (string, error) {
	c, ok := CallFrom(ctx)
	if !ok || c.ep.mux == nil {
		return "", errors.New("api.URL: the context belongs to no request")
	}
	ep := c.ep.mux.fields[unsafe.Pointer(field)]
	if ep == nil {
		return "", fmt.Errorf("api.URL: the %T is no endpoint that is mounted here", field)
	}
	if reflect.TypeFor[In]() != ep.In {
		return "", fmt.Errorf("api.URL: %s takes a %s, not a %s", ep.Name, ep.In, reflect.TypeFor[In]())
	}
	out, err := ep.plan.encode(cmp.Or(ep.Path, "/"), unsafe.Pointer(in))
	if err != nil {
		return "", fmt.Errorf("api.URL: %s: %w", ep.Name, err)
	}
	return out.target(), nil
}
