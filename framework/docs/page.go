package docs

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"sync/atomic"

	"github.com/utilmeta/utilmeta-go/framework"
)

// A Page is a part that serves the page, the service's document, and nothing else:
//
//	/docs                the page
//	/docs/openapi.json   the document
//	/docs/openapi.yaml   the same as YAML
//
// In development everybody sees it. In production nobody does, and requests go on as if it were not there, unless Allow
// or Public says more.
type Page struct {
	Path string // "/docs"

	// Allow says in production which requests see the page and the document: those from an office's network, or with a
	// key that a proxy adds.
	Allow func(*http.Request) bool
	// Public shows them to everybody in production too.
	Public bool

	service   atomic.Pointer[framework.Service]
	documents documents
}

// Setup makes it a part.
func (p *Page) Setup(s *framework.Service) error {
	p.service.Store(s)
	if err := p.checkPath(); err != nil {
		return err
	}
	if p.Allow != nil && p.Public {
		return errors.New("docs: Public shows the page to everybody, Allow would not be asked: set one of them")
	}
	return nil
}

func (p *Page) base() string { return strings.TrimSuffix(cmp.Or(p.Path, "/docs"), "/") }

func (p *Page) checkPath() error {
	base := cmp.Or(p.Path, "/docs")
	if base[0] != '/' || path.Clean(base) != base || strings.ContainsFunc(base, notInPath) {
		return fmt.Errorf("docs: path %q is none: write it as /docs", p.Path)
	}
	if base == "/healthz" || base == "/readyz" {
		return fmt.Errorf("docs: path %s is that of a probe: take another", base)
	}
	return nil
}

func notInPath(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`{}?#%\`, r) }

// Check reports endpoints that the page would stand before.
func (p *Page) Check(s *framework.Service) error {
	var errs []error
	for _, ep := range s.Endpoints() {
		if p.serves(cmp.Or(ep.Path, "/")) {
			errs = append(errs, fmt.Errorf("docs: %s at %s is where the page is: give one of them another path", ep.Name, cmp.Or(ep.Path, "/")))
		}
	}
	return errors.Join(errs...)
}

func (p *Page) serves(path string) bool {
	base := p.base()
	if path == base {
		return files()[index] != nil
	}
	name, below := strings.CutPrefix(path, base+"/")
	return below && (isDocument(name) || files()[cmp.Or(name, index)] != nil)
}

// Banner is what the service says of the page when it starts.
func (p *Page) Banner(s *framework.Service) string {
	if s.Production() || files()[index] == nil {
		return ""
	}
	return "API docs at " + s.BaseURL() + cmp.Or(p.base(), "/")
}

// shown tells requests that may see the page.
func (p *Page) shown(r *http.Request) bool {
	s := p.service.Load()
	return s != nil && (!s.Production() || p.Public || p.Allow != nil && p.Allow(r))
}
