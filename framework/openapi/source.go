package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/foreign"
	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
	"github.com/utilmeta/utilmeta-go/internal/fetch"
)

// A Source says where a document is that another program or somebody has written: of Swagger 2.0, OpenAPI 3.0 or 3.1,
// as JSON or YAML. One of URL, File, Text and Object is set; the functions of these names make a Source each.
type Source struct {
	// URL is an address with http or https. It has 5 seconds to give at most 5 MiB.
	URL string
	// Allow lists hosts, with a port or without, that URL may name although their addresses are of this machine or of a
	// private network; anything else that is not public is refused.
	Allow []string

	Name string // for messages; the address, the file or the beginning of the text if empty

	File   string // the path of a file, of at most 32 MiB
	Text   string // the document itself
	Object any    // anything that encoding/json makes the document of: a map, a *Doc
}

// URL is a document that is read from an address; see [Source] for the hosts to allow.
func URL(address string, allow ...string) Source { return Source{URL: address, Allow: allow} }

// File is a document in a file.
func File(path string) Source { return Source{File: path} }

// Text is a document that is there as JSON or YAML, as from an embedded file.
func Text[T string | []byte](text T) Source { return Source{Text: string(text)} }

// Object is a document that is there as a value: a map, a *Doc, or anything else that encoding/json makes JSON of.
func Object(v any) Source { return Source{Object: v} }

// Argument is the source that somebody names on a command line: an address, if it begins with http:// or https://, and
// else a file. The host that was typed is allowed, wherever it is.
func Argument(word string) Source {
	if s := strings.ToLower(word); !strings.HasPrefix(s, "http://") && !strings.HasPrefix(s, "https://") {
		return File(word)
	}
	if u, err := url.Parse(word); err == nil {
		return URL(word, u.Host)
	}
	return URL(word)
}

// String is the Name, or else says what the source is: without the password and the query of an address.
func (s Source) String() string {
	switch {
	case s.Name != "":
		return s.Name
	case s.URL != "":
		u, err := url.Parse(s.URL)
		if err != nil {
			return "a URL"
		}
		return (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}).String()
	case s.File != "":
		return s.File
	case s.Text != "":
		begin := []rune(strings.Join(strings.Fields(s.Text[:min(len(s.Text), 120)]), " "))
		return "the text " + strconv.Quote(string(begin[:min(len(begin), 30)])+"...")
	case s.Object != nil:
		return fmt.Sprintf("the %T", s.Object)
	}
	return "a source"
}

const (
	maxFile    = 32 << 20
	acceptable = "application/json, application/yaml;q=0.9, */*;q=0.5"
)

// Load reads a document and returns it as indented JSON of OpenAPI 3.1: one of Swagger 2.0 or OpenAPI 3.0 is converted,
// one of 3.1 is as it was. References that lead out of the document are not followed but an error, which names the
// source. It reads anew whenever it is called.
func Load(ctx context.Context, source Source) ([]byte, error) {
	doc, err := source.load(ctx)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, tree.Append(nil, doc), "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// load reads a document as a tree of OpenAPI 3.1.
func (s Source) load(ctx context.Context) (*tree.Object, error) {
	doc, err := s.parse(ctx)
	if err != nil {
		return nil, s.fault(err)
	}
	return doc, nil
}

func (s Source) parse(ctx context.Context) (*tree.Object, error) {
	text, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	v, err := tree.Parse(text)
	if err != nil {
		return nil, err
	}
	scheme := "https"
	if strings.HasPrefix(strings.ToLower(s.URL), "http:") {
		scheme = "http"
	}
	return foreign.Convert(v, scheme)
}

func (s Source) read(ctx context.Context) ([]byte, error) {
	set := 0
	for _, is := range []bool{s.URL != "", s.File != "", s.Text != "", s.Object != nil} {
		if is {
			set++
		}
	}
	switch {
	case set == 0:
		return nil, errors.New("is empty: set one of URL, File, Text and Object")
	case set > 1:
		return nil, errors.New("is ambiguous: set one of URL, File, Text and Object")
	case s.URL != "":
		return fetch.Get(ctx, fetch.Request{URL: s.URL, Allow: s.Allow, Accept: acceptable})
	case s.File != "":
		return readFile(s.File)
	case s.Text != "":
		return []byte(s.Text), nil
	}
	if d, ok := s.Object.(*Doc); ok {
		return d.JSON()
	}
	return json.Marshal(s.Object)
}

func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("is larger than %d MiB", maxFile>>20)
	}
	return text, cause(err)
}

// cause is an error of a file without its path, which the message has already.
func cause(err error) error {
	if e := (*os.PathError)(nil); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// fault is an error that names the source.
func (s Source) fault(err error) error { return fmt.Errorf("openapi: %s: %w", s, err) }
