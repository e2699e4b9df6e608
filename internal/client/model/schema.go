package model

import (
	"fmt"
	"slices"
	"strings"
)

// structural are the words that make a schema more than a note to another.
var structural = []string{"type", "properties", "items", "prefixItems", "additionalProperties", "patternProperties", "enum", "const", "allOf", "oneOf", "anyOf", "required"}

// maxName is how long the name of a type that is made of those around it gets. Names are told apart by numbers.
const maxName = 300

// schema makes the type of n. What has no name in the document gets name.
func (b *builder) schema(n *node, dir direction, name string) *Type {
	pointer, null, ok := b.alias(n)
	var t *Type
	if ok {
		t = b.ref(n, pointer, dir)
	} else {
		t = b.inline(n, dir, name[:min(len(name), maxName)])
	}
	if null || nullable(n) {
		return orNull(t)
	}
	return t
}

func orNull(t *Type) *Type {
	if t.Kind == Any && t.Name == "" || t.Kind == Nullable {
		return t
	}
	return &Type{Kind: Nullable, Elem: t}
}

func doc(n *node) string {
	if d := n.text("description"); d != "" {
		return d
	}
	return n.text("title")
}

// build makes the type of a schema that is no alias. Null is not among its values.
func (b *builder) build(n *node, dir direction, name string) *Type {
	if n == nil || n.members == nil || b.made > maxTypes {
		return &Type{}
	}
	types := slices.DeleteFunc(n.texts("type"), func(s string) bool { return s == "null" })
	switch {
	case n.has("const", "enum"):
		return b.enum(n, types, name)
	case n.has("allOf") || n.text("$ref") != "" || len(unionOf(n)) > 0 && n.has("properties"):
		return b.composed(n, dir, name)
	case len(unionOf(n)) > 0:
		return b.union(n, unionOf(n), dir, name)
	case len(types) > 1:
		return b.many(n, types, dir, name)
	case len(types) == 1:
		return b.single(n, types[0], dir, name)
	case n.has("properties", "additionalProperties", "patternProperties"):
		return b.single(n, "object", dir, name)
	case n.has("items", "prefixItems"):
		return b.single(n, "array", dir, name)
	}
	return &Type{Doc: doc(n)}
}

// single makes a type of one JSON type.
func (b *builder) single(n *node, kind string, dir direction, name string) *Type {
	t := &Type{Format: n.text("format"), Doc: doc(n), Deprecated: n.is("deprecated")}
	switch kind {
	case "string":
		t.Kind = String
		if t.Format == "" && strings.EqualFold(n.text("contentEncoding"), "base64") {
			t.Format = "byte"
		}
	case "integer":
		t.Kind = Integer
	case "number":
		t.Kind = Number
	case "boolean":
		t.Kind = Boolean
	case "array":
		t.Kind = List
		b.list(t, n, dir, name)
	case "object":
		return b.object(b.collect(n), n, dir, name)
	default:
		b.failf(n, "type %q is none of JSON Schema", kind)
	}
	return t
}

func (b *builder) list(t *Type, n *node, dir direction, name string) {
	tuple, rest := n.list("prefixItems"), n.get("items")
	if rest != nil && rest.items != nil {
		tuple, rest = rest.items, n.get("additionalItems")
	}
	for i, item := range tuple {
		t.Tuple = append(t.Tuple, b.schema(item, dir, fmt.Sprintf("%s item %d", name, i+1)))
	}
	t.Elem = b.schema(rest, dir, name+" item")
}

// many makes a union of the JSON types of one schema.
func (b *builder) many(n *node, types []string, dir direction, name string) *Type {
	t := &Type{Kind: Union, Name: name, Doc: doc(n)}
	if slices.Contains(types, "number") {
		types = slices.DeleteFunc(types, func(s string) bool { return s == "integer" })
	}
	if len(types) == 1 {
		return b.single(n, types[0], dir, name)
	}
	b.keep(t)
	for _, kind := range types {
		t.Variants = append(t.Variants, &Variant{Name: kind, Type: b.single(n, kind, dir, name+" "+kind)})
	}
	return t
}
