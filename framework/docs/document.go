package docs

import (
	"bytes"
	"compress/gzip"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
)

// documentAge is how long a document is served before it is made anew: sources of the service's document may have been
// loaded again, or could not be loaded.
const documentAge = 10 * time.Second

// documents has the document that was made last, or why there is none.
type documents struct {
	mu   sync.Mutex
	made time.Time
	last *document
	err  error
}

func (d *documents) of(s *framework.Service) (*document, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.made.IsZero() || time.Since(d.made) > documentAge {
		d.last, d.err = newDocument(s)
		d.made = time.Now()
	}
	return d.last, d.err
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
