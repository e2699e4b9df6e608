package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Options choose what of a document a client is for.
type Options struct {
	Prefix string // only paths below it; "" for all
}

// maxTypes bounds what a document can make of itself.
const maxTypes = 20000

// Build reads an OpenAPI 3.1 document in JSON. All that is wrong with it is told, one line each.
func Build(text []byte, o Options) (*API, error) {
	doc, err := parse(text)
	if err != nil {
		return nil, err
	}
	if version := doc.text("openapi"); !strings.HasPrefix(version, "3.1") {
		return nil, fmt.Errorf("is of OpenAPI %q: only 3.1 can be read here", version)
	}
	b := &builder{doc: doc, refs: map[refKey]*Type{}, slots: map[slotKey]*slot{}, locals: map[*node]*local{}, schemes: map[string]*Scheme{}}
	api := b.api(o)
	for _, t := range b.types {
		unloop(t)
	}
	for _, t := range b.types {
		if !slices.ContainsFunc(t.Variants, func(v *Variant) bool { return !isObject(v.Type) }) {
			continue
		}
		t.Discriminator = "" // only objects have members
	}
	api.Types = b.types
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return api, nil
}

// direction is which way a value goes.
type direction int

const (
	both direction = iota
	in             // to the server
	out
)

type refKey struct {
	pointer string
	dir     direction
}

type builder struct {
	doc     *node
	refs    map[refKey]*Type
	slots   map[slotKey]*slot
	locals  map[*node]*local
	schemes map[string]*Scheme
	types   []*Type
	made    int
	nested  int // how many unions are being made of objects with branches
	errs    []error
}

func (b *builder) failf(n *node, format string, a ...any) {
	if len(b.errs) < 20 {
		where := "#"
		if n != nil {
			where = n.pointer()
		}
		b.errs = append(b.errs, fmt.Errorf("%s: %s", OneLine(where), OneLine(fmt.Sprintf(format, a...))))
	}
}

// deref follows references of anything but schemas.
func (b *builder) deref(n *node) *node {
	for range 32 {
		ref := n.text("$ref")
		if ref == "" {
			return n
		}
		target := b.doc.at(ref)
		if target == nil {
			b.missing(n, ref)
			return nil
		}
		n = target
	}
	b.failf(n, "refers only to itself")
	return nil
}

func (b *builder) missing(n *node, ref string) {
	if strings.HasPrefix(ref, "#") {
		b.failf(n, "there is no %s in the document", ref)
	} else {
		b.failf(n, "%s is outside of the document: bundle it first", ref)
	}
}

func (b *builder) api(o Options) *API {
	info := b.doc.get("info")
	api := &API{Title: info.text("title"), Version: info.text("version"), Server: serverOf(b.doc)}
	api.Schemes = b.securitySchemes()
	groups := map[string]*Group{}
	for _, tag := range b.doc.list("tags") {
		name := tag.text("name")
		if groups[name] == nil {
			groups[name] = &Group{Name: name, Doc: tag.text("description")}
			api.Groups = append(api.Groups, groups[name])
		}
	}
	paths := b.doc.get("paths")
	if paths != nil {
		for _, path := range paths.keys {
			if !strings.HasPrefix(path, "/") || !below(path, o.Prefix) {
				continue
			}
			item := b.deref(paths.get(path))
			for _, method := range methods {
				if op := item.get(method); op != nil {
					tag, made := b.operation(path, method, item, op)
					if groups[tag] == nil {
						groups[tag] = &Group{Name: tag}
						api.Groups = append(api.Groups, groups[tag])
					}
					groups[tag].Operations = append(groups[tag].Operations, made)
				}
			}
		}
	}
	used := api.Groups[:0]
	for _, g := range api.Groups {
		if len(g.Operations) > 0 {
			used = append(used, g)
		}
	}
	api.Groups = used
	if len(used) == 0 {
		b.failf(paths, "there is no operation%s", belowText(o.Prefix))
	}
	return api
}

var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

func below(path, prefix string) bool {
	prefix = strings.TrimSuffix(prefix, "/")
	return prefix == "" || path == prefix || strings.HasPrefix(path, prefix+"/")
}

func belowText(prefix string) string {
	if prefix == "" {
		return ""
	}
	return " below " + prefix
}

// serverOf is the first address, its variables filled in.
func serverOf(doc *node) string {
	l := doc.list("servers")
	if len(l) == 0 {
		return ""
	}
	url, variables := l[0].text("url"), l[0].get("variables")
	if variables != nil {
		for _, name := range variables.keys {
			url = strings.ReplaceAll(url, "{"+name+"}", variables.get(name).text("default"))
		}
	}
	return strings.TrimSuffix(url, "/")
}

func (b *builder) securitySchemes() (l []*Scheme) {
	all := b.doc.get("components").get("securitySchemes")
	if all == nil {
		return nil
	}
	for _, name := range all.keys {
		n := b.deref(all.get(name))
		s := &Scheme{Name: name, Doc: n.text("description"), Key: n.text("name")}
		switch kind, in := n.text("type"), n.text("in"); {
		case kind == "http" && strings.EqualFold(n.text("scheme"), "basic"):
			s.Kind = Basic
		case kind == "http" || kind == "oauth2" || kind == "openIdConnect":
			s.Kind = Bearer
		case kind == "apiKey" && in == "header" && s.Key != "":
			s.Kind = KeyInHeader
		case kind == "apiKey" && in == "query" && s.Key != "":
			s.Kind = KeyInQuery
		case kind == "apiKey" && in == "cookie" && s.Key != "":
			s.Kind = KeyInCookie
		default:
			continue // certificates are the transport's
		}
		b.schemes[name] = s
		l = append(l, s)
	}
	return l
}

// security sets who may call op.
func (b *builder) security(op *Operation, n *node) {
	need := n.get("security")
	if need == nil {
		need = b.doc.get("security")
	}
	if need == nil {
		op.Open = true
		return
	}
	op.Open = len(need.items) == 0
	for _, one := range need.items {
		if len(one.keys) == 0 {
			op.Open = true
		}
		var together []*Scheme
		for _, name := range one.keys {
			if s := b.schemes[name]; s != nil {
				together = append(together, s)
			}
		}
		if len(together) > 0 {
			op.Security = append(op.Security, together)
		}
	}
}
