// Package secure sets the headers that keep browsers from being too helpful.
package secure

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Headers is a plugin that adds headers to every answer:
//
//	X-Content-Type-Options: nosniff
//	Referrer-Policy: no-referrer
//	Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
//	Strict-Transport-Security: max-age=31536000, on TLS or in production
//
// A handler that answers with a page sets a Content-Security-Policy of its own, which stays. Handler does the same for
// what no endpoint answers.
type Headers struct {
	ContentSecurityPolicy string // instead of the one above, which suits answers that are data
	ReferrerPolicy        string // "no-referrer"

	// HSTS is how long browsers shall use nothing but TLS for this host; a year. Negative leaves the header out.
	HSTS       time.Duration
	Subdomains bool // and for those below it

	// Production sends the header on connections without TLS too, for there a proxy may end it. A service sets it by
	// SetProduction.
	Production bool
}

const (
	dataPolicy = "default-src 'none'; frame-ancestors 'none'"
	year       = 365 * 24 * time.Hour
)

// SetProduction sets Production, unless it is set already.
func (s *Headers) SetProduction(production bool) { s.Production = s.Production || production }

// CheckEndpoint reports values that cannot be those of a header.
func (s *Headers) CheckEndpoint(*api.Endpoint) error {
	for name, value := range map[string]string{"ContentSecurityPolicy": s.ContentSecurityPolicy, "ReferrerPolicy": s.ReferrerPolicy} {
		if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
			return fmt.Errorf("secure: %s: a header takes printable ASCII on one line", name)
		}
	}
	if s.HSTS > 0 && s.HSTS < time.Second {
		return errors.New("secure: HSTS is below a second: use a year, or a negative one for none")
	}
	return nil
}

// values are the headers, made once. Shared: nobody may write into them in place.
type values struct{ nosniff, referrer, policy, transport []string }

func (s *Headers) values() values {
	v := values{
		nosniff:  []string{"nosniff"},
		referrer: []string{cmp.Or(s.ReferrerPolicy, "no-referrer")},
		policy:   []string{cmp.Or(s.ContentSecurityPolicy, dataPolicy)},
	}
	if age := cmp.Or(s.HSTS, year); age > 0 {
		transport := fmt.Sprintf("max-age=%d", int64(age/time.Second))
		if s.Subdomains {
			transport += "; includeSubDomains"
		}
		v.transport = []string{transport}
	}
	return v
}

// Wrap adds the headers to the answers of the endpoint.
func (s *Headers) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	v := s.values()
	return func(c *api.Call) error {
		s.set(c.Header(), c.Request(), v)
		return next(c)
	}
}

// Handler adds the headers to everything that h answers.
func (s *Headers) Handler(h http.Handler) http.Handler {
	v := s.values()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.set(w.Header(), r, v)
		h.ServeHTTP(w, r)
	})
}

func (s *Headers) set(h http.Header, r *http.Request, v values) {
	h["X-Content-Type-Options"] = v.nosniff
	h["Referrer-Policy"] = v.referrer
	h["Content-Security-Policy"] = v.policy
	if v.transport != nil && (r.TLS != nil || s.Production) {
		h["Strict-Transport-Security"] = v.transport
	}
}
