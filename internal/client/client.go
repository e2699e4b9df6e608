// Package client generates typed clients from OpenAPI documents.
//
// A document is read once, into what it means to a client; a printer for each language writes that down. The text of
// a document is never trusted: names are made anew and texts are quoted.
package client

import (
	"fmt"
	"go/token"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/client/golang"
	"github.com/utilmeta/utilmeta-go/internal/client/model"
)

// Options say what is generated.
type Options struct {
	Lang    string // go or ts
	Package string // of Go; "" is client
	Prefix  string // only paths below it; "" for all
}

// Generate writes a client of the OpenAPI 3.1 document, which is JSON. The same document makes the same client.
func Generate(document []byte, o Options) ([]byte, error) {
	l, err := languageOf(o.Lang)
	if err != nil {
		return nil, err
	}
	api, err := model.Build(document, model.Options{Prefix: o.Prefix})
	if err != nil {
		return nil, err
	}
	return l.print(api, o)
}

// language is one that clients are written in.
type language struct {
	name, extension string
	mark            string // how a file begins that may be written anew
	print           func(*model.API, Options) ([]byte, error)
}

var languages = []language{
	{"go", ".go", golang.Generated, func(api *model.API, o Options) ([]byte, error) {
		if o.Package == "" {
			o.Package = "client"
		}
		if !token.IsIdentifier(o.Package) || o.Package == "_" {
			return nil, fmt.Errorf("package %q is no name of a package in Go", o.Package)
		}
		return golang.Print(api, o.Package)
	}},
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

// PackageOf is the name of the package in Go that a file or folder is in: "client" where its folder has no such name.
func PackageOf(to string) string {
	dir := to
	if filepath.Ext(to) != "" {
		dir = filepath.Dir(to)
	}
	if abs, err := filepath.Abs(dir); err == nil {
		if name := strings.ToLower(filepath.Base(abs)); token.IsIdentifier(name) {
			return name
		}
	}
	return "client"
}
