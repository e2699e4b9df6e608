package model

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// structural are the words that make a schema more than a note to another.
var structural = []string{"type", "properties", "items", "prefixItems", "additionalProperties", "patternProperties", "enum", "const", "allOf", "oneOf", "anyOf", "required"}

// schema makes the type of n. What has no name in the document gets name.
func (b *builder) schema(n *node, dir direction, name string) *Type {
	pointer, null, ok := b.alias(n)
	var t *Type
	if ok {
		t = b.ref(n, pointer, dir)
	} else {
		t = b.inline(n, dir, name)
	}
	if null || nullable(n) {
		return orNull(t)
	}
	return t
}

// slot is the type of a schema without a name in the document.
type slot struct {
	t    *Type
	busy bool // it is being made
	used bool // by itself, on the way
}

// inline makes the type of a schema that stands where it is used, once: others may be composed of what is around it.
func (b *builder) inline(n *node, dir direction, name string) *Type {
	if n == nil || n.members == nil || n.pointer == "" {
		return b.build(n, dir, name)
	}
	key := refKey{pointer: n.pointer}
	if dir != both && b.differs(n.pointer) {
		key.dir = dir
	}
	if s := b.slots[key]; s != nil {
		s.used = s.used || s.busy
		return s.t
	}
	s := &slot{t: &Type{Name: name}, busy: true}
	b.slots[key] = s
	made := b.build(n, dir, name)
	if s.busy = false; !s.used {
		s.t = made
		return made
	}
	*s.t = *made
	s.t.Name = name
	if i := slices.Index(b.types, made); i >= 0 && made.Name == name {
		b.types[i] = s.t
	} else {
		b.keep(s.t)
	}
	return s.t
}

func orNull(t *Type) *Type {
	if t.Kind == Any && t.Name == "" || t.Kind == Nullable {
		return t
	}
	return &Type{Kind: Nullable, Elem: t}
}

// alias tells a schema that is nothing but another one, or that or null.
func (b *builder) alias(n *node) (pointer string, null, ok bool) {
	if n == nil {
		return "", false, false
	}
	ref := n.text("$ref")
	switch {
	case ref != "" && !n.has(structural...):
		return ref, false, true
	case ref != "" || n.has("properties", "additionalProperties", "enum", "const", "items"):
		return "", false, false
	case len(n.list("allOf")) == 1 && !n.has("oneOf", "anyOf", "required"):
		return b.alias(n.list("allOf")[0])
	}
	branches := unionOf(n)
	if n.has("allOf") || len(branches) == 0 || n.has("oneOf") && n.has("anyOf") {
		return "", false, false
	}
	var one *node
	for _, branch := range branches {
		if isNull(branch) {
			null = true
		} else if one != nil {
			return "", false, false
		} else {
			one = branch
		}
	}
	if one == nil || one.text("$ref") == "" || one.has(structural...) {
		return "", false, false
	}
	return one.text("$ref"), null, true
}

// ref makes the type that is referred to, once.
func (b *builder) ref(from *node, pointer string, dir direction) *Type {
	null := false
	for range 64 {
		target := b.doc.at(pointer)
		if target == nil {
			b.missing(from, pointer)
			return &Type{}
		}
		next, orNull, ok := b.alias(target)
		if null = null || orNull || nullable(target); !ok {
			t := b.named(target, pointer, dir)
			if null {
				return &Type{Kind: Nullable, Elem: t}
			}
			return t
		}
		pointer = next
	}
	b.failf(from, "refers only to itself")
	return &Type{}
}

func (b *builder) named(n *node, pointer string, dir direction) *Type {
	name := pointerName(pointer)
	key := refKey{pointer: pointer}
	if dir != both && b.differs(pointer) {
		key.dir = dir
		if dir == in {
			name += " input"
		}
	}
	if t := b.refs[key]; t != nil {
		return t
	}
	t := &Type{Name: name}
	b.refs[key] = t
	b.keep(t)
	made := b.build(n, dir, name)
	if made.Kind == Nullable {
		made = made.Elem
	}
	if made.Name == name {
		b.drop(made) // it was made for t alone
	}
	*t = *made
	t.Name = name
	if t.Doc == "" {
		t.Doc = doc(n)
	}
	return t
}

// keep lists a type with a name.
func (b *builder) keep(t *Type) {
	if b.made++; b.made > maxTypes {
		if b.made == maxTypes+1 {
			b.failf(nil, "it has more than %d types", maxTypes)
		}
		return
	}
	b.types = append(b.types, t)
}

// pointerName is the name of what a pointer points to.
func pointerName(pointer string) string {
	steps := strings.Split(strings.TrimPrefix(pointer, "#/"), "/")
	if len(steps) > 2 && steps[0] == "components" {
		steps = steps[2:]
	}
	return unescaper.Replace(strings.Join(steps, " "))
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

// enum makes the type of a choice of values.
func (b *builder) enum(n *node, types []string, name string) *Type {
	values := n.list("enum")
	if c := n.get("const"); c != nil {
		values = []*node{c}
	}
	t := &Type{Kind: Enum, Name: name, Doc: doc(n), Deprecated: n.is("deprecated"), Base: -1}
	for _, v := range values {
		text, kind := "", Any
		switch x := v.value.(type) {
		case nil:
			if v.members == nil && v.items == nil {
				continue
			}
		case bool:
			kind = Boolean
		case string:
			text, kind = x, String
		case json.Number:
			text, kind = x.String(), Number
			if _, err := strconv.ParseInt(text, 10, 64); err == nil {
				kind = Integer
			}
			if len(types) == 1 && types[0] == "string" {
				kind = String
			}
		}
		switch {
		case t.Base == -1 || t.Base == kind:
			t.Base = kind
		case t.Base == Integer && kind == Number, t.Base == Number && kind == Integer:
			t.Base = Number
		default:
			t.Base = Any
		}
		if !slices.Contains(t.Values, text) {
			t.Values = append(t.Values, text)
		}
	}
	switch t.Base {
	case String, Integer:
		b.keep(t)
		return t
	case Number, Boolean:
		return &Type{Kind: t.Base, Doc: t.Doc, Format: n.text("format")}
	}
	return &Type{Doc: t.Doc}
}

func isNull(n *node) bool {
	if c := n.get("const"); c != nil && c.value == nil && c.members == nil && c.items == nil {
		return true
	}
	types := n.texts("type")
	return len(types) == 1 && types[0] == "null"
}

// nullable tells whether null is one of the values of a schema, as far as it says itself.
func nullable(n *node) bool {
	if n == nil || n.members == nil {
		return false
	}
	if slices.Contains(n.texts("type"), "null") || isNull(n) {
		return true
	}
	if len(n.texts("type")) > 0 {
		return false
	}
	for _, v := range n.list("enum") {
		if v.value == nil && v.members == nil && v.items == nil {
			return true
		}
	}
	return slices.ContainsFunc(unionOf(n), isNull)
}
