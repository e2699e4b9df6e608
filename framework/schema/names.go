package schema

import "strings"

// listOf reads a tag that lists names.
func listOf(tag string) []string {
	return strings.FieldsFunc(tag, func(r rune) bool { return r == ',' || r == ' ' })
}

// addAliases lets inputs call the ith member by its further names.
func (o *Object) addAliases(p *planner, i int) {
	m := &o.members[i]
	for _, name := range m.Aliases {
		if other, taken := o.index[name]; taken {
			p.fail(o.t, m.Field, "tag alias: the name %q is taken by %s", name, o.members[other].Field)
			continue
		}
		o.index[name] = i
	}
}

// dependency says that a member needs others beside it.
type dependency struct {
	member int
	needs  []int
}

func (o *Object) addDependencies(p *planner, i int) {
	m := &o.members[i]
	d := dependency{member: i}
	for _, name := range m.needs {
		other, known := o.index[name]
		if !known || o.members[other].Name != name {
			p.fail(o.t, m.Field, "tag dependentRequired: there is no member %q", name)
			continue
		}
		if m.readOnly || o.members[other].readOnly {
			p.fail(o.t, m.Field, "tag dependentRequired: inputs ignore members that are readonly, so %s could never stand beside %s", name, m.Name)
			continue
		}
		d.needs = append(d.needs, other)
	}
	if d.needs != nil {
		o.deps = append(o.deps, d)
	}
}

// check reports what the member, if it is there, misses.
func (d dependency) check(r *Reader, o *Object, seen []uint64) {
	has := func(i int) bool { return seen[i>>6]&(1<<(i&63)) != 0 }
	if !has(d.member) {
		return
	}
	for _, i := range d.needs {
		m := &o.members[i]
		if has(i) || m.required && r.Side == Request || m.writeOnly && r.Side != Request { // reported already, or not shown
			continue
		}
		before := len(r.Faults)
		r.fault("dependentRequired", o.members[d.member].Name)
		r.under(before, o.members[i].pointer)
	}
}
