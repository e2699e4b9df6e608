package schema

import (
	"reflect"
	"unsafe"
)

// rest is a field that keeps the members that are not declared: Extra map[string]T `additional:"keep"`.
type rest struct {
	node   *node
	offset uintptr
	item   *limits
}

// IsRest tells the field that keeps the members that are not declared.
func IsRest(f reflect.StructField) bool { return f.Tag.Get("additional") == "keep" && f.Name != "_" }

func (o *Object) addRest(f reflect.StructField, offset uintptr) {
	p := o.plan
	m := Member{Field: f.Name, node: p.fieldNode(o.t, f)}
	m.setRules(p, o.t, f, nil)
	switch {
	case m.node.kind != mapping:
		p.fail(o.t, f.Name, "keeps the members that are not declared: make it a map, not %s", f.Type)
	case m.limits != nil:
		p.fail(o.t, f.Name, "a rule of members counts the declared ones too: only items.* has a meaning here")
	case o.rest != nil:
		p.fail(o.t, f.Name, "another field keeps the members that are not declared")
	default:
		o.rest = &rest{m.node, offset, m.item}
	}
}

// read keeps a member.
func (e *rest) read(r *Reader, p unsafe.Pointer, name string) error {
	v := reflect.NewAt(e.node.t, unsafe.Add(p, e.offset)).Elem()
	if v.IsNil() {
		v.Set(reflect.MakeMap(e.node.t))
	}
	if v.Len() == r.Side.most() {
		return errSize
	}
	return e.node.readEntry(r, v, name, nil, e.item)
}

// appendRest writes what a rest keeps behind the members, but for names that these have.
func (o *Object) appendRest(b []byte, p unsafe.Pointer, w *Writer, first bool) []byte {
	n := o.rest.node
	m := reflect.NewAt(n.t, unsafe.Add(p, o.rest.offset)).Elem()
	for _, k := range sortedKeys(m) {
		name := k.String()
		if o.find(name) >= 0 || o.tag != "" && name == o.tag {
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
