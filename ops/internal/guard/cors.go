package guard

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// CORS says which pages may read the answers of the Operations API: its own and those of Origins, never all of them.
type CORS struct {
	URL     func() string              // of the Operations API: "https://example.com/ops"
	Origins []string                   // as browsers write them: "https://ops.example.com"
	Hosts   []string                   // names that GET / answers for besides those of URL and of this machine; "*" for all
	Methods func(path string) []string // what a path answers, without OPTIONS
}

// headers are what requests of pages may have.
const headers = "authorization,cache-control,x-utilmeta-node-id,x-node-id,x-utilmeta-connection-key,content-type,content-length,accept,origin,user-agent"

// Handler marks the answers of next, answers OPTIONS, and refuses GET / for hosts and pages that are not the service's.
func (c CORS) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("Vary", "Origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		methods := strings.Join(c.Methods(r.URL.Path), ",")
		allowed := c.allowed(r)
		if allowed != "" {
			h.Set("Access-Control-Allow-Origin", allowed)
			h.Set("Access-Control-Allow-Credentials", "true")
			h.Set("Access-Control-Allow-Methods", methods)
			h.Set("Access-Control-Max-Age", "21600")
		}
		switch {
		case r.Method == http.MethodOptions:
			if h.Set("Allow", methods); allowed != "" {
				h.Set("Access-Control-Allow-Headers", headers)
			}
			w.WriteHeader(http.StatusOK)
		case (r.Method == http.MethodGet || r.Method == http.MethodHead) && c.root(r.URL.Path) && (allowed == "" || !c.host(r.Host)):
			forbid(w)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// Strip takes the marks away from an answer.
func Strip(h http.Header) {
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			delete(h, name)
		}
	}
}

// allowed is the origin that may read the answer, "" for none.
func (c CORS) allowed(r *http.Request) string {
	base, err := url.Parse(c.URL())
	if err != nil {
		return ""
	}
	mine := base.Scheme + "://" + base.Host
	sent, ok := r.Header["Origin"]
	switch {
	case !ok:
		return mine
	case len(sent) == 1 && (sent[0] == mine || slices.Contains(c.Origins, sent[0]) || c.loopback(r, sent[0], base)):
		return sent[0]
	}
	return ""
}

// loopback tells a page that this service has served itself under another name of this machine.
func (c CORS) loopback(r *http.Request, origin string, base *url.URL) bool {
	return LoopbackName(base.Hostname()) && Local(r, nil) == "" && origin == own(r)
}

// root tells the path of the Operations API itself.
func (c CORS) root(path string) bool {
	base, err := url.Parse(c.URL())
	return err == nil && strings.TrimSuffix(path, "/") == strings.TrimSuffix(base.Path, "/")
}

// host tells whether the service answers for a Host.
func (c CORS) host(host string) bool {
	base, err := url.Parse(c.URL())
	if err != nil {
		return false
	}
	name := hostname(host)
	return name != "" && (name == hostname(base.Host) || LoopbackName(name) ||
		slices.ContainsFunc(c.Hosts, func(h string) bool { return h == "*" || hostname(h) == name }))
}

// hostname is a Host without its port, in lower case.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
}

func forbid(w http.ResponseWriter) {
	text, err := json.Marshal(wire.Failed(http.StatusForbidden, "", "this service does not answer for that host or page"))
	if err != nil {
		panic(err) // texts and numbers
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = w.Write(text) // a client that is gone is nobody to tell
}
