package schema

import (
	"encoding/json"
	"reflect"
	"slices"
	"unsafe"
)

// setDefault reads the tag default. owner is the object that the field is a member of, nil for a parameter.
func (m *Member) setDefault(p *planner, t reflect.Type, f reflect.StructField, owner *Object) {
	text, ok := f.Tag.Lookup("default")
	if !ok {
		return
	}
	own := *m
	m.byDefault = func(v unsafe.Pointer) { own.readTag(new(Reader), v, text) }
	if m.node.kind == str {
		m.byDefault = func(v unsafe.Pointer) { *(*string)(v) = text }
	}
	p.later = append(p.later, func() {
		if owner != nil && own.node.some(func(n *node) bool { return n.obj == owner }, map[*node]bool{}) {
			p.fail(t, f.Name, "tag default: the value would hold a %s with the same default, without end", t)
			return
		}
		own.tryTag(p, t, f, "default", text)
	})
}

// setExample reads the tag example.
func (m *Member) setExample(p *planner, t reflect.Type, f reflect.StructField) {
	if text, ok := f.Tag.Lookup("example"); ok {
		m.example = &text
		own := *m
		p.later = append(p.later, func() { own.tryTag(p, t, f, "example", text) })
	}
}

// readTag reads the value of a tag: as text where the type has a form as text, and as JSON otherwise.
func (m *Member) readTag(r *Reader, v unsafe.Pointer, text string) bool {
	if inner := m.node.inner(); inner.kind != list && m.node.unreadable() == nil {
		m.node.readText(r, v, text, m.limits)
		return true
	}
	target, v := m.node.settle(v)
	return r.document([]byte(text), func() error { return target.read(r, v, m.limits, m.item) })
}

// tryTag tells a value that the type or the rules of the field do not take.
func (m *Member) tryTag(p *planner, t reflect.Type, f reflect.StructField, tag, text string) {
	if m.node.some(func(n *node) bool { return n.kind == unknown }, map[*node]bool{}) {
		return // told already
	}
	var r Reader
	if trial := reflect.New(m.node.t); !m.readTag(&r, trial.UnsafePointer(), text) || len(r.Faults) > 0 {
		p.fail(t, f.Name, "tag %s: %q %s", tag, text, r.Faults[0].Detail)
	}
}

// defaultJSON is the default as documents show it.
func (m *Member) defaultJSON() json.RawMessage {
	v := reflect.New(m.node.t)
	m.byDefault(v.UnsafePointer())
	return m.json(v)
}

// exampleJSON is the example as documents show it.
func (m *Member) exampleJSON() json.RawMessage {
	v := reflect.New(m.node.t)
	m.readTag(new(Reader), v.UnsafePointer(), *m.example)
	return m.json(v)
}

func (m *Member) json(v reflect.Value) json.RawMessage {
	w := Writer{input: true}
	b := m.node.append(nil, v.UnsafePointer(), &w)
	if w.err != nil {
		return nil
	}
	return slices.Clip(b)
}
