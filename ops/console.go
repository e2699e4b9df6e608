package ops

import (
	"embed"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

//go:embed console
var consoleFiles embed.FS

// policy lets the page load nothing and ask nobody but this service.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// console serves the page that meta connect opens, and leaves everything else to next. It is for everybody: what it shows
// it has to ask for, with the token that it gets for a code.
func (o *Operations) console(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rest, ok := strings.CutPrefix(r.URL.Path, o.base+"/console")
		if !ok || rest != "" && rest[0] != '/' || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		name := strings.TrimPrefix(rest, "/")
		if name == "" {
			name = "index.html"
		}
		text, err := fs.ReadFile(consoleFiles, path.Join("console", name))
		if err != nil {
			next.ServeHTTP(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}[path.Ext(name)])
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cache-Control", "no-cache")
		_, _ = w.Write(text) // a client that is gone is nobody to tell
	})
}
