package openapi

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// A Foreign is a document that others have written, loaded to be merged into a service's own: see [About].
//
// Its operations keep all that they say. What clashes is settled in the same way every time:
//
//   - An operation whose path and method are taken is left out, and told in the Clashes of the [Doc]. But where the
//     service's own endpoint is a raw handler, of which its contract knows nothing, it is described by the foreign
//     operation, under its own id.
//   - A component whose name stands for another one gets a number: Pet_1. The same component is shared.
//   - Ids of operations get a number too; an operation without one is called by its method and path.
//   - Paths below a server of the service's host are told from the service's address on. An operation that is served
//     elsewhere keeps its servers.
//   - An operation without tags gets the title of its document as one.
type Foreign struct {
	name string
	doc  *tree.Object // of OpenAPI 3.1; nobody changes it
	at   *url.URL     // where it was read, nil for one that was not
}

// Read loads documents to be merged. Its error names every source that could not be loaded.
func Read(ctx context.Context, sources ...Source) ([]*Foreign, error) {
	var l []*Foreign
	var errs []error
	for _, s := range sources {
		f, err := s.foreign(ctx)
		l, errs = append(l, f), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return l, nil
}

func (s Source) foreign(ctx context.Context) (*Foreign, error) {
	doc, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	f := &Foreign{name: s.String(), doc: doc}
	if s.URL != "" {
		if f.at, err = url.Parse(s.URL); err != nil {
			return nil, err
		}
		f.at.User = nil
	}
	if err := foreign.Hoist(doc); err != nil {
		return nil, s.fault(err)
	}
	if err := foreign.CheckDialect(doc); err != nil {
		return nil, s.fault(err)
	}
	foreign.NameAlternatives(doc)
	return f, nil
}

// Doc makes a document without a service of the foreign one, which says what it is, and more that are merged into it:
// of what is at a prefix or below it, "" for all.
func (f *Foreign) Doc(prefix string, more ...*Foreign) (*Doc, error) {
	info := f.doc.Object("info")
	about := About{Title: info.Text("title"), Version: info.Text("version"), Description: info.Text("description"), Prefix: prefix}
	about.Foreign = append([]*Foreign{f}, more...)
	c := info.Object("contact")
	if contact := (Contact{Name: c.Text("name"), URL: c.Text("url"), Email: c.Text("email")}); contact != (Contact{}) {
		about.Contact = &contact
	}
	if l := info.Object("license"); l != nil {
		about.License = &License{Name: l.Text("name"), Identifier: l.Text("identifier"), URL: l.Text("url")}
	}
	if servers := f.doc.List("servers"); len(servers) > 0 {
		s, _ := servers[0].(*tree.Object)
		about.BaseURL = strings.TrimSuffix(withDefaults(s), "/")
	}
	return Document(about, nil)
}
