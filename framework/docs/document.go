package docs

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
)

// documentAge is how long a document is served before it is made anew: sources of the service's document may have been
// loaded again, or could not be loaded.
const documentAge = 10 * time.Second

// documents has the document that was made last.
type documents struct {
	mu     sync.Mutex
	tried  time.Time
	last   *document
	err    error         // why the last attempt failed
	making chan struct{} // closed at the end of the attempt that goes on; nil if none does
}

// of returns the document. Who finds it too old makes it anew; meanwhile others get the one that there is.
func (d *documents) of(ctx context.Context, s *framework.Service) (*document, error) {
	d.mu.Lock()
	making := d.making
	switch stale := d.tried.IsZero() || time.Since(d.tried) > documentAge; {
	case stale && making == nil:
		d.making = make(chan struct{})
		d.mu.Unlock()
		d.make(s)
	case making != nil && d.last == nil:
		d.mu.Unlock()
		select {
		case <-making:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	default:
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.last != nil {
		return d.last, nil
	}
	return nil, d.err
}

// make makes the document. If it fails, the one before stays.
func (d *documents) make(s *framework.Service) {
	var doc *document
	err := errors.New("the document of the API cannot be made: see the panic")
	defer func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.err = err; err == nil {
			d.last = doc
		}
		d.tried = time.Now()
		close(d.making)
		d.making = nil
	}()
	if doc, err = newDocument(s); err != nil {
		s.Logger().Error("the document of the API cannot be made", "error", err)
	}
}

// A document is that of the service in both its forms.
type document struct{ json, yaml *body }

func isDocument(name string) bool { return name == "openapi.json" || name == "openapi.yaml" }

func (d *document) named(name string) *body {
	if name == "openapi.yaml" {
		return d.yaml
	}
	return d.json
}

func newDocument(s *framework.Service) (*document, error) {
	doc, err := s.OpenAPI("")
	if err != nil {
		return nil, err
	}
	json, err := doc.JSON()
	if err != nil {
		return nil, err
	}
	yaml, err := doc.YAML()
	if err != nil {
		return nil, err
	}
	return &document{json: compressed("application/json", json), yaml: compressed("application/yaml", yaml)}, nil
}

func compressed(contentType string, plain []byte) *body {
	b := newBody(contentType, plain)
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	_, _ = z.Write(plain) // a buffer takes everything
	_ = z.Close()
	b.gzip = buf.Bytes()
	return b
}
