package model

import (
	"slices"
	"strings"
)

type slotKey struct {
	node *node
	dir  direction
}

// slot is the type of a schema without a name in the document.
type slot struct {
	t    *Type
	busy bool // it is being made
	used bool // by itself, on the way
}

// inline makes the type of a schema that stands where it is used, once: others may be composed of what is around it.
func (b *builder) inline(n *node, dir direction, name string) *Type {
	if n == nil || n.members == nil || n.origin == nil {
		return b.build(n, dir, name)
	}
	key := slotKey{node: n.origin}
	if dir != both && b.differs(n.origin) {
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
	if dir != both && b.differs(b.doc.at(pointer)) {
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
