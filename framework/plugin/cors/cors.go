// Package cors lets pages of other origins read the answers of an API.
//
//	type RootAPI struct {
//		CORS cors.Policy
//		...
//	}
//
//	policy := cors.Policy{Origins: []string{"https://app.example.com"}}
//
// As a plugin a [Policy] marks the answers of endpoints, and answers what browsers ask beforehand about them. As a part
// of a service, or by [Policy.Handler], it does so for every address.
//
// CORS says who may read answers. It keeps nobody from sending requests: package auth/session refuses those of pages
// that it does not trust.
package cors

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/internal/vary"
)

// A Policy says which pages may read answers. The zero Policy lets none.
type Policy struct {
	// Origins are those of the pages, as browsers write them: "https://app.example.com", with a port unless it is the
	// scheme's own. "*" alone lets every page read, and goes without Credentials.
	Origins []string

	Credentials bool          // browsers may send cookies, and pages read the answers
	Methods     []string      // beyond GET, HEAD and POST; PUT, PATCH and DELETE if empty
	Headers     []string      // of requests, beyond those that are always allowed; Content-Type if empty
	Expose      []string      // headers of answers that pages may read beyond the usual
	MaxAge      time.Duration // how long browsers remember what they asked beforehand; 10 minutes; negative is not at all
}

// rules are a policy as it is applied. Slices are shared: nobody may write into them in place.
type rules struct {
	origins                                    map[string][]string
	all                                        []string // in the place of origins
	credentials, expose, methods, headers, age []string
}

// rules are empty for a policy that is wrong: nobody may read anything then.
func (p Policy) rules() *rules {
	r := &rules{origins: map[string][]string{}}
	if p.Check() != nil {
		return r
	}
	for _, o := range p.Origins {
		if o == "*" {
			r.all = []string{"*"}
		}
		r.origins[o] = []string{o}
	}
	if p.Credentials {
		r.credentials = []string{"true"}
	}
	if len(p.Expose) > 0 {
		r.expose = []string{strings.Join(p.Expose, ", ")}
	}
	methods, headers := p.Methods, p.Headers
	if len(methods) == 0 {
		methods = []string{http.MethodPut, http.MethodPatch, http.MethodDelete}
	}
	if len(headers) == 0 {
		headers = []string{"Content-Type"}
	}
	r.methods = []string{strings.Join(slices.Concat([]string{http.MethodGet, http.MethodHead, http.MethodPost}, methods), ", ")}
	r.headers = []string{strings.Join(headers, ", ")}
	age := p.MaxAge
	if age == 0 {
		age = 10 * time.Minute
	}
	r.age = []string{strconv.FormatInt(int64(max(age, 0)/time.Second), 10)}
	return r
}

// Wrap marks the answers of the endpoint.
func (p Policy) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	r := p.rules()
	return func(c *api.Call) error {
		r.mark(c.Header(), c.Request())
		return next(c)
	}
}

// Preflight answers what browsers ask beforehand about the endpoint.
func (p Policy) Preflight(_ *api.Endpoint, w http.ResponseWriter, req *http.Request) bool {
	p.rules().preflight(w, req)
	return true
}

// Handler answers what browsers ask beforehand, and marks the answers of h, those too that no endpoint gives. It may
// stand around APIs that have the same policy as a plugin; one of their own prevails. With a Policy that Check finds
// wrong it lets nobody read.
func (p Policy) Handler(h http.Handler) http.Handler {
	r := p.rules()
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if isPreflight(req) {
			r.preflight(w, req)
			return
		}
		r.mark(w.Header(), req)
		h.ServeHTTP(w, req)
	})
}

// mark says whether a page may read the answer.
func (r *rules) mark(h http.Header, req *http.Request) bool {
	delete(h, "Access-Control-Allow-Origin") // of a policy further out
	delete(h, "Access-Control-Allow-Credentials")
	delete(h, "Access-Control-Expose-Headers")
	allowed := r.all
	if allowed == nil {
		if len(r.origins) == 0 {
			return false
		}
		vary.Add(h, "Origin")
		if origin := req.Header["Origin"]; len(origin) == 1 {
			allowed = r.origins[origin[0]]
		}
	}
	if allowed == nil {
		return false
	}
	h["Access-Control-Allow-Origin"] = allowed
	if r.credentials != nil {
		h["Access-Control-Allow-Credentials"] = r.credentials
	}
	if r.expose != nil {
		h["Access-Control-Expose-Headers"] = r.expose
	}
	return true
}

// isPreflight tells what a browser asks beforehand from any other OPTIONS.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && len(r.Header["Origin"]) > 0 && len(r.Header["Access-Control-Request-Method"]) > 0
}

// preflight answers a browser that asks whether a page may send a request.
func (r *rules) preflight(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	if r.mark(h, req) {
		delete(h, "Access-Control-Expose-Headers")
		h["Access-Control-Allow-Methods"] = r.methods
		h["Access-Control-Allow-Headers"] = r.headers
		h["Access-Control-Max-Age"] = r.age
	}
	w.WriteHeader(http.StatusNoContent)
}
