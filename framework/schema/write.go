package schema

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"
)

// A Writer is what the writing of a value needs, memory that may be used again. It remembers what went wrong; what is
// written is JSON all the same.
type Writer struct {
	err   error
	depth int
	input bool // written as an input, for a server to read: secrets in the clear, what outputs alone show left out
}

// maxWriteDepth is where a value is taken to hold itself.
const maxWriteDepth = 512

func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

func (w *Writer) noTime(b []byte) []byte {
	w.fail(errors.New("a time has a year of more than four digits"))
	return append(b, "null"...)
}

// inputForm is how n is written as an input, which is as it is read: a secret string has a marshaler that hides it, and
// none that reads it.
func (n *node) inputForm() kind {
	if n.kind != foreign && n.kind != textual && n.kind != exact {
		return n.kind
	}
	return n.out
}

// append writes the value at p.
func (n *node) append(b []byte, p unsafe.Pointer, w *Writer) []byte {
	form := n.out
	if w.input {
		form = n.inputForm()
	}
	switch form {
	case str:
		return AppendString(b, *(*string)(p))
	case signed:
		return strconv.AppendInt(b, loadInt(p, n.size), 10)
	case unsigned:
		return strconv.AppendUint(b, loadUint(p, n.size), 10)
	case boolean:
		return strconv.AppendBool(b, *(*bool)(p))
	case float:
		return n.appendFloat(b, p, w)
	case instant:
		b, ok := appendTime(b, *(*time.Time)(p))
		if !ok {
			return w.noTime(b)
		}
		return b
	case lasting:
		if w.input && *(*time.Duration)(p) < 0 {
			w.fail(errors.New("a duration is below zero, which no input may be"))
		}
		return append(appendDuration(append(b, '"'), *(*time.Duration)(p)), '"')
	case pointer:
		if q := *(*unsafe.Pointer)(p); q != nil {
			return n.elem.append(b, q, w)
		}
		return append(b, "null"...)
	case nullable:
		if h := (*nullHead)(p); !h.set || h.null {
			return append(b, "null"...)
		}
		return n.elem.append(b, unsafe.Add(p, n.value), w)
	case object, list, array, mapping, union:
		if w.depth++; w.depth > maxWriteDepth {
			w.fail(fmt.Errorf("a %s is nested deeper than %d levels", n.t, maxWriteDepth))
			return append(b, "null"...)
		}
		b = n.appendMany(b, p, w, form)
		w.depth--
		return b
	}
	return n.appendOther(b, p, w, form)
}

func (n *node) appendMany(b []byte, p unsafe.Pointer, w *Writer, form kind) []byte {
	switch form {
	case object:
		return n.obj.append(b, p, w)
	case mapping:
		return n.appendMap(b, p, w)
	case union:
		return n.appendUnion(b, p, w)
	}
	count := 0
	if form == array {
		count = n.t.Len()
	} else {
		h := (*[]struct{})(p)
		count, p = len(*h), unsafe.Pointer(unsafe.SliceData(*h))
	}
	b = append(b, '[')
	if n.t.Elem() == stringType {
		return append(appendStrings(b, unsafe.Slice((*string)(p), count)), ']')
	}
	for i := range count {
		if i > 0 {
			b = append(b, ',')
		}
		b = n.elem.append(b, unsafe.Add(p, uintptr(i)*n.elem.size), w)
	}
	return append(b, ']')
}

func appendStrings(b []byte, l []string) []byte {
	for i, s := range l {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendString(b, s)
	}
	return b
}

// append writes the members that outputs show.
func (o *Object) append(b []byte, p unsafe.Pointer, w *Writer) []byte {
	if !w.input && o.first == nil {
		switch {
		case o.code != nil && o.code.Append != nil:
			return o.code.Append(w, o, b, p)
		case o.whole:
			return o.appendAll(b, p, w)
		}
	}
	b = append(b, '{')
	first := o.first == nil
	b = append(b, o.first...)
	for i := range o.members {
		m := &o.members[i]
		q := unsafe.Add(p, m.offset)
		if w.input {
			if m.readOnly || !m.required && m.isZero(q) {
				continue
			}
		} else if m.leftOut(q) {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = append(b, m.key...)
		b = m.node.append(b, q, w)
	}
	if o.rest != nil {
		b = o.appendRest(b, p, w, first)
	}
	return append(b, '}')
}

// leftOut tells whether outputs leave out the member, whose value is at p.
func (m *Member) leftOut(p unsafe.Pointer) bool {
	return m.writeOnly || (m.omitZero || m.omitEmpty) && m.isZero(p) || m.node.kind == nullable && !(*nullHead)(p).set
}

type zeroer interface{ IsZero() bool }

// isZero follows encoding/json: omitempty looks at lengths too, omitzero asks IsZero.
func (m *Member) isZero(p unsafe.Pointer) bool {
	v := reflect.NewAt(m.node.t, p)
	if m.omitEmpty {
		switch e := v.Elem(); e.Kind() {
		case reflect.Slice, reflect.Map, reflect.Array, reflect.String:
			return e.Len() == 0
		case reflect.Struct:
			if !m.omitZero {
				return false
			}
		}
	}
	if z, ok := v.Interface().(zeroer); ok && m.omitZero {
		return z.IsZero()
	}
	return v.Elem().IsZero()
}

// appendMap writes the members in the order of their names.
func (n *node) appendMap(b []byte, p unsafe.Pointer, w *Writer) []byte {
	m := reflect.NewAt(n.t, p).Elem()
	b = append(b, '{')
	for i, k := range sortedKeys(m) {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, k.String()), ':')
		v := reflect.New(n.elem.t)
		v.Elem().Set(m.MapIndex(k))
		b = n.elem.append(b, v.UnsafePointer(), w)
	}
	return append(b, '}')
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}
