package schema

import (
	"reflect"
	"unsafe"
)

// rest is a field that keeps the members that are not declared: Extra map[string]T `additional:"keep"`.
type rest struct {
	node   *node
	offset uintptr
	limits *limits
	item   *limits
}

func isRest(f reflect.StructField) bool { return f.Tag.Get("additional") == "keep" && f.Name != "_" }

func (o *Object) addRest(f reflect.StructField, offset uintptr) {
	p := o.plan
	m := Member{Field: f.Name, node: p.fieldNode(o.t, f)}
	m.setRules(p, o.t, f, nil)
	switch {
	case m.node.kind != mapping:
		p.fail(o.t, f.Name, "keeps the members that are not declared: make it a map, not %s", f.Type)
	case o.rest != nil:
		p.fail(o.t, f.Name, "another field keeps the members that are not declared")
	default:
		o.rest = &rest{m.node, offset, m.limits, m.item}
	}
}

// read keeps a member.
func (e *rest) read(r *Reader, p unsafe.Pointer, name string) error {
	v := reflect.NewAt(e.node.t, unsafe.Add(p, e.offset)).Elem()
	if v.IsNil() {
		v.Set(reflect.MakeMap(e.node.t))
	}
	if v.Len() > e.limits.mostProperties(r.Side) {
		return r.s.skip()
	}
	return e.node.readEntry(r, v, name, e.limits, e.item)
}

// check judges what has been kept.
func (e *rest) check(r *Reader, p unsafe.Pointer) {
	e.limits.checkProperties(r, reflect.NewAt(e.node.t, unsafe.Add(p, e.offset)).Elem().Len())
}

// appendRest writes what a rest keeps behind the members, but for names that these have.
func (o *Object) appendRest(b []byte, p unsafe.Pointer, w *writer, first bool) []byte {
	n := o.rest.node
	m := reflect.NewAt(n.t, unsafe.Add(p, o.rest.offset)).Elem()
	for _, k := range sortedKeys(m) {
		name := k.String()
		if o.find(name, len(o.members)) >= 0 || o.tag != "" && name == o.tag {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		v := reflect.New(n.elem.t)
		v.Elem().Set(m.MapIndex(k))
		b = n.elem.append(append(AppendString(b, name), ':'), v.UnsafePointer(), w)
	}
	return b
}
