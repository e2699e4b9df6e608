package model

import "strings"

// object makes an Object of parts, or a Map if it names no members.
func (b *builder) object(p *parts, n *node, dir direction, name string) *Type {
	t := &Type{Kind: Object, Name: name, Doc: p.doc, Deprecated: n.is("deprecated")}
	if len(p.names) == 0 && !closed(p.further) {
		t.Kind, t.Name, t.Elem = Map, "", b.schema(further(p), dir, name+" value")
		return t
	}
	b.keep(t)
	for _, member := range p.names {
		s := p.props[member]
		if dir == in && b.oneWay(s, "readOnly") || dir == out && b.oneWay(s, "writeOnly") {
			continue
		}
		t.Members = append(t.Members, &Member{
			Name: member, Doc: doc(s), Deprecated: s.is("deprecated"), Required: p.required[member], Type: b.schema(s, dir, name+" "+member),
		})
	}
	if p.further != nil && !closed(p.further) {
		t.Elem = b.schema(p.further, dir, name+" value")
	}
	return t
}

// oneWay tells whether a member, or what it refers to, is marked as readOnly or writeOnly.
func (b *builder) oneWay(n *node, mark string) bool {
	for range 16 {
		if n.is(mark) {
			return true
		}
		ref := n.text("$ref")
		if ref == "" {
			return false
		}
		n = b.doc.at(ref)
	}
	return false
}

// closed tells that there are no further members.
func closed(n *node) bool { return n != nil && n.value == false }

func further(p *parts) *node {
	if p.further == nil && p.pattern != nil && len(p.pattern.keys) == 1 {
		return p.pattern.get(p.pattern.keys[0])
	}
	return p.further
}

// form makes the Object of a form, whose members may be files.
func (b *builder) form(n, encoding *node, name string) *Type {
	p := b.collect(n)
	t := &Type{Kind: Object, Name: name, Doc: p.doc, Form: true}
	b.keep(t)
	for _, member := range p.names {
		s := p.props[member]
		if b.oneWay(s, "readOnly") {
			continue
		}
		m := &Member{Name: member, Doc: doc(s), Deprecated: s.is("deprecated"), Required: p.required[member], Media: encoding.get(member).text("contentType")}
		if strings.ContainsAny(m.Media, "*,") {
			m.Media = "" // a choice that the caller makes
		}
		switch target := b.deref(s); {
		case isFile(target):
			m.Type = &Type{Kind: File}
		case isFile(b.deref(target.get("items"))):
			m.Type = &Type{Kind: List, Elem: &Type{Kind: File}}
		default:
			m.Type = b.schema(s, in, name+" "+member)
		}
		t.Members = append(t.Members, m)
	}
	if len(p.names) == 0 {
		t.Elem = &Type{}
	}
	return t
}

func (b *builder) hasFiles(n *node) bool {
	for _, s := range b.collect(n).props {
		if s = b.deref(s); isFile(s) || isFile(b.deref(s.get("items"))) {
			return true
		}
	}
	return false
}

// isFile tells a member of a form that is a file.
func isFile(n *node) bool {
	return n.text("format") == "binary" || n.text("contentEncoding") == "binary" ||
		n.text("contentMediaType") != "" && n.text("contentEncoding") == "" && !strings.HasSuffix(n.text("contentMediaType"), "json")
}
