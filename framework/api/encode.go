package api

import (
	"net/http"
	"net/url"
	"strings"
	"unsafe"
)

// outgoing is an input on its way to a server.
type outgoing struct {
	path   string
	query  url.Values
	header http.Header
	texts  [][]string // of each parameter
	body   []byte
	typ    string // Content-Type of the body, "" for none
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
		o.add(q.In, q.Name, texts)
	}
	return o, p.body.encode(o, in)
}

func (o *outgoing) add(in, name string, texts []string) {
	switch in {
	case "path":
		if len(texts) > 0 {
			o.path = strings.ReplaceAll(o.path, "{"+name+"}", url.PathEscape(texts[0]))
		}
	case "query":
		if len(texts) > 0 {
			o.query[name] = texts
		}
	case "header":
		if len(texts) > 0 {
			o.header[name] = texts
		}
	case "cookie":
		for _, t := range texts {
			o.header.Add("Cookie", (&http.Cookie{Name: name, Value: t}).String())
		}
	}
}

func (b *body) encode(o *outgoing, in unsafe.Pointer) (err error) {
	switch {
	case b.members != nil:
		o.typ = "application/json"
		o.body, err = b.members.AppendInput(nil, in)
	case b.whole != nil:
		o.typ = "application/json"
		o.body, err = b.whole.AppendInput(nil, unsafe.Add(in, b.offset))
	case b.raw != nil:
		o.typ, o.body = "application/octet-stream", *(*[]byte)(unsafe.Add(in, b.raw[0]))
	case b.text != nil:
		o.typ, o.body = "text/plain; charset=utf-8", []byte(*(*string)(unsafe.Add(in, b.text[0])))
	}
	return err
}
