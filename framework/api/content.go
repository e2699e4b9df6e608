package api

import (
	"bytes"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// body is how the body is read, by what its media type says it is.
type body struct {
	members *schema.Object // an object of members
	whole   *schema.Plan   // or a value of the type at offset
	offset  uintptr
	form    *form
	text    *textBody
	file    *fileField
	raw     []uintptr // []byte fields that get the bytes as they are
	accept  []string  // media types of raw; all if empty
}

// textBody is a body that is a text, of one of the media types.
type textBody struct {
	*schema.Param
	offset uintptr
	accept []string
}

func (b *body) none() bool {
	return b.members == nil && b.whole == nil && b.form == nil && b.text == nil && b.file == nil && b.raw == nil
}

func orElse(l []string, other string) []string {
	if len(l) == 0 {
		return []string{other}
	}
	return l
}

func (b *body) hasJSON() bool { return b.members != nil || b.whole != nil }

// mediaTypes lists what the body may be, for people and documents.
func (b *body) mediaTypes() (l []string) {
	if b.hasJSON() {
		l = append(l, "application/json")
	}
	if b.form != nil {
		l = append(l, "multipart/form-data")
		if !slices.ContainsFunc(b.form.files, func(q fileField) bool { return q.required }) {
			l = append(l, "application/x-www-form-urlencoded")
		}
	}
	if b.text != nil {
		l = append(l, orElse(b.text.accept, "text/plain")...)
	}
	if b.file != nil {
		l = append(l, orElse(b.file.accept, "application/octet-stream")...)
	}
	if b.raw != nil && !b.hasJSON() {
		l = append(l, orElse(b.accept, "application/octet-stream")...)
	}
	return l
}

// bodyKind is how a body is read.
type bodyKind uint8

const (
	noKind bodyKind = iota
	jsonKind
	formKind
	textKind
	fileKind
	rawKind
)

// read reads the body. One of no bytes is an object without members.
func (b *body) read(c *Call, in unsafe.Pointer) error {
	kind, most := b.kind(c)
	if err := c.inflate(most); err != nil && kind != noKind {
		return err
	}
	switch kind {
	case jsonKind:
		return b.readJSON(c, in)
	case formKind:
		return b.form.read(c, in)
	case textKind:
		return b.text.read(c, in)
	case fileKind:
		return b.file.readWhole(c, in)
	case rawKind:
		return b.readRaw(c, in)
	}
	return Errorf(http.StatusUnsupportedMediaType, "media_type", "send the body as %s", strings.Join(b.mediaTypes(), " or "))
}

// kind chooses how the body is read, and how many bytes it may have.
func (b *body) kind(c *Call) (kind bodyKind, most int64) {
	limit := c.ep.mux.bodyLimit()
	typ, empty := mediaType(c.s.req), c.hasNoBody()
	switch {
	case b.form != nil && typ == "multipart/form-data":
		return formKind, b.form.limit(limit)
	case b.form != nil && (isForm(typ) || empty && !b.hasJSON()):
		return formKind, limit
	case b.hasJSON() && (isJSON(typ) || empty):
		return jsonKind, limit
	case b.text != nil && accepts(b.text.accept, typ):
		return textKind, limit
	case b.file != nil && (accepts(b.file.accept, typ) || empty):
		return fileKind, b.file.size
	case b.raw != nil && !b.hasJSON() && accepts(b.accept, typ) || empty:
		return rawKind, limit
	}
	return noKind, limit
}

// hasNoBody tells a request without a body. One of unknown length has to be looked at.
func (c *Call) hasNoBody() bool {
	r := c.s.req
	if r.ContentLength >= 0 || r.Header.Get("Content-Type") != "" {
		return r.ContentLength == 0
	}
	first := make([]byte, 1)
	n, err := io.ReadFull(r.Body, first)
	if n == 0 && err == io.EOF {
		r.ContentLength = 0
		return true
	}
	r.Body = rejoined{io.MultiReader(bytes.NewReader(first[:n]), r.Body), r.Body}
	return false
}

// rejoined is a body of which something has been looked at.
type rejoined struct {
	io.Reader
	io.Closer
}

// mediaType is what the request says that its body is, without parameters; "" for nothing, or for several things.
func mediaType(r *http.Request) string {
	ct := r.Header["Content-Type"]
	if len(ct) != 1 {
		return ""
	}
	if ct[0] == "application/json" {
		return ct[0]
	}
	typ, _, err := mime.ParseMediaType(ct[0])
	if err != nil {
		return ""
	}
	return typ
}

// isForm tells a form. Another site can send one unasked: sessions check where requests come from.
func isForm(typ string) bool {
	return typ == "multipart/form-data" || typ == "application/x-www-form-urlencoded"
}

// isJSON tells what nobody but a program of ours can send: a form on another site could send anything else.
func isJSON(typ string) bool {
	if typ, _, _ = strings.Cut(typ, ";"); typ == "application/json" {
		return true
	}
	typ = strings.ToLower(strings.TrimSpace(typ))
	return typ == "application/json" || strings.HasPrefix(typ, "application/") && strings.HasSuffix(typ, "+json")
}

// readJSON reads a body of JSON, and keeps its bytes if there is a place for them.
func (b *body) readJSON(c *Call, in unsafe.Pointer) error {
	doc, err := c.readBody(c.ep.mux.bodyLimit())
	if err != nil {
		return err
	}
	if len(doc) == 0 {
		doc = emptyObject
	}
	r := &c.s.reader
	r.Copy = b.raw != nil // a handler may write into the bytes that it gets
	ok := true
	if b.members != nil {
		ok = b.members.Read(r, doc, in)
	}
	if b.whole != nil {
		ok = b.whole.Read(r, doc, unsafe.Add(in, b.offset))
	}
	if !ok { // faults of parameters say nothing next to that
		r.Faults = r.Faults[len(r.Faults)-1:]
	}
	b.keep(in, doc)
	return nil
}

// readRaw reads a body that is kept as it is.
func (b *body) readRaw(c *Call, in unsafe.Pointer) error {
	doc, err := c.readBody(c.ep.mux.bodyLimit())
	b.keep(in, doc)
	return err
}

func (b *body) keep(in unsafe.Pointer, doc []byte) {
	for _, at := range b.raw {
		*(*[]byte)(unsafe.Add(in, at)) = doc
	}
}

var emptyObject = []byte("{}")

func (t *textBody) read(c *Call, in unsafe.Pointer) error {
	doc, err := c.readBody(c.ep.mux.bodyLimit())
	if err != nil {
		return err
	}
	t.Read(&c.s.reader, unsafe.Add(in, t.offset), string(doc))
	return nil
}
