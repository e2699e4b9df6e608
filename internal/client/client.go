// Package client generates typed clients from OpenAPI documents.
//
// A document is read once, into what it means to a client; a printer for each language writes that down. The text of
// a document is never trusted: names are made anew and texts are quoted.
package client

import (
	"cmp"
	"fmt"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/golang"
	"github.com/utilmeta/utilmeta-go/internal/client/model"
	"github.com/utilmeta/utilmeta-go/internal/client/typescript"
)

// Options say what is generated.
type Options struct {
	Lang    string // go or ts
	Package string // of Go; "" is client
	Prefix  string // only paths below it; "" for all
}

// Check tells what is wrong with the options.
func (o Options) Check() error {
	if _, err := languageOf(o.Lang); err != nil {
		return err
	}
	if o.Package != "" && (!token.IsIdentifier(o.Package) || o.Package == "_") {
		return fmt.Errorf("package %q is no name of a package in Go", o.Package)
	}
	if o.Prefix != "" && !strings.HasPrefix(o.Prefix, "/") {
		return fmt.Errorf("prefix %q must start with /", o.Prefix)
	}
	return nil
}

// Generate writes a client of the OpenAPI 3.1 document, which is JSON. The same document makes the same client.
func Generate(document []byte, o Options) ([]byte, error) {
	if err := o.Check(); err != nil {
		return nil, err
	}
	api, err := model.Build(document, model.Options{Prefix: o.Prefix})
	if err != nil {
		return nil, err
	}
	l, err := languageOf(o.Lang)
	if err != nil {
		return nil, err
	}
	return l.print(api, o)
}

// language is one that clients are written in.
type language struct {
	name  string
	file  string // what a client is called in a folder
	print func(*model.API, Options) ([]byte, error)
}

var languages = []language{
	{"go", "client_gen.go", func(api *model.API, o Options) ([]byte, error) {
		return golang.Print(api, cmp.Or(o.Package, "client"))
	}},
	{"ts", "client.ts", func(api *model.API, _ Options) ([]byte, error) { return typescript.Print(api) }},
}

func languageOf(name string) (*language, error) {
	i := slices.IndexFunc(languages, func(l language) bool { return l.name == name })
	if i < 0 {
		return nil, fmt.Errorf("lang %q: want one of %s", name, Languages())
	}
	return &languages[i], nil
}

// Languages lists the languages that clients can be written in.
func Languages() string {
	var names []string
	for _, l := range languages {
		names = append(names, l.name)
	}
	return strings.Join(names, ", ")
}

// PackageOf is the package of a file in Go: that of the files beside it, or named as its folder, or client.
func PackageOf(file string) string {
	dir := filepath.Dir(file)
	others, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, other := range others {
		if other == file || strings.HasSuffix(other, "_test.go") {
			continue
		}
		if f, err := parser.ParseFile(token.NewFileSet(), other, nil, parser.PackageClauseOnly); err == nil {
			return f.Name.Name
		}
	}
	if name := strings.ToLower(filepath.Base(dir)); token.IsIdentifier(name) && name != "main" {
		return name
	}
	return "client"
}
