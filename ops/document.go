package ops

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// documents has the document that was made last.
type documents struct {
	mu   sync.Mutex
	last []byte
}

// serve answers with the document of the service, bare. It is made once: Cache-Control no-cache or max-age=0 has it made
// anew, and no-store too, which leaves the one that is kept.
func (d *documents) serve(w http.ResponseWriter, r *http.Request, build func(context.Context) ([]byte, error)) error {
	body, err := d.of(r, build)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body) // a client that is gone is nobody to tell
	return nil
}

func (d *documents) of(r *http.Request, build func(context.Context) ([]byte, error)) (body []byte, err error) {
	anew, keep := directives(r.Header.Values("Cache-Control"))
	d.mu.Lock()
	defer d.mu.Unlock()
	if body = d.last; body == nil || anew {
		if body, err = build(r.Context()); err != nil {
			return nil, err
		}
	}
	if keep {
		d.last = body
	}
	return body, nil
}

// directives tells whether a document is to be made anew, and whether it is to be kept.
func directives(lines []string) (anew, keep bool) {
	keep = true
	for word := range strings.SplitSeq(strings.Join(lines, ","), ",") {
		switch strings.ToLower(strings.TrimSpace(word)) {
		case "no-cache", "max-age=0":
			anew = true
		case "no-store":
			anew, keep = true, false
		}
	}
	return anew, keep
}

// openAPI makes the document: that of the service, with what the configuration adds.
func (o *Operations) openAPI(ctx context.Context) ([]byte, error) {
	if o.service == nil {
		return o.foreignDocument(ctx)
	}
	if err := o.service.LoadOpenAPI(ctx); err != nil {
		return nil, err
	}
	doc, err := o.service.OpenAPIOf(ctx, "", o.config.OpenAPI...)
	if err != nil {
		return nil, err
	}
	if mounts := o.service.Mounts(); len(mounts) > 0 {
		if err := doc.Below(mounts[0]); err != nil {
			return nil, err
		}
	}
	if o.config.BaseURL != "" {
		doc.Servers = []openapi.Server{{URL: o.baseURL()}}
	}
	return doc.JSON()
}

// foreignDocument is that of a handler that is not of this framework: what the configuration names.
func (o *Operations) foreignDocument(ctx context.Context) ([]byte, error) {
	sources, err := openapi.Read(ctx, o.config.OpenAPI...)
	if err != nil {
		return nil, err
	}
	s := &o.subject
	doc, err := openapi.Document(openapi.About{Title: s.title, Version: s.version, Description: s.description, BaseURL: o.baseURL(), Foreign: sources}, nil)
	if err != nil {
		return nil, err
	}
	return doc.JSON()
}
