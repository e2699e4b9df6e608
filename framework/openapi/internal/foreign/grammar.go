// Package foreign understands documents that others have written: it reads Swagger 2.0 and OpenAPI 3.0 into OpenAPI
// 3.1, and knows where in a document what stands, so that nothing is taken for a schema or a reference that is none.
package foreign

import "github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"

// A Kind says what an object of a document is.
type Kind string

// The kinds of objects that have others in them or that references lead to.
const (
	Document       Kind = "document"
	Components     Kind = "components"
	PathItem       Kind = "path item"
	Operation      Kind = "operation"
	Parameter      Kind = "parameter"
	RequestBody    Kind = "request body"
	Response       Kind = "response"
	Header         Kind = "header"
	MediaType      Kind = "media type"
	Encoding       Kind = "encoding"
	Example        Kind = "example"
	Link           Kind = "link"
	Callback       Kind = "callback"
	SecurityScheme Kind = "security scheme"
	Schema         Kind = "schema"
)

// Sections are the members of components, with the kind of what is in them.
var Sections = []struct {
	Name string
	Kind Kind
}{
	{"schemas", Schema}, {"responses", Response}, {"parameters", Parameter}, {"examples", Example}, {"requestBodies", RequestBody},
	{"headers", Header}, {"securitySchemes", SecurityScheme}, {"links", Link}, {"callbacks", Callback}, {"pathItems", PathItem},
}

// Methods are the members of a path item that are operations.
var Methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// shape is how objects of a kind stand in a member.
type shape int

const (
	one   shape = iota // the member is such an object, or for schemas a list of them or a bool
	each               // an object of them by name, or a list
	mixed              // an object of them by name, with extensions among them
)

type place struct {
	kind  Kind
	shape shape
}

// grammar says what the members of objects are; those that are not in it are plain data. A "*" is any other member.
var grammar = map[Kind]map[string]place{
	Document:    {"paths": {PathItem, mixed}, "webhooks": {PathItem, each}, "components": {Components, one}},
	Components:  {},
	PathItem:    {"parameters": {Parameter, each}},
	Operation:   {"parameters": {Parameter, each}, "requestBody": {RequestBody, one}, "responses": {Response, mixed}, "callbacks": {Callback, each}},
	Parameter:   {"schema": {Schema, one}, "content": {MediaType, each}, "examples": {Example, each}},
	Header:      {"schema": {Schema, one}, "content": {MediaType, each}, "examples": {Example, each}},
	RequestBody: {"content": {MediaType, each}},
	Response:    {"headers": {Header, each}, "content": {MediaType, each}, "links": {Link, each}},
	MediaType:   {"schema": {Schema, one}, "examples": {Example, each}, "encoding": {Encoding, each}},
	Encoding:    {"headers": {Header, each}},
	Callback:    {"*": {PathItem, one}},
	Schema:      {},
}

func init() {
	for _, s := range Sections {
		grammar[Components][s.Name] = place{s.Kind, each}
	}
	for _, method := range Methods {
		grammar[PathItem][method] = place{Operation, one}
	}
	for _, key := range []string{
		"items", "not", "additionalProperties", "if", "then", "else", "contains", "propertyNames", "unevaluatedItems", "unevaluatedProperties",
		"contentSchema", "additionalItems",
	} {
		grammar[Schema][key] = place{Schema, one}
	}
	for _, key := range []string{
		"properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "allOf", "anyOf", "oneOf", "prefixItems",
	} {
		grammar[Schema][key] = place{Schema, each}
	}
}

// Walk visits v, which is of the kind, and all objects in it whose kind is known, inner before outer. A visitor may
// change the object that it gets.
func Walk(kind Kind, v any, visit func(Kind, *tree.Object)) {
	switch v := v.(type) {
	case []any: // a list of schemas, in items of old
		for _, item := range v {
			Walk(kind, item, visit)
		}
	case *tree.Object:
		if v == nil {
			return
		}
		for _, m := range v.Members {
			to, known := grammar[kind][m.Key]
			if !known && !isExtension(m.Key) {
				to, known = grammar[kind]["*"]
			}
			switch o, isObject := m.Value.(*tree.Object); {
			case !known:
			case to.shape != one && isObject:
				for _, inner := range o.All() {
					if to.shape == each || !isExtension(inner.Key) {
						Walk(to.kind, inner.Value, visit)
					}
				}
			default:
				Walk(to.kind, m.Value, visit)
			}
		}
		visit(kind, v)
	}
}

func isExtension(key string) bool { return len(key) > 1 && key[0] == 'x' && key[1] == '-' }
