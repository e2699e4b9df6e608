package schema

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"
)

// checkMembers tells what of an object could not be read from the query.
func (p *Param) checkMembers(plan *planner, owner reflect.Type, f reflect.StructField) {
	n := p.node.inner()
	if n.kind == mapping {
		if bad := n.elem.unreadable(); bad != nil {
			plan.fail(owner, f.Name, "a %s cannot be read from text", bad.t)
		}
		return
	}
	if n.obj.rest != nil {
		plan.fail(owner, f.Name, "%s keeps members that are not declared, which only a body can have", n.t)
	}
	for i := range n.obj.members {
		if bad := n.obj.members[i].node.unreadable(); bad != nil {
			plan.fail(owner, f.Name, "%s.%s: a %s cannot be read from text", n.t, n.obj.members[i].Field, bad.t)
		}
	}
}

// readPairs reads an object from the names and the texts of its members in turn.
func (p *Param) readPairs(r *Reader, v unsafe.Pointer, pairs []string) {
	n, v := p.node.settle(v)
	if n.kind == mapping {
		n.readTextMap(r, v, pairs, p.limits, p.item)
		return
	}
	o := n.obj
	texts := make([][]string, len(o.members))
	seen := make([]uint64, o.words)
	for i := 0; i < len(pairs); i += 2 {
		k := o.find(pairs[i])
		switch {
		case k >= 0 && !o.members[k].readOnly:
			texts[k] = append(texts[k], pairs[i+1])
		case k < 0 && o.forbid:
			before := len(r.Faults)
			r.fault("unknown")
			r.underKey(before, pairs[i])
		}
	}
	for i, l := range texts {
		if len(l) == 0 {
			continue
		}
		m := &o.members[i]
		seen[i>>6] |= 1 << (i & 63)
		before := len(r.Faults)
		at := unsafe.Add(v, m.offset)
		switch {
		case m.node.inner().kind == list:
			target, at := m.node.settle(at)
			target.readTexts(r, at, l, m.limits, m.item)
		case len(l) > 1:
			r.fault("duplicate")
		default:
			m.node.readText(r, at, l[0], m.limits)
		}
		r.under(before, m.pointer)
	}
	o.complete(r, v, seen)
}

// readTextMap reads a map from names and texts in turn.
func (n *node) readTextMap(r *Reader, v unsafe.Pointer, pairs []string, l, item *limits) {
	m := reflect.MakeMap(n.t)
	reflect.NewAt(n.t, v).Elem().Set(m)
	if most := l.mostProperties(r.Side); len(pairs)/2 > most {
		r.fault("maxProperties", most)
		return
	}
	for i := 0; i < len(pairs); i += 2 {
		before := len(r.Faults)
		key, value := reflect.ValueOf(pairs[i]).Convert(n.t.Key()), reflect.New(n.elem.t)
		switch {
		case m.MapIndex(key).IsValid():
			r.fault("duplicate")
		case l != nil && l.keys != nil && !l.keys.fits(pairs[i]):
			r.fault("propertyNames")
		default:
			n.elem.readText(r, value.UnsafePointer(), pairs[i+1], item)
		}
		m.SetMapIndex(key, value.Elem())
		r.underKey(before, pairs[i])
	}
	l.checkProperties(r, m.Len())
}

// Validate asks the Validators of a value that was sent; see Plan.Validate. Of an optional object that is zero it
// asks none.
func (p *Param) Validate(ctx context.Context, r *Reader, v unsafe.Pointer) error {
	if !p.node.mayCheck || p.Deep() && !p.required && reflect.NewAt(p.node.t, v).Elem().IsZero() {
		return nil
	}
	before := len(r.Faults)
	err := p.node.validate(ctx, r, v)
	for i := before; i < min(len(r.Faults), maxFaults); i++ {
		r.Faults[i].In, r.Faults[i].Name = p.In, p.Name
	}
	return err
}

// pairs is an object as the names and the texts of its members in turn.
func (n *node) pairs(v unsafe.Pointer) (l []string, err error) {
	add := func(name string, member *node, at unsafe.Pointer) {
		texts, e := member.texts(at)
		if e != nil && err == nil {
			err = fmt.Errorf("%s: %w", name, e)
		}
		for _, text := range texts {
			l = append(l, name, text)
		}
	}
	if n.kind == mapping {
		m := reflect.NewAt(n.t, v).Elem()
		for _, k := range sortedKeys(m) {
			value := reflect.New(n.elem.t)
			value.Elem().Set(m.MapIndex(k))
			add(k.String(), n.elem, value.UnsafePointer())
		}
		return l, err
	}
	for i := range n.obj.members {
		m := &n.obj.members[i]
		at := unsafe.Add(v, m.offset)
		if m.readOnly || !m.required && m.isZero(at) {
			continue
		}
		add(m.Name, m.node, at)
	}
	return l, err
}
