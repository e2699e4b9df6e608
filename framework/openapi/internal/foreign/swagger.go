package foreign

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// swagger is a document of 2.0 on its way to 3.1.
type swagger struct {
	doc                *tree.Object
	scheme             string
	consumes, produces []any
	names              map[string]map[string]string // of the sections of 2.0: what their members are called in 3.1
	room               int                          // for what stands in several places of 3.1
}

// sections of 2.0 and what they are in 3.1.
var sections = map[string]string{
	"definitions": "schemas", "parameters": "parameters", "responses": "responses", "securityDefinitions": "securitySchemes",
}

func fromSwagger(doc *tree.Object, scheme string) (*tree.Object, error) {
	s := &swagger{doc: doc, scheme: scheme, consumes: doc.List("consumes"), produces: doc.List("produces"), names: map[string]map[string]string{}, room: maxCopied}
	for section := range sections {
		s.names[section] = cleanNames(doc.Object(section))
	}
	out := &tree.Object{}
	out.Set("openapi", version)
	out.Set("info", doc.Get("info"))
	textVersion(out.Object("info"))
	if l := s.servers(doc.List("schemes")); len(l) > 0 {
		out.Set("servers", l)
	}
	for _, key := range []string{"security", "tags", "externalDocs"} {
		if doc.Has(key) {
			out.Set(key, doc.Get(key))
		}
	}
	paths := &tree.Object{}
	for _, m := range doc.Object("paths").All() {
		item, ok := m.Value.(*tree.Object)
		if isExtension(m.Key) || !ok {
			paths.Set(m.Key, m.Value)
			continue
		}
		paths.Set(m.Key, s.pathItem(item))
	}
	out.Set("paths", paths)
	if c := s.components(); len(c.Members) > 0 {
		out.Set("components", c)
	}
	for _, m := range doc.Members {
		if isExtension(m.Key) {
			out.Set(m.Key, m.Value)
		}
	}
	if s.room < 0 {
		return nil, errCopied
	}
	return out, s.finish(out)
}

// copy is one of what stands in several places; nothing, once there are too many.
func (s *swagger) copy(o *tree.Object) *tree.Object {
	if s.room -= tree.Size(o); s.room < 0 {
		return &tree.Object{}
	}
	return tree.Clone(o).(*tree.Object)
}

// finish rewrites schemas and references, now that all stand where they belong.
func (s *swagger) finish(out *tree.Object) (err error) {
	Walk(Document, out, func(kind Kind, o *tree.Object) {
		if ref, ok := RefOf(kind, o); ok {
			to, e := s.ref(ref)
			o.Set("$ref", to)
			err = cmp.Or(err, e)
		}
		if kind == Schema {
			if o.Delete("x-nullable") == true {
				o.Set("nullable", true)
			}
			upgrade(o)
		}
	})
	s.security(out)
	return err
}

// ref is where a reference leads in 3.1. One that leads out of the document is left for others to refuse.
func (s *swagger) ref(ref string) (string, error) {
	steps, ok := Pointer(ref)
	if !ok {
		return ref, nil
	}
	section, ok := sections[steps[0]]
	if !ok || len(steps) < 2 {
		return ref, fmt.Errorf("$ref %q leads to no definition: make it one", ref)
	}
	steps = slices.Clone(steps)
	steps[1] = cmp.Or(s.names[steps[0]][steps[1]], steps[1])
	return Ref(append([]string{"components", section}, steps[1:]...)...), nil
}

// security has schemes under their new names, where they have them.
func (s *swagger) security(out *tree.Object) {
	rename := func(o *tree.Object) {
		for _, r := range o.List("security") {
			r, _ := r.(*tree.Object)
			RenameMembers(r, s.names["securityDefinitions"])
		}
	}
	rename(out)
	Walk(Document, out, func(kind Kind, o *tree.Object) {
		if kind == Operation {
			rename(o)
		}
	})
}

// servers are the addresses of schemes; without a host there is the path alone.
func (s *swagger) servers(schemes []any) (l []any) {
	host, base := s.doc.Text("host"), strings.TrimSuffix(s.doc.Text("basePath"), "/")
	if host == "" {
		if base == "" {
			return nil
		}
		return []any{server(base)}
	}
	if len(schemes) == 0 {
		schemes = []any{s.scheme}
	}
	for _, scheme := range schemes {
		if scheme, ok := scheme.(string); ok && s.room >= 0 {
			address := scheme + "://" + host + base
			s.room -= 1 + len(address)/64
			l = append(l, server(address))
		}
	}
	return l
}

func server(url string) *tree.Object {
	return &tree.Object{Members: []tree.Member{{Key: "url", Value: url}}}
}

func (s *swagger) components() *tree.Object {
	out := &tree.Object{}
	add := func(section string, convert func(*tree.Object) *tree.Object) {
		to := &tree.Object{}
		for _, m := range s.doc.Object(section).All() {
			if o, ok := m.Value.(*tree.Object); ok {
				if o = convert(o); o != nil {
					to.Set(s.names[section][m.Key], o)
				}
			}
		}
		if len(to.Members) > 0 {
			out.Set(sections[section], to)
		}
	}
	add("definitions", func(o *tree.Object) *tree.Object { return o })
	add("parameters", func(o *tree.Object) *tree.Object {
		if inBody(o) {
			return nil // stands in the operations that refer to it
		}
		return parameter(o)
	})
	add("responses", func(o *tree.Object) *tree.Object { return s.response(o, s.produces) })
	add("securityDefinitions", securityScheme)
	return out
}

// flows of 2.0 and what they are in 3.
var flows = map[string]string{"implicit": "implicit", "password": "password", "application": "clientCredentials", "accessCode": "authorizationCode"}

func securityScheme(o *tree.Object) *tree.Object {
	switch o.Text("type") {
	case "basic":
		o.Set("type", "http")
		o.Set("scheme", "basic")
	case "oauth2":
		flow := &tree.Object{}
		for _, key := range []string{"authorizationUrl", "tokenUrl", "scopes"} {
			if o.Has(key) {
				flow.Set(key, o.Delete(key))
			}
		}
		if !flow.Has("scopes") {
			flow.Set("scopes", &tree.Object{})
		}
		name, _ := o.Delete("flow").(string)
		o.Set("flows", &tree.Object{Members: []tree.Member{{Key: cmp.Or(flows[name], "implicit"), Value: flow}}})
	}
	return o
}
