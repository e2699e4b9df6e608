package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"
)

// A Param is the plan of a value that arrives as text: a parameter of the path, the query, a header or a cookie.
// A list takes one text an item, an object the names and the texts of its members in turn.
type Param struct {
	In, Name string
	Aliases  []string // further names that it may have
	Facts    Facts

	node     *node
	limits   *limits
	item     *limits
	required bool
	split    bool // a list in one text, with commas between its items
	set      func(unsafe.Pointer)
	example  *string
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
	m.setExample(p, owner, f)
	q := &Param{In: in, Name: name, Aliases: listOf(f.Tag.Get("alias")), Facts: m.Facts, node: m.node, limits: m.limits, item: m.item, set: m.byDefault, example: m.example}
	k := m.node.kind
	q.required = k != pointer && k != nullable && !q.Many() && !optional && m.byDefault == nil
	q.split = q.Many() && (in == "path" || in == "header" || f.Tag.Get("explode") == "false")
	if tag, ok := f.Tag.Lookup("explode"); ok && (tag != "false" || !q.Many() || in != "query") {
		p.fail(owner, f.Name, "tag explode: only a list of the query has one, and it is false")
	}
	switch bad := m.node.unreadable(); {
	case q.Deep() && in != "query":
		p.fail(owner, f.Name, "an object is read from the query alone, as %s[member]", name)
	case q.Deep():
		p.later = append(p.later, func() { q.checkMembers(p, owner, f) })
	case bad != nil:
		p.fail(owner, f.Name, "a %s cannot be read from text: give it an UnmarshalText", bad.t)
	}
	return q, p.finish()
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

// Required tells whether the parameter must be there. An object must be if one without members is refused.
func (p *Param) Required() bool {
	if n := p.node.inner(); n.kind == object {
		return p.required && slices.ContainsFunc(n.obj.members, func(m Member) bool { return m.required })
	} else if n.kind == mapping {
		return p.required && p.limits != nil && p.limits.MinProperties != nil && *p.limits.MinProperties > 0
	}
	return p.required
}

// Many tells a list: the parameter may be there more than once, or be Split.
func (p *Param) Many() bool { return p.node.inner().kind == list }

// Split tells a list that stands in one text, with commas between its items.
func (p *Param) Split() bool { return p.split }

// Deep tells an object, each of whose members is a parameter by itself: filter[status].
func (p *Param) Deep() bool { k := p.node.inner().kind; return k == object || k == mapping }

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
	case len(texts) == 0 && p.required && !p.Deep():
		r.fault("required")
	case len(texts) == 0 && !p.required:
	case p.Deep():
		p.readPairs(r, v, texts)
	case p.Many():
		n, v := p.node.settle(v)
		if p.split {
			texts = splitTexts(texts)
		}
		n.readTexts(r, v, texts, p.limits, p.item)
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

func splitTexts(texts []string) (l []string) {
	for _, text := range texts {
		for item := range strings.SplitSeq(text, ",") {
			l = append(l, strings.TrimSpace(item))
		}
	}
	return l
}

// readTexts reads a list, each item from a text.
func (n *node) readTexts(r *Reader, v unsafe.Pointer, texts []string, l, item *limits) {
	if most := l.mostItems(r.Side); len(texts) > most {
		r.fault("maxItems", most)
		return
	}
	list := reflect.MakeSlice(n.t, len(texts), len(texts))
	reflect.NewAt(n.t, v).Elem().Set(list)
	for i, text := range texts {
		before := len(r.Faults)
		n.elem.readText(r, list.Index(i).Addr().UnsafePointer(), text, item)
		r.underItem(before, i)
	}
	if l == nil {
		return
	}
	l.checkItems(r, len(texts))
	if l.UniqueItems {
		checkDistinct(r, n.elem.distinct(texts))
	}
	if l.contains != nil {
		count := 0
		for _, text := range texts {
			again := Reader{quiet: true, Side: r.Side}
			n.elem.readText(&again, reflect.New(n.elem.t).UnsafePointer(), text, l.contains)
			if again.count == 0 {
				count++
			}
		}
		l.checkContains(r, count)
	}
}

// String names the parameter for messages.
func (p *Param) String() string { return fmt.Sprintf("%s parameter %s", p.In, p.Name) }
