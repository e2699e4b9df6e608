package api

import (
	"net/textproto"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// gather puts the texts of all parameters into the scratch.
func (p *input) gather(c *Call) {
	texts, r := c.s.texts, c.s.req
	for i := range p.params {
		switch q := &p.params[i]; q.In {
		case "path":
			texts[i] = append(texts[i], c.s.values[q.path])
		case "header":
			texts[i] = append(texts[i], r.Header[q.Name]...)
			for _, alias := range q.Aliases {
				texts[i] = append(texts[i], r.Header[alias]...)
			}
		}
	}
	if p.asks && r.URL.RawQuery != "" {
		p.gatherQuery(c)
	}
	if p.cookie {
		for _, line := range r.Header["Cookie"] {
			p.gatherCookies(c, line)
		}
	}
}

// gatherQuery walks the query once, without a map.
func (p *input) gatherQuery(c *Call) {
	escaped := strings.IndexByte(c.s.req.URL.RawQuery, '%') >= 0 || strings.IndexByte(c.s.req.URL.RawQuery, '+') >= 0
	next := 0
	for q := c.s.req.URL.RawQuery; q != ""; {
		var pair string
		pair, q, _ = strings.Cut(q, "&")
		k, v, _ := strings.Cut(pair, "=")
		ok := true
		if escaped {
			k, ok = unescapeQuery(k, &c.s.chunk)
		}
		var i int
		var member string
		if i, next, member = p.findQuery(k, next); !ok || i < 0 {
			continue
		}
		if escaped {
			if v, ok = unescapeQuery(v, &c.s.chunk); !ok {
				text, _ := schema.English.Text("escape")
				c.s.reader.Report(Fault{In: "query", Name: k, Code: "escape", Detail: text})
				continue
			}
		}
		if member != "" || next == 0 && p.params[i].Deep() {
			c.s.texts[i] = append(c.s.texts[i], member)
		}
		c.s.texts[i] = append(c.s.texts[i], v)
	}
}

// findQuery finds the parameter of the query with the name k, and what member of it an object is given. Most clients
// send the parameters in their order: next is the place of the one that is expected.
func (p *input) findQuery(k string, next int) (i, at int, member string) {
	for n := next; n < len(p.query); n++ {
		if p.query[n].name == k {
			return p.query[n].i, n + 1, ""
		}
	}
	if i = p.find("query", k); i < 0 || p.params[i].Deep() {
		i, member = p.findDeep(k)
	}
	return i, 0, member
}

// findDeep finds the object that a name such as filter[status] gives a member.
func (p *input) findDeep(k string) (i int, member string) {
	name, member, ok := strings.Cut(k, "[")
	member, closed := strings.CutSuffix(member, "]")
	if !ok || !closed {
		return -1, ""
	}
	if i = p.find("query", name); i < 0 || !p.params[i].Deep() {
		return -1, ""
	}
	return i, member
}

func (p *input) find(in, name string) int {
	for i := range p.params {
		if q := &p.params[i]; q.Name == name && q.In == in {
			return i
		}
	}
	if p.aliased {
		return slices.IndexFunc(p.params, func(q param) bool { return q.In == in && slices.Contains(q.Aliases, name) })
	}
	return -1
}

// gatherCookies takes the first cookie of each name, which is the one of the most specific path.
func (p *input) gatherCookies(c *Call, line string) {
	for line != "" {
		var pair string
		pair, line, _ = strings.Cut(line, ";")
		name, value, _ := strings.Cut(textproto.TrimString(pair), "=")
		if i := p.find("cookie", name); i >= 0 && len(c.s.texts[i]) == 0 {
			c.s.texts[i] = append(c.s.texts[i], strings.Trim(value, `"`))
		}
	}
}
