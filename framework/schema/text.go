package schema

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"unicode/utf8"
	"unsafe"
)

// A Param is the plan of a value that arrives as text: a parameter of the path, the query, a header or a cookie.
// A list takes one text an item.
type Param struct {
	In, Name string
	Facts    Facts

	node     *node
	limits   *limits
	item     *limits
	required bool
	set      func(unsafe.Pointer)
}

// NewParam plans the field f as the parameter name of in. The errors are mistakes in its declaration.
func NewParam(f reflect.StructField, owner reflect.Type, in, name string) (*Param, error) {
	p := newPlanner()
	m := Member{Name: name, Field: f.Name, node: p.fieldNode(owner, f)}
	optional := m.setFlags(p, owner, f)
	if m.readOnly || m.writeOnly {
		p.fail(owner, f.Name, "a parameter is always the request's: only members of a body are readonly or writeonly")
	}
	m.setRules(p, owner, f, nil)
	m.setDefault(p, owner, f, nil)
	k := m.node.kind
	many := m.node.inner().kind == list
	required := k != pointer && k != nullable && !many && !optional && m.byDefault == nil
	if bad := m.node.unreadable(); bad != nil {
		p.fail(owner, f.Name, "a %s cannot be read from text: give it an UnmarshalText", bad.t)
	}
	return &Param{In: in, Name: name, Facts: m.Facts, node: m.node, limits: m.limits, item: m.item, required: required, set: m.byDefault}, p.finish()
}

// unreadable finds what has no form as text.
func (n *node) unreadable() *node {
	n = n.inner()
	if n.kind == list {
		n = n.elem.inner()
	}
	switch n.kind {
	case str, boolean, signed, unsigned, float, instant, day, lasting, address, exact, textual, octets:
		return nil
	}
	return n
}

// Required tells whether the parameter must be there; Many whether it may be there more than once.
func (p *Param) Required() bool { return p.required }
func (p *Param) Many() bool     { return p.node.inner().kind == list }

// Type is the parameter's Go type.
func (p *Param) Type() reflect.Type { return p.node.t }

// Read puts the texts into the value at v: none when the parameter is absent. It tells whether all was well.
func (p *Param) Read(r *Reader, v unsafe.Pointer, texts ...string) (ok bool) {
	r.in, r.name = p.In, p.Name
	before := r.count
	switch {
	case slices.ContainsFunc(texts, func(s string) bool { return !utf8.ValidString(s) }):
		r.fault("encoding")
	case len(texts) == 0 && p.set != nil:
		p.set(v)
	case len(texts) == 0 && p.required:
		r.fault("required")
	case len(texts) == 0:
	case p.Many():
		p.readMany(r, v, texts)
	case len(texts) > 1:
		r.fault("duplicate")
	default:
		p.node.readText(r, v, texts[0], p.limits)
	}
	r.in, r.name = "", ""
	return r.count == before
}

// Default sets the value at v if it is zero and the parameter has a default.
func (p *Param) Default(v unsafe.Pointer) {
	if p.set != nil && reflect.NewAt(p.node.t, v).Elem().IsZero() {
		p.set(v)
	}
}

func (p *Param) readMany(r *Reader, v unsafe.Pointer, texts []string) {
	n, v := p.node.settle(v)
	if most := p.limits.mostItems(r.Side); len(texts) > most {
		r.fault("maxItems", most)
		return
	}
	l := reflect.MakeSlice(n.t, len(texts), len(texts))
	reflect.NewAt(n.t, v).Elem().Set(l)
	for i, text := range texts {
		before := len(r.Faults)
		n.elem.readText(r, l.Index(i).Addr().UnsafePointer(), text, p.item)
		r.underItem(before, i)
	}
	if p.limits == nil {
		return
	}
	if p.limits.MinItems != nil && len(texts) < *p.limits.MinItems {
		r.fault("minItems", *p.limits.MinItems)
	}
	if p.limits.UniqueItems {
		checkDistinct(r, texts)
	}
	if p.limits.contains != nil {
		p.limits.checkContains(r, n.elem.values(texts))
	}
}

// settle makes what a pointer points to, and marks a Null as set.
func (n *node) settle(p unsafe.Pointer) (*node, unsafe.Pointer) {
	for {
		switch n.kind {
		case pointer:
			v := reflect.New(n.elem.t).UnsafePointer()
			*(*unsafe.Pointer)(p) = v
			p = v
		case nullable:
			(*nullHead)(p).set = true
			p = unsafe.Add(p, n.value)
		default:
			return n, p
		}
		n = n.elem
	}
}

