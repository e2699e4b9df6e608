package schema

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strconv"
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
	case signed, unsigned, float:
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

func (n *node) readNumber(r *Reader, p unsafe.Pointer, l *limits) error {
	text, whole, err := r.s.number()
	if err != nil {
		return r.wrongType(err, n)
	}
	n.setNumber(r, p, text, whole, l)
	return nil
}

// setNumber stores a number, whose text follows the grammar of JSON.
func (n *node) setNumber(r *Reader, p unsafe.Pointer, text []byte, whole bool, l *limits) {
	if n.kind == float {
		f, ok := parseFloat(text)
		if n.size == 4 {
			f, ok = storeFloat32(p, text)
		} else if ok {
			*(*float64)(p) = f
		}
		if !ok {
			r.fault("range", n.t.Kind())
		} else if l != nil {
			l.checkNumber(r, f)
		}
		return
	}
	if !whole {
		r.fault("type", n.wants()...)
		return
	}
	var ok bool
	if n.kind == signed {
		var v int64
		if v, ok = parseInt(text); ok {
			ok = storeInt(p, n.size, v)
		}
		if ok && l != nil {
			l.checkInt(r, v)
		}
	} else {
		v, err := strconv.ParseUint(unsafe.String(unsafe.SliceData(text), len(text)), 10, 64)
		ok = err == nil && storeUint(p, n.size, v)
		if ok && l != nil {
			l.checkUint(r, v)
		}
	}
	if !ok {
		r.fault("range", n.t.Kind())
	}
}

// readDecimal takes a number, or a string that is one.
func (n *node) readDecimal(r *Reader, p unsafe.Pointer, l *limits) (err error) {
	var text string
	if r.s.space() == '"' {
		text, err = r.s.str()
	} else {
		var number []byte
		number, _, err = r.s.number()
		text = string(number)
	}
	if err != nil {
		return r.wrongType(err, n)
	}
	n.setDecimal(r, p, text, l)
	return nil
}

func (n *node) setDecimal(r *Reader, p unsafe.Pointer, text string, l *limits) {
	x := checkedDecimal(text)
	if x == nil || reflect.NewAt(n.t, p).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
		r.fault("type", n.wants()...)
	} else if l != nil {
		l.checkDecimal(r, x)
	}
}

func parseInt(text []byte) (int64, bool) {
	if len(text) > 18 {
		v, err := strconv.ParseInt(unsafe.String(unsafe.SliceData(text), len(text)), 10, 64)
		return v, err == nil
	}
	var v int64
	for _, c := range text {
		if c != '-' {
			v = v*10 + int64(c-'0')
		}
	}
	if text[0] == '-' {
		v = -v
	}
	return v, true
}

func storeInt(p unsafe.Pointer, size uintptr, v int64) bool {
	switch size {
	case 8:
		*(*int64)(p) = v
		return true
	case 4:
		*(*int32)(p) = int32(v)
		return int64(int32(v)) == v
	case 2:
		*(*int16)(p) = int16(v)
		return int64(int16(v)) == v
	}
	*(*int8)(p) = int8(v)
	return int64(int8(v)) == v
}

func storeUint(p unsafe.Pointer, size uintptr, v uint64) bool {
	switch size {
	case 8:
		*(*uint64)(p) = v
		return true
	case 4:
		*(*uint32)(p) = uint32(v)
		return uint64(uint32(v)) == v
	case 2:
		*(*uint16)(p) = uint16(v)
		return uint64(uint16(v)) == v
	}
	*(*uint8)(p) = uint8(v)
	return uint64(uint8(v)) == v
}

// storeFloat32 reads the text once more: rounding it to 64 bits first would round it twice.
func storeFloat32(p unsafe.Pointer, text []byte) (float64, bool) {
	f, err := strconv.ParseFloat(unsafe.String(unsafe.SliceData(text), len(text)), 32)
	*(*float32)(p) = float32(f)
	return f, err == nil
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
