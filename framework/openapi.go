package framework

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// OpenAPI is a part that tells the service's document what the contract does not. A service without it has a document
// all the same.
type OpenAPI struct {
	Contact *openapi.Contact
	License *openapi.License
}

// Setup makes it a part.
func (OpenAPI) Setup(*Service) error { return nil }

// OpenAPI makes the document of the service's endpoints whose path is below prefix, "" for all. It opens nothing.
func (s *Service) OpenAPI(prefix string) (*openapi.Doc, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	about := openapi.About{
		Title: s.config.Title, Version: s.config.Version, Description: s.config.Description, BaseURL: s.BaseURL(), Prefix: prefix, Docs: s.docs,
	}
	for _, part := range s.parts {
		if p, ok := part.(OpenAPI); ok {
			about.Contact, about.License = p.Contact, p.License
		}
	}
	return openapi.Document(about, s.Endpoints())
}

func openapiCommand(_ context.Context, s *Service, args []string) error {
	f := flag.NewFlagSet("openapi", flag.ContinueOnError)
	to := f.String("to", "", "file to write; standard output if not given")
	format := f.String("format", "", "json or yaml; by the name of the file, or json")
	split := f.String("split", "", "folder that gets a document for each operation")
	prefix := f.String("prefix", "", "only paths below it: /api/user")
	diff := f.String("diff", "", "an older document: tell what the contract breaks, exit 1 if anything")
	if err := ParseFlags(f, args); err != nil {
		return err
	}
	encode, extension, err := openapiFormat(*format, *to)
	if err != nil {
		return err
	}
	if *prefix != "" && !strings.HasPrefix(*prefix, "/") {
		return usage("openapi: prefix %q must start with /", *prefix)
	}
	doc, err := s.OpenAPI(*prefix)
	if err != nil {
		return err
	}
	if *diff != "" {
		return openapiDiff(doc, *diff)
	}
	if *split != "" {
		return openapiSplit(doc, *split, encode, extension)
	}
	text, err := encode(doc)
	if err != nil {
		return err
	}
	if *to == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	return os.WriteFile(*to, text, 0o644)
}

// openapiFormat chooses how documents are written.
func openapiFormat(format, file string) (encode func(*openapi.Doc) ([]byte, error), extension string, err error) {
	if format == "" {
		format = "json"
		if e := filepath.Ext(file); e == ".yaml" || e == ".yml" {
			format = "yaml"
		}
	}
	switch format {
	case "json":
		return (*openapi.Doc).JSON, ".json", nil
	case "yaml":
		return (*openapi.Doc).YAML, ".yaml", nil
	}
	return nil, "", usage("openapi: format %q is neither json nor yaml", format)
}

// openapiDiff tells what clients that know the document in file would trip over.
func openapiDiff(doc *openapi.Doc, file string) error {
	old, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := doc.JSON()
	if err != nil {
		return err
	}
	changes, err := openapi.Breaking(old, text)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, c := range changes {
		fmt.Println(c)
	}
	switch len(changes) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("%s: 1 breaking change", file)
	}
	return fmt.Errorf("%s: %d breaking changes", file, len(changes))
}

func openapiSplit(doc *openapi.Doc, folder string, encode func(*openapi.Doc) ([]byte, error), extension string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for id, one := range doc.Split() {
		text, err := encode(one)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, id+extension), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
