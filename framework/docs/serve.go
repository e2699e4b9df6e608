package docs

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

const (
	index     = "index.html"
	revisable = "no-cache"                            // to be asked for again, with its ETag
	immutable = "public, max-age=31536000, immutable" // its name has its hash
)

// Handler serves the page, and leaves everything else to next.
func (p *Page) Handler(next http.Handler) http.Handler {
	base := p.base()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.serves(r.URL.Path) || !p.shown(r) {
			next.ServeHTTP(w, r)
			return
		}
		p.secure(w.Header(), r)
		name, below := strings.CutPrefix(r.URL.Path, base+"/")
		switch {
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			refuse(w, api.Errorf(http.StatusMethodNotAllowed, "method_not_allowed", "%s is not possible here: see the header Allow", r.Method))
		case !below:
			// Relative, for a proxy may have put something before the path. The page needs the slash for its files.
			w.Header().Set("Location", base[strings.LastIndexByte(base, '/')+1:]+"/")
			w.Header().Set("Cache-Control", revisable)
			w.WriteHeader(http.StatusPermanentRedirect)
		case isDocument(name):
			p.serveDocument(w, r, name)
		default:
			p.serveFile(w, r, name)
		}
	})
}

func (p *Page) serveDocument(w http.ResponseWriter, r *http.Request, name string) {
	s := p.service.Load()
	d, err := p.documents.of(r.Context(), s)
	if err != nil {
		refuse(w, api.Errorf(http.StatusInternalServerError, "internal", ""))
		return
	}
	w.Header().Set("Cache-Control", p.cacheControl(revisable))
	d.named(name).write(w, r)
}

func (p *Page) serveFile(w http.ResponseWriter, r *http.Request, name string) {
	if name == "" {
		name = index
	}
	cache := revisable
	if strings.HasPrefix(name, "assets/") {
		cache = immutable
	}
	w.Header().Set("Cache-Control", p.cacheControl(cache))
	files()[name].write(w, r)
}

// cacheControl keeps caches that several people share from showing the page to those whom Allow refuses.
func (p *Page) cacheControl(policy string) string {
	if p.Allow != nil {
		return "private, " + strings.TrimPrefix(policy, "public, ")
	}
	return policy
}

func refuse(w http.ResponseWriter, problem *api.Problem) {
	text, err := problem.MarshalJSON()
	if err != nil {
		panic(err) // it never does
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(problem.Status)
	_, _ = w.Write(text)
}
