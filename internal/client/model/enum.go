package model

import (
	"encoding/json"
	"slices"
	"strconv"
)

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
