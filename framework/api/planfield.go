package api

import (
	"net/http"
	"net/textproto"
	"reflect"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func (p *inputPlanner) injected(t reflect.Type, offset uintptr, field string) {
	p.in.inject = append(p.in.inject, slot{t, offset})
	if !p.check {
		return
	}
	if c, ok := reflect.New(t).Interface().(EndpointChecker); ok {
		if err := c.CheckEndpoint(p.ep); err != nil {
			p.failf(p.ep.In, field, "%s", err)
		}
	}
}

func (p *inputPlanner) param(t reflect.Type, f reflect.StructField, offset uintptr, in string) {
	name := wireName(f.Tag.Get(in), f.Name)
	if in == "header" {
		name = textproto.CanonicalMIMEHeaderKey(name)
	}
	q, err := schema.NewParam(f, t, in, name)
	if err != nil {
		p.fail(err)
		return
	}
	if _, ok := f.Tag.Lookup("dependentRequired"); ok {
		p.failf(t, f.Name, "tag dependentRequired: only members of a body have it")
	}
	if in == "header" {
		for i, alias := range q.Aliases {
			q.Aliases[i] = textproto.CanonicalMIMEHeaderKey(alias)
		}
	}
	for _, name := range append([]string{name}, q.Aliases...) {
		if p.in.find(in, name) >= 0 {
			p.failf(t, f.Name, "the %s parameter %q is taken by another field", in, name)
			return
		}
	}
	p.in.aliased = p.in.aliased || len(q.Aliases) > 0
	at := param{Param: q, offset: offset, path: -1}
	switch in {
	case "header":
		if name == "Host" {
			p.failf(t, f.Name, "net/http takes the header Host away: read it from the request")
		}
	case "path":
		if !q.Required() && !q.Many() {
			p.failf(t, f.Name, "a parameter of the path is always there: it has no pointer, no default and is not optional")
		}
		if at.path = slices.IndexFunc(p.ep.vars, func(v pathVar) bool { return v.name == name }); at.path < 0 {
			p.failf(t, f.Name, "path %q has no {%s}", p.ep.Path, name)
			return
		}
	case "query":
		if p.in.asks = true; !q.Deep() {
			p.in.query = append(p.in.query, queryKey{name, len(p.in.params)})
		}
	case "cookie":
		p.in.cookie = true
		if q.Many() {
			p.failf(t, f.Name, "a cookie holds one value: read lists from the query or a header")
		}
		if (&http.Cookie{Name: name, Value: "x"}).Valid() != nil {
			p.failf(t, f.Name, "%q cannot be the name of a cookie", name)
		}
	}
	p.in.params = append(p.in.params, at)
}

// bodyField plans a field that is the whole body.
func (p *inputPlanner) bodyField(t reflect.Type, f reflect.StructField, offset uintptr) {
	b := &p.in.body
	switch kind := f.Tag.Get("body"); {
	case p.ep.Method == http.MethodGet:
		p.failf(t, f.Name, "a GET has no body")
	case kind == "json" && b.whole == nil:
		plan, err := schema.PlanField(f, t)
		p.fail(err)
		b.whole, b.offset = plan, offset
	case kind == "json":
		p.failf(t, f.Name, "another field is the whole body already")
	case kind == "raw" && f.Type == reflect.TypeFor[[]byte]():
		b.raw, b.accept = append(b.raw, offset), p.mediaTypes(t, f)
	case kind == "text" && f.Type.Kind() == reflect.String && b.text == nil:
		text, err := schema.NewParam(f, t, "", "")
		p.fail(err)
		b.text = &textBody{text, offset, p.mediaTypes(t, f)}
	case kind == "file" && (f.Type == fileType || f.Type == filePtrType) && b.file == nil:
		q := p.file(t, f, "", offset)
		b.file = &q
	default:
		p.failf(t, f.Name, "tag body: %q does not go with %s: use json, raw with []byte, text with a string, or file with api.File, each once", kind, f.Type)
	}
}

// mediaTypes reads the tag accept.
func (p *inputPlanner) mediaTypes(t reflect.Type, f reflect.StructField) []string {
	accept := words(f.Tag.Get("accept"))
	for _, a := range accept {
		if !strings.Contains(a, "/") {
			p.failf(t, f.Name, "tag accept: %q is no media type: write image/* or application/pdf", a)
		}
	}
	return accept
}

// whole plans a body that is one value.
func (p *inputPlanner) whole(t reflect.Type, offset uintptr) {
	if p.ep.Method == http.MethodGet {
		p.failf(t, "", "a GET has no body: make the input a struct with query parameters")
		return
	}
	plan, err := schema.PlanOf(t)
	p.fail(err)
	p.in.body.whole, p.in.body.offset = plan, offset
}
