package framework

import (
	"cmp"
	"context"
	"flag"
	"slices"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/document"
)

// OpenAPI is a part that tells the service's document what the contract does not. A service without it has a document
// all the same.
type OpenAPI struct {
	Contact *openapi.Contact
	License *openapi.License

	// Sources are documents that others have written, of Swagger 2.0, OpenAPI 3.0 or 3.1: they are merged into the
	// service's own, as openapi.Foreign tells.
	Sources []openapi.Source
}

// Setup makes it a part.
func (OpenAPI) Setup(*Service) error { return nil }

// foreign are the documents of the service's sources.
type foreign struct {
	mu     sync.Mutex
	loaded bool
	docs   []*openapi.Foreign
}

// OpenAPI makes the document of the service's endpoints whose path is below prefix, "" for all, and merges those of the
// sources of its OpenAPI parts. The first call loads them, see LoadOpenAPI; nothing else is opened.
func (s *Service) OpenAPI(prefix string) (*openapi.Doc, error) {
	return s.document(context.Background(), prefix)
}

// OpenAPIOf is OpenAPI with the documents of more sources merged, which it loads.
func (s *Service) OpenAPIOf(ctx context.Context, prefix string, more ...openapi.Source) (*openapi.Doc, error) {
	docs, err := openapi.Read(ctx, more...)
	if err != nil {
		return nil, err
	}
	return s.document(ctx, prefix, docs...)
}

// LoadOpenAPI loads the sources of the service's OpenAPI parts anew, for OpenAPI. If one cannot be loaded, the error
// names it, and what was loaded before stays.
func (s *Service) LoadOpenAPI(ctx context.Context) error {
	s.foreign.mu.Lock()
	defer s.foreign.mu.Unlock()
	return s.loadForeign(ctx)
}

func (s *Service) loadForeign(ctx context.Context) error {
	var sources []openapi.Source
	for _, part := range s.parts {
		if p, ok := part.(OpenAPI); ok {
			sources = append(sources, p.Sources...)
		}
	}
	docs, err := openapi.Read(ctx, sources...)
	if err == nil {
		s.foreign.docs, s.foreign.loaded = docs, true
	}
	return err
}

// foreignDocs returns the documents of the sources, which it loads if that has not been done.
func (s *Service) foreignDocs(ctx context.Context) ([]*openapi.Foreign, error) {
	s.foreign.mu.Lock()
	defer s.foreign.mu.Unlock()
	if !s.foreign.loaded {
		if err := s.loadForeign(ctx); err != nil {
			return nil, err
		}
	}
	return s.foreign.docs, nil
}

// document is the service's, with more documents merged into it.
func (s *Service) document(ctx context.Context, prefix string, more ...*openapi.Foreign) (*openapi.Doc, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	docs, err := s.foreignDocs(ctx)
	if err != nil {
		return nil, err
	}
	about := openapi.About{
		Title: s.config.Title, Version: s.config.Version, Description: s.config.Description, BaseURL: s.BaseURL(), Prefix: prefix, Docs: s.docs,
		Foreign: slices.Concat(docs, more),
	}
	for _, part := range s.parts {
		if p, ok := part.(OpenAPI); ok {
			about.Contact, about.License = cmp.Or(p.Contact, about.Contact), cmp.Or(p.License, about.License)
		}
	}
	return openapi.Document(about, s.Endpoints())
}

func openapiCommand(ctx context.Context, s *Service, args []string) error {
	var options document.Options
	var sources []openapi.Source
	f := flag.NewFlagSet("openapi", flag.ContinueOnError)
	options.Flags(f)
	f.Func("merge", "a `file or URL` with a document of Swagger 2.0 or OpenAPI 3 to merge; may be repeated", func(word string) error {
		sources = append(sources, openapi.Argument(word))
		return nil
	})
	if err := ParseFlags(f, args); err != nil {
		return err
	}
	if err := options.Check(); err != nil {
		return usage("openapi: %w", err)
	}
	more, err := openapi.Read(ctx, sources...)
	if err != nil {
		return err
	}
	doc, err := s.document(ctx, options.Prefix, more...)
	if err != nil {
		return err
	}
	return options.Write(doc)
}
