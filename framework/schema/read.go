package schema

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"time"
	"unsafe"
)

// read reads one value into p. The error is about the document as a whole: what is wrong with the value alone
// is a fault of r.
func (n *node) read(r *Reader, p unsafe.Pointer, l, item *limits) (err error) {
	s := &r.s
	if r.Side == Answer && n.out != n.kind {
		return s.skip() // a marshaler of its own has the last word
	}
	switch n.kind {
	case str:
		var v string
		if v, err = s.str(); err == nil {
			*(*string)(p) = v
			if l != nil {
				l.checkText(r, v)
			}
			if n.enum != nil && r.Side != Received {
				n.enum.checkText(r, v)
			}
			return nil
		}
	case signed:
		if from := s.i; n.readInteger(r, p, l) {
			return nil
		} else {
			s.i = from
		}
		return n.readNumber(r, p, l)
	case float:
		if n.size == 8 {
			if f, ok := s.decimal(); ok {
				*(*float64)(p) = f
				if l != nil && (f < l.least || f > l.most) {
					l.checkNumber(r, f)
				}
				return nil
			}
		}
		return n.readNumber(r, p, l)
	case unsigned:
		return n.readNumber(r, p, l)
	case boolean:
		var v bool
		if v, err = s.boolean(); err == nil {
			*(*bool)(p) = v
			if l != nil {
				l.checkBool(r, v)
			}
			return nil
		}
	case instant, day, lasting, textual, address, octets:
		var v string
		if v, err = s.str(); err == nil {
			n.setText(r, p, v, l)
			return nil
		}
	case exact:
		return n.readDecimal(r, p, l)
	case union:
		return n.readUnion(r, p)
	case pointer:
		if s.space() == 'n' {
			if r.Side != Request {
				return s.word("null")
			}
			return r.wrongType(errType, n)
		}
		if err := r.spend(int(n.elem.size)); err != nil {
			return err
		}
		v := reflect.New(n.elem.t)
		*(*unsafe.Pointer)(p) = v.UnsafePointer()
		return n.elem.read(r, v.UnsafePointer(), l, item)
	case nullable:
		return n.readNull(r, p, l, item)
	case object:
		if err = n.obj.read(r, p); err == nil {
			return nil
		}
	case list, array, mapping:
		return n.readMany(r, p, l, item)
	default:
		return n.readOther(r, p)
	}
	return r.wrongType(err, n)
}

// setText stores a string in a value that is not a plain one.
func (n *node) setText(r *Reader, p unsafe.Pointer, v string, l *limits) {
	var err error
	switch n.kind {
	case instant:
		var t time.Time
		if t, err = time.Parse(time.RFC3339Nano, v); err == nil {
			*(*time.Time)(p) = t
		}
	case day:
		err = parseDay(p, v)
	case lasting:
		d, ok := parseDuration(v)
		if *(*time.Duration)(p) = d; !ok || d < 0 && r.Side == Request {
			r.fault("type", n.wants()...)
			return
		}
	case address:
		err = parseURL(p, v)
	case octets:
		var b []byte
		if b, err = base64.StdEncoding.DecodeString(v); err == nil {
			*(*[]byte)(p) = b
		}
	default:
		err = reflect.NewAt(n.t, p).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(v))
	}
	if err != nil {
		r.fault("type", n.wants()...)
	} else if l != nil {
		l.checkText(r, v)
	}
}

// readNull reads a Null: that it is here is what counts.
func (n *node) readNull(r *Reader, p unsafe.Pointer, l, item *limits) error {
	null, err := r.s.null()
	if err != nil {
		return err
	}
	head := (*nullHead)(p)
	head.set, head.null = true, null
	if null {
		return nil
	}
	return n.elem.read(r, unsafe.Add(p, n.value), l, item)
}

// nullHead is how every Null[T] begins in memory.
type nullHead struct{ set, null bool }

// readOther reads what has no shape of its own: any, raw JSON, types with an UnmarshalJSON.
func (n *node) readOther(r *Reader, p unsafe.Pointer) error {
	r.s.space()
	from := r.s.i
	if n.kind == anything {
		v, err := r.readAny()
		if err == nil {
			reflect.NewAt(n.t, p).Elem().Set(reflect.ValueOf(&v).Elem())
		}
		return err
	}
	if err := r.s.skip(); err != nil {
		return err
	}
	text := r.s.b[from:r.s.i]
	if n.kind == raw {
		if r.s.copy {
			text = bytes.Clone(text)
		}
		*(*json.RawMessage)(p) = text[:len(text):len(text)]
		return nil
	}
	if err := reflect.NewAt(n.t, p).Interface().(json.Unmarshaler).UnmarshalJSON(text); err != nil {
		r.fault("type", n.wants()...)
	}
	return nil
}
