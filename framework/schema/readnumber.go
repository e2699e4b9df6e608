package schema

import (
	"encoding"
	"reflect"
	"strconv"
	"unsafe"
)

func (n *node) readNumber(r *Reader, p unsafe.Pointer, l *limits) error {
	text, whole, err := r.s.number()
	if err != nil {
		return r.wrongType(err, n)
	}
	n.setNumber(r, p, text, whole, l)
	return nil
}

// readInteger reads the usual integer; false leaves it to readNumber, which knows what is wrong.
func (n *node) readInteger(r *Reader, p unsafe.Pointer, l *limits) bool {
	v, ok := r.s.integer()
	if !ok || !storeInt(p, n.size, v) {
		return false
	}
	l.judgeInt(r, v)
	return true
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
	fits := isDecimalText(text) || r.Side != Request && r.isModest(text)
	if !fits || reflect.NewAt(n.t, p).Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
		r.fault("type", n.wants()...)
	} else if l != nil {
		l.checkDecimal(r, text)
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
