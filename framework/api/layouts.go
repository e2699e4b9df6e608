package api

import (
	"maps"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// Layouts lists what codecs of the types that endpoints take and answer with are printed from, by the name of the type.
func (m *Mux) Layouts() []schema.Layout {
	byName, ambiguous := map[string]schema.Layout{}, map[string]bool{} // two types of a name: one is of a function
	add := func(l []schema.Layout, read, written bool) {
		for _, x := range l {
			name := x.Package + "." + x.Type
			old, twice := byName[name]
			if twice && old.Print != x.Print {
				ambiguous[name] = true
			}
			x.Read, x.Written = old.Read || read, old.Written || written
			byName[name] = x
		}
	}
	for _, ep := range m.endpoints {
		if ep.plan != nil {
			add(ep.plan.body.layouts(), true, false)
		}
		if ep.out != nil {
			add(ep.out.layouts(), false, true)
		}
	}
	var l []schema.Layout
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		if !ambiguous[name] {
			l = append(l, byName[name])
		}
	}
	return l
}

func (b *body) layouts() (l []schema.Layout) {
	if b.members != nil {
		l = b.members.Layouts()
	}
	if b.whole != nil {
		l = append(l, b.whole.Layouts()...)
	}
	return l
}

func (o *output) layouts() (l []schema.Layout) {
	for i := range o.responses {
		if r := o.responses[i].out; r != nil {
			l = append(l, r.layouts()...)
		}
	}
	if o.members != nil {
		l = append(l, o.members.Layouts()...)
	}
	if o.value != nil {
		l = append(l, o.value.Layouts()...)
	}
	return l
}
