package schema

import (
	"reflect"
	"unsafe"
)

func (n *node) readMap(r *Reader, p unsafe.Pointer, l, item *limits) error {
	if err := r.spend(mapCost); err != nil {
		return err
	}
	m := reflect.MakeMap(n.t)
	reflect.NewAt(n.t, p).Elem().Set(m)
	count, most := 0, l.mostProperties(r.Side)
	for more := !r.s.empty('}'); more; count++ {
		k, err := r.s.key()
		if err == nil && count >= most {
			err = r.s.skip()
		} else if err == nil {
			err = n.readEntry(r, m, k, l, item)
		}
		if err != nil {
			return err
		}
		if more, err = r.s.next('}'); err != nil {
			return err
		}
	}
	l.checkProperties(r, count)
	return nil
}

func (n *node) readEntry(r *Reader, m reflect.Value, name string, l, item *limits) error {
	before := len(r.Faults)
	if err := r.spend(mapCost + int(n.elem.size)); err != nil {
		return err
	}
	key, v := reflect.ValueOf(name).Convert(n.t.Key()), reflect.New(n.elem.t)
	if m.MapIndex(key).IsValid() {
		r.fault("duplicate")
	}
	if l != nil && l.keys != nil && !l.keys.fits(name) {
		r.fault("propertyNames")
	}
	err := n.elem.read(r, v.UnsafePointer(), item, nil)
	r.underKey(before, name)
	m.SetMapIndex(key, v.Elem())
	return err
}

var (
	anyMapType  = reflect.TypeFor[map[string]any]()
	anyListType = reflect.TypeFor[[]any]()
)

// readAny reads what encoding/json would put into an any: map[string]any, []any, string, float64, bool, nil.
func (r *Reader) readAny() (any, error) {
	switch s := &r.s; s.space() {
	case '{':
		var m map[string]any
		n, err := planOf(anyMapType)
		if err == nil {
			err = n.read(r, unsafe.Pointer(&m), nil, nil)
		}
		return m, err
	case '[':
		var l []any
		n, err := planOf(anyListType)
		if err == nil {
			err = n.read(r, unsafe.Pointer(&l), nil, nil)
		}
		return l, err
	case '"':
		return s.str()
	case 't', 'f':
		return s.boolean()
	case 'n':
		return nil, s.word("null")
	}
	text, _, err := r.s.number()
	if err != nil {
		return nil, errSyntax
	}
	f, ok := parseFloat(text)
	if !ok {
		r.fault("range", reflect.Float64)
	}
	return f, nil
}
