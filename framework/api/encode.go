package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
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
		if q.In == "path" && len(texts) == 0 {
			return nil, fmt.Errorf("%s: there is no value for it", q.Param)
		}
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
				for segment := range strings.SplitSeq(text, "/") {
					if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "\\\x00") {
						return fmt.Errorf("%q has the segment %q, which no server takes for one", text, segment)
					}
				}
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

// encode writes the body as what the input has values for. What a body of one kind could not hold is an error.
func (b *body) encode(o *outgoing, in unsafe.Pointer) error {
	text := b.text != nil && *(*string)(unsafe.Add(in, b.text.offset)) != ""
	file := b.file != nil && len(b.file.list(in)) > 0
	form := b.form != nil && (!b.hasJSON() || b.form.hasFiles(in))
	doc, err := b.encodeJSON(in)
	if err != nil {
		return err
	}
	switch set := b.set(in, doc, form); {
	case text && file || (text || file) && set:
		return errors.New("the input has values for a body of more than one kind")
	case text || b.text != nil && b.alone():
		o.typ, o.body = sentType(b.text.accept), []byte(*(*string)(unsafe.Add(in, b.text.offset)))
	case file || b.file != nil && b.alone():
		return b.file.encodeWhole(o, in)
	case form:
		return b.encodeForm(o, in, doc)
	case doc != nil:
		o.typ, o.body = "application/json", doc
	case b.raw != nil:
		o.typ, o.body = orElse(b.accept, "application/octet-stream")[0], *(*[]byte)(unsafe.Add(in, b.raw[0]))
	}
	return nil
}

// alone tells a body that is a text or a file and nothing else.
func (b *body) alone() bool { return b.form == nil && !b.hasJSON() && (b.text == nil || b.file == nil) }

func (b *body) encodeJSON(in unsafe.Pointer) ([]byte, error) {
	switch {
	case b.members != nil:
		return b.members.AppendInput(nil, in)
	case b.whole != nil:
		return b.whole.AppendInput(nil, unsafe.Add(in, b.offset))
	}
	return nil, nil
}

// set tells whether there is something for a body of members or fields.
func (b *body) set(in unsafe.Pointer, doc []byte, form bool) bool {
	return form && b.form.hasFiles(in) || b.members != nil && string(doc) != "{}"
}

// encodeForm writes the form, whose fields may be members of JSON too. A member that is none would be lost.
func (b *body) encodeForm(o *outgoing, in unsafe.Pointer, doc []byte) error {
	var members map[string]json.RawMessage
	if doc != nil && json.Unmarshal(doc, &members) == nil {
		for name := range members {
			if b.form.find(name) < 0 {
				return fmt.Errorf("the member %q is no field of the form, which the files need", name)
			}
		}
	}
	return b.form.encode(o, in)
}

// hasFiles tells whether the input at in has any.
func (f *form) hasFiles(in unsafe.Pointer) bool {
	return slices.ContainsFunc(f.files, func(q fileField) bool { return len(q.list(in)) > 0 })
}
