package api

import (
	"net/http"
	"net/url"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// plainParams reads parameters of one text each, as nearly all are, without keeping their texts: as long as nothing is
// wrong with them. Then the long way, which starts anew, knows what to say.
type plainParams struct {
	path, header []plainParam
	query        []plainParam
}

type plainParam struct {
	schema.ShortParam
	offset uintptr
	name   string // of the query: with "=" behind it
	path   int    // its place in the path
	bit    uint64
}

// plain finds out whether the parameters can be read in the short way; nil if not.
func (p *input) plain() *plainParams {
	if len(p.params) > 64 || p.judges || p.cookie || p.aliased {
		return nil
	}
	pp := &plainParams{}
	for i := range p.params {
		q := &p.params[i]
		short, ok := q.Short()
		if !ok {
			return nil
		}
		a := plainParam{short, q.offset, q.Name, q.path, 1 << i}
		switch q.In {
		case "path":
			pp.path = append(pp.path, a)
		case "header":
			pp.header = append(pp.header, a)
		case "query":
			if url.QueryEscape(q.Name) != q.Name {
				return nil
			}
			a.name += "="
			pp.query = append(pp.query, a)
		}
	}
	return pp
}

// read tells whether all is well with the parameters of the call and puts them into the input at in.
func (pp *plainParams) read(c *Call, in unsafe.Pointer) bool {
	for i := range pp.path {
		q := &pp.path[i]
		if !q.Read(&c.s.reader, unsafe.Add(in, q.offset), c.s.values[q.path]) {
			return false
		}
	}
	return pp.readHeaders(c, in, c.s.req.Header) && pp.readQuery(c, in, c.s.req.URL.RawQuery)
}

func (pp *plainParams) readHeaders(c *Call, in unsafe.Pointer, h http.Header) bool {
	for i := range pp.header {
		q := &pp.header[i]
		switch v := h[q.name]; {
		case len(v) == 0 && !q.Absent(unsafe.Add(in, q.offset)),
			len(v) == 1 && !q.Read(&c.s.reader, unsafe.Add(in, q.offset), v[0]),
			len(v) > 1:
			return false
		}
	}
	return true
}

func (pp *plainParams) readQuery(c *Call, in unsafe.Pointer, query string) bool {
	if len(pp.query) == 0 {
		return true
	}
	var seen uint64
	for next := 0; query != ""; {
		i, text, rest, ok := pp.pair(query, next, &c.s.chunk)
		if query = rest; i < 0 && ok {
			continue
		}
		if !ok || seen&pp.query[i].bit != 0 {
			return false
		}
		q := &pp.query[i]
		seen |= q.bit
		next = i + 1
		if !q.Read(&c.s.reader, unsafe.Add(in, q.offset), text) {
			return false
		}
	}
	for i := range pp.query {
		if q := &pp.query[i]; seen&q.bit == 0 && !q.Absent(unsafe.Add(in, q.offset)) {
			return false
		}
	}
	return true
}

// pair takes the first pair from the query: the parameter that it names, -1 for none, and its text. Most clients send
// the parameters in their order. It is not ok for what only the long way can read.
func (pp *plainParams) pair(query string, next int, from *chunk) (i int, text, rest string, ok bool) {
	for i = next; i < len(pp.query); i++ {
		if name := pp.query[i].name; strings.HasPrefix(query, name) {
			text, rest, ok = value(query[len(name):], from)
			return i, text, rest, ok
		}
	}
	for i = range min(next, len(pp.query)) {
		if name := pp.query[i].name; strings.HasPrefix(query, name) {
			text, rest, ok = value(query[len(name):], from)
			return i, text, rest, ok
		}
	}
	pair, rest, _ := strings.Cut(query, "&")
	k, _, assigned := strings.Cut(pair, "=")
	return -1, "", rest, assigned && !strings.ContainsAny(k, "%+")
}

// value takes the value that the query begins with.
func value(query string, from *chunk) (text, rest string, ok bool) {
	escaped := false
	end := 0
	for ; end < len(query) && query[end] != '&'; end++ {
		escaped = escaped || query[end] == '%' || query[end] == '+'
	}
	if text = query[:end]; end < len(query) {
		rest = query[end+1:]
	}
	if !escaped {
		return text, rest, true
	}
	text, ok = unescapeQuery(text, from)
	return text, rest, ok
}
