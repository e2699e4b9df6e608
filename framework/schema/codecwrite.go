package schema

import (
	"time"
	"unsafe"
)

// Float appends a number, null for what JSON cannot say.
func (w *Writer) Float(b []byte, f float64) []byte {
	b, ok := appendFloat(b, f, 64)
	if !ok {
		return w.noNumber(b, f)
	}
	return b
}

// Time appends a time, null for one that RFC 3339 cannot say.
func (w *Writer) Time(b []byte, t time.Time) []byte {
	b, ok := appendTime(b, t)
	if !ok {
		return w.noTime(b)
	}
	return b
}

// Value appends the value of a member by the plan; at is the struct.
func (w *Writer) Value(b []byte, o *Object, member int, at unsafe.Pointer) []byte {
	m := &o.slots[member]
	return m.node.append(b, unsafe.Add(at, m.offset), w)
}

// Member appends a member with its name by the plan, behind those that are there, unless outputs leave it out.
func (w *Writer) Member(b []byte, o *Object, member int, at unsafe.Pointer) []byte {
	m := &o.members[member]
	p := unsafe.Add(at, m.offset)
	if m.leftOut(p) {
		return b
	}
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return m.node.append(append(b, m.key...), p, w)
}

// Rest appends the members that are not declared.
func (w *Writer) Rest(b []byte, o *Object, at unsafe.Pointer) []byte {
	return o.appendRest(b, at, w, b[len(b)-1] == '{')
}