// readText reads a value from text that is not JSON.
func (n *node) readText(r *Reader, p unsafe.Pointer, text string, l *limits) {
	n, p = n.settle(p)
	switch n.kind {
	case str:
		*(*string)(p) = text
		if l != nil {
			l.checkText(r, text)
		}
	case boolean:
		switch text {
		case "true", "1":
			*(*bool)(p) = true
		case "false", "0":
			*(*bool)(p) = false
		default:
			r.fault("type", n.wants()...)
			return
		}
		if l != nil {
			l.checkBool(r, *(*bool)(p))
		}
	case signed, unsigned, float:
		s := scanner{b: []byte(text)}
		number, whole, err := s.number()
		if err != nil || len(number) != len(text) {
			r.fault("type", n.wants()...)
			return
		}
		n.setNumber(r, p, number, whole, l)
	case exact:
		n.setDecimal(r, p, text, l)
	default:
		n.setText(r, p, text, l)
	}
}

// setDefault reads the tag default, as text where the type has a form as text and as JSON otherwise. owner is the
// object that the field is a member of, nil for a parameter.
func (m *Member) setDefault(p *planner, t reflect.Type, f reflect.StructField, owner *Object) {
	text, ok := f.Tag.Lookup("default")
	if !ok {
		return
	}
	n := m.node
	limits, item := m.limits, m.item
	read := func(r *Reader, v unsafe.Pointer) bool {
		if inner := n.inner(); inner.kind != list && n.unreadable() == nil {
			n.readText(r, v, text, limits)
			return true
		}
		target, v := n.settle(v)
		return r.document([]byte(text), func() error { return target.read(r, v, limits, item) })
	}
	m.byDefault = func(v unsafe.Pointer) { read(new(Reader), v) }
	if n.kind == str {
		m.byDefault = func(v unsafe.Pointer) { *(*string)(v) = text }
	}
	p.later = append(p.later, func() {
		if n.some(func(n *node) bool { return n.kind == unknown }, map[*node]bool{}) {
			return // told already
		}
		if owner != nil && n.some(func(n *node) bool { return n.obj == owner }, map[*node]bool{}) {
			p.fail(t, f.Name, "tag default: the value would hold a %s with the same default, without end", t)
			return
		}
		var r Reader
		if trial := reflect.New(n.t); !read(&r, trial.UnsafePointer()) || len(r.Faults) > 0 {
			p.fail(t, f.Name, "tag default: %q %s", text, r.Faults[0].Detail)
		}
	})
}

// String names the parameter for messages.
func (p *Param) String() string { return fmt.Sprintf("%s parameter %s", p.In, p.Name) }

// Texts is the value at v as the texts of a parameter; none for one that is optional and absent or zero.
func (p *Param) Texts(v unsafe.Pointer) ([]string, error) {
	n := p.node
	if !p.required && reflect.NewAt(n.t, v).Elem().IsZero() {
		return nil, nil
	}
	for n.kind == pointer || n.kind == nullable {
		switch {
		case n.kind == pointer:
			v = *(*unsafe.Pointer)(v)
		case (*nullHead)(v).null:
			return nil, fmt.Errorf("%s: null has no form as text", p)
		default:
			v = unsafe.Add(v, n.value)
		}
		n = n.elem
	}
	if n.kind != list {
		text, err := n.text(v)
		return []string{text}, err
	}
	l := reflect.NewAt(n.t, v).Elem()
	texts := make([]string, l.Len())
	for i := range texts {
		var err error
		if texts[i], err = n.elem.text(l.Index(i).Addr().UnsafePointer()); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

// text is a value as readText takes it: its JSON, without the quotes of a string.
func (n *node) text(v unsafe.Pointer) (string, error) {
	if n.kind == str {
		return reflect.NewAt(n.t, v).Elem().String(), nil
	}
	w := writer{input: true}
	b := n.append(nil, v, &w)
	if w.err != nil || len(b) == 0 || b[0] != '"' {
		return string(b), w.err
	}
	s := scanner{b: b, limit: maxDepth}
	return s.str()
}

// values are the texts of items as JSON would have them.
func (n *node) values(texts []string) []any {
	l := make([]any, len(texts))
	for i, text := range texts {
		switch {
		case n.isNumber():
			l[i] = json.Number(text)
		case n.inner().kind == boolean:
			l[i] = text == "true" || text == "1"
		default:
			l[i] = text
		}
	}
	return l
}
