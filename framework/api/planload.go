package api

import (
	"reflect"
	"slices"
)

// load plans the call of the Load for the value at.
func (p *inputPlanner) load(l loadKind, at slot, first int) {
	if slices.ContainsFunc(p.in.loads, func(l loadSlot) bool { return l.t == at.t }) {
		p.failf(p.ep.In, "", "holds a %s twice, which is loaded once", at.t)
	}
	if hasMembers(at.t) {
		p.failf(at.t, "", "is loaded before the body is read: it cannot have members of the body")
	}
	if _, load := l.loads(); load != nil {
		p.in.loads = append(p.in.loads, loadSlot{slot: at, load: load, first: first, last: len(p.in.params)})
	}
}

// hasMembers tells whether an input reads members of the body, or a whole one.
func hasMembers(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		name, json := f.Tag.Lookup("json")
		_, body := f.Tag.Lookup("body")
		if body || json && name != "-" || f.Anonymous && f.Type.Kind() == reflect.Struct && hasMembers(f.Type) {
			return true
		}
	}
	return false
}
