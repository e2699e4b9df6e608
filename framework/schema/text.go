package schema

import (
	"reflect"
	"unsafe"
)

// settle makes what a pointer points to, and marks a Null as set.
func (n *node) settle(p unsafe.Pointer) (*node, unsafe.Pointer) {
	for {
		switch n.kind {
		case pointer:
			v := reflect.New(n.elem.t).UnsafePointer()
			*(*unsafe.Pointer)(p) = v
			p = v
		case nullable:
			(*nullHead)(p).set = true
			p = unsafe.Add(p, n.value)
		default:
			return n, p
		}
		n = n.elem
	}
}

// readText reads a value from text that is not JSON.
func (n *node) readText(r *Reader, p unsafe.Pointer, text string, l *limits) {
	n, p = n.settle(p)
	switch n.kind {
	case str:
		*(*string)(p) = text
		if l != nil {
			l.checkText(r, text)
		}
		if n.enum != nil && r.Side != Received {
			n.enum.checkText(r, text)
		}
	case boolean:
		switch text {
		case "true", "1":
			*(*bool)(p) = true
		case "false", "0":
			*(*bool)(p) = false
		default:
			r.fault("type", n.wants()...)
			return
		}
		if l != nil {
			l.checkBool(r, *(*bool)(p))
		}
	case signed, unsigned, float:
		s := scanner{b: []byte(text)}
		number, whole, err := s.number()
		if err != nil || len(number) != len(text) {
			r.fault("type", n.wants()...)
			return
		}
		n.setNumber(r, p, number, whole, l)
	case exact:
		n.setDecimal(r, p, text, l)
	default:
		n.setText(r, p, text, l)
	}
}

// text is a value as readText takes it: its JSON, without the quotes of a string.
func (n *node) text(v unsafe.Pointer) (string, error) {
	n, v, err := n.held(v)
	if err != nil {
		return "", err
	}
	if n.kind == str {
		return reflect.NewAt(n.t, v).Elem().String(), nil
	}
	w := Writer{input: true}
	b := n.append(nil, v, &w)
	if w.err != nil || len(b) == 0 || b[0] != '"' {
		return string(b), w.err
	}
	s := scanner{b: b, limit: maxDepth}
	return s.str()
}

// distinct are the texts of items in a form that equal ones share.
func (n *node) distinct(texts []string) []string {
	if !n.isNumber() {
		return texts
	}
	l := make([]string, len(texts))
	for i, text := range texts {
		l[i] = string(appendNumber(nil, []byte(text)))
	}
	return l
}
