package openapi

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"strings"
	"sync"

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

// Read loads documents to be merged, all at once. Its error names every source that could not be loaded.
func Read(ctx context.Context, sources ...Source) ([]*Foreign, error) {
	l, errs := make([]*Foreign, len(sources)), make([]error, len(sources))
	var all sync.WaitGroup
	for i, s := range sources {
		all.Go(func() { l[i], errs[i] = s.foreign(ctx) })
	}
	all.Wait()
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
	if err := foreign.NameAlternatives(doc); err != nil {
		return nil, s.fault(err)
	}
	if _, err := foreign.Actions(doc); err != nil {
		return nil, s.fault(err)
	}
	return f, nil
}

// Doc makes a document without a service of the foreign one, which says what it is, and more that are merged into it:
// of what is at a prefix or below it, "" for all.
func (f *Foreign) Doc(prefix string, more ...*Foreign) (*Doc, error) {
	own := tree.Clone(f.doc).(*tree.Object) // reading makes indexes
	info := own.Object("info")
	about := About{Title: info.Text("title"), Version: info.Text("version"), Description: info.Text("description"), Prefix: prefix}
	about.Foreign = append([]*Foreign{f}, more...)
	var servers []Server
	for _, v := range own.List("servers") {
		if s, ok := v.(*tree.Object); ok {
			servers = append(servers, Server{URL: s.Text("url"), Description: s.Text("description"), raw: tree.Append(nil, s)})
			about.BaseURL = cmp.Or(about.BaseURL, strings.TrimSuffix(withDefaults(s), "/"))
		}
	}
	doc, err := Document(about, nil)
	if err != nil {
		return nil, err
	}
	doc.Servers = servers
	if about.Title != "" && about.Version != "" {
		doc.Info.raw = tree.Append(nil, info)
	}
	return doc, nil
}
