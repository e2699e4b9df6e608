package api

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode"
	"unsafe"
)

// outgoing is an input on its way to a server.
type outgoing struct {
	path   string
	query  url.Values
	header http.Header
	texts  [][]string // of each parameter
	body   []byte
	open   func() (io.ReadCloser, error) // a body that is not kept in memory; nil for body
	size   int64                         // of what open opens; 0 if it is not known
	typ    string                        // Content-Type of the body, "" for none
}

// target is the path with its query.
func (o *outgoing) target() string {
	if len(o.query) == 0 {
		return o.path
	}
	return o.path + "?" + o.query.Encode()
}

// encode writes the input at in as a client sends it. What is zero and optional is left out.
func (p *input) encode(path string, in unsafe.Pointer) (*outgoing, error) {
	o := &outgoing{path: path, query: url.Values{}, header: http.Header{}, texts: make([][]string, len(p.params))}
	for i := range p.params {
		q := &p.params[i]
		texts, err := q.Texts(unsafe.Add(in, q.offset))
		if err != nil {
			return nil, err
		}
		o.texts[i] = texts
		if q.Deep() {
			for j := 0; j < len(texts); j += 2 {
				o.query.Add(q.Name+"["+texts[j]+"]", texts[j+1])
			}
			continue
		}
		if err := o.add(q.In, q.Name, texts); err != nil {
			return nil, fmt.Errorf("%s: %w", q.Param, err)
		}
	}
	return o, p.body.encode(o, in)
}

// add puts a parameter in its place. What could not be read again is an error.
func (o *outgoing) add(in, name string, texts []string) error {
	for _, text := range texts {
		switch in {
		case "path":
			if text == "" || text == "." || text == ".." {
				return fmt.Errorf("%q cannot be a segment of a path", text)
			}
			o.path = strings.ReplaceAll(o.path, "{"+name+"}", url.PathEscape(text))
			if rest := "{" + name + "...}"; strings.HasSuffix(o.path, rest) {
				o.path = strings.TrimSuffix(o.path, rest) + strings.ReplaceAll(url.PathEscape(text), "%2F", "/")
			}
		case "query":
			o.query.Add(name, text)
		case "header":
			if text != strings.TrimSpace(text) || strings.ContainsFunc(text, unicode.IsControl) {
				return fmt.Errorf("%q cannot be the value of a header", text)
			}
			o.header.Add(name, text)
		case "cookie":
			c := &http.Cookie{Name: name, Value: text}
			if err := c.Valid(); err != nil {
				return err
			}
			if before := o.header.Get("Cookie"); before != "" {
				o.header.Set("Cookie", before+"; "+c.String())
			} else {
				o.header.Set("Cookie", c.String())
			}
		}
	}
	return nil
}

// encode writes the body as the first of what the input has a value for.
func (b *body) encode(o *outgoing, in unsafe.Pointer) (err error) {
	switch {
	case b.text != nil && (b.alone() || *(*string)(unsafe.Add(in, b.text.offset)) != ""):
		o.typ, o.body = sentType(b.text.accept), []byte(*(*string)(unsafe.Add(in, b.text.offset)))
	case b.file != nil && (b.alone() || len(b.file.list(in)) > 0):
		return b.file.encodeWhole(o, in)
	case b.form != nil && !b.hasJSON():
		return b.form.encode(o, in)
	case b.members != nil:
		o.typ = "application/json"
		o.body, err = b.members.AppendInput(nil, in)
	case b.whole != nil:
		o.typ = "application/json"
		o.body, err = b.whole.AppendInput(nil, unsafe.Add(in, b.offset))
	case b.raw != nil:
		o.typ, o.body = orElse(b.accept, "application/octet-stream")[0], *(*[]byte)(unsafe.Add(in, b.raw[0]))
	}
	return err
}

// alone tells a body that is a text or a file and nothing else.
func (b *body) alone() bool { return b.form == nil && !b.hasJSON() && (b.text == nil || b.file == nil) }
