package schema

import (
	"reflect"
	"unsafe"
)

// read reads an object into the struct at p.
func (o *Object) read(r *Reader, p unsafe.Pointer) error {
	s := &r.s
	if err := s.open('{'); err != nil {
		return err
	}
	var few [1]uint64
	seen := few[:]
	if o.words > 1 {
		seen = make([]uint64, o.words)
	}
	if !s.empty('}') {
		for next := 0; ; {
			k, err := s.key()
			if err != nil {
				return err
			}
			i := o.find(k, next)
			next = i + 1
			if err := o.readMember(r, p, k, i, seen); err != nil {
				return err
			}
			if more, err := s.next('}'); err != nil {
				return err
			} else if !more {
				break
			}
		}
	}
	o.complete(r, p, seen)
	return nil
}

// find looks a member up by its exact name; most documents keep the order of the declaration.
func (o *Object) find(name string, next int) int {
	if next < len(o.members) && o.members[next].Name == name {
		return next
	}
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

func (o *Object) readMember(r *Reader, p unsafe.Pointer, name string, i int, seen []uint64) error {
	n := len(r.Faults)
	if i < 0 {
		if o.forbid {
			r.fault("unknown")
			r.underKey(n, name)
		}
		return r.s.skip()
	}
	m := &o.members[i]
	if m.readOnly {
		return r.s.skip()
	}
	if bit := uint64(1) << (i & 63); seen[i>>6]&bit != 0 {
		r.fault("duplicate")
		r.under(n, m.pointer)
		return r.s.skip()
	} else {
		seen[i>>6] |= bit
	}
	err := m.node.read(r, unsafe.Add(p, m.offset), m.limits, m.item)
	if len(r.Faults) > n {
		r.under(n, m.pointer)
	}
	return err
}

// complete reports what is missing and sets what has a default.
func (o *Object) complete(r *Reader, p unsafe.Pointer, seen []uint64) {
	for i := range o.members {
		if m := &o.members[i]; seen[i>>6]&(1<<(i&63)) == 0 {
			switch {
			case m.required:
				n := len(r.Faults)
				r.fault("required")
				r.under(n, m.pointer)
			case m.byDefault != nil && !m.readOnly:
				m.byDefault(unsafe.Add(p, m.offset))
			}
		}
	}
}

// readMany reads a list, an array or a map.
func (n *node) readMany(r *Reader, p unsafe.Pointer, l, item *limits) error {
	opening := byte('[')
	if n.kind == mapping {
		opening = '{'
	}
	if err := r.s.open(opening); err != nil {
		return r.wrongType(err, n)
	}
	switch {
	case n.kind == mapping:
		return n.readMap(r, p, l, item)
	case n.kind == array:
		return n.readArray(r, p, item)
	}
	from := r.s.i
	var count int
	var err error
	if n.t.Elem() == stringType {
		count, err = n.readStrings(r, (*[]string)(p), l.mostItems(), item)
	} else {
		count, err = n.readList(r, p, l.mostItems(), item)
	}
	if err == nil {
		l.checkItems(r, count, r.s.b[from:r.s.i])
	}
	return err
}

// items calls read for each item up to the closing bracket and returns how many there were. Those after the
// first most are passed over: a small document must not take much memory.
func (r *Reader) items(most int, read func(i int) error) (n int, err error) {
	if r.s.empty(']') {
		return 0, nil
	}
	for more := true; more && err == nil; n++ {
		if n >= most {
			err = r.s.skip()
		} else {
			before := len(r.Faults)
			if err = read(n); len(r.Faults) > before {
				r.underItem(before, n)
			}
		}
		if err == nil {
			more, err = r.s.next(']')
		}
	}
	return n, err
}

// readList grows the list as it reads: the first item tells how many may follow.
func (n *node) readList(r *Reader, p unsafe.Pointer, most int, item *limits) (int, error) {
	v := reflect.NewAt(n.t, p).Elem()
	v.Set(reflect.MakeSlice(n.t, 0, 0))
	first, room := r.s.i, 0
	count, err := r.items(most, func(i int) error {
		if i == room {
			room = min(r.room(i, first, n.elem.size), most)
			if err := r.spend(room * int(n.elem.size)); err != nil {
				room = i
				return err
			}
			grown := reflect.MakeSlice(n.t, room, room)
			reflect.Copy(grown, v)
			v.Set(grown)
		}
		return n.elem.read(r, unsafe.Add(*(*unsafe.Pointer)(p), uintptr(i)*n.elem.size), item, nil)
	})
	v.SetLen(min(count, room))
	return count, err
}

// room tells how many items to make place for, when have of them have been read since the byte first. What the
// rest of the document could hold is only a guess: it may take a small part of the budget, or lists in lists
// would each make place for all of it.
func (r *Reader) room(have, first int, size uintptr) int {
	switch have {
	case 0:
		return 1
	case 1:
		guess := (len(r.s.b)-r.s.i)/max(r.s.i-first, 8) + 2
		guess += guess / 8
		if guess*int(size) <= 2*len(r.s.b) && guess*int(size) <= r.budget/64 {
			return guess
		}
	}
	return max(have*2, 4)
}

var stringType = reflect.TypeFor[string]()

// readStrings cuts lists of strings from one array; each is capped to its own part.
func (n *node) readStrings(r *Reader, p *[]string, most int, item *limits) (int, error) {
	if cap(r.texts)-len(r.texts) < 8 {
		r.texts = make([]string, 0, min(len(r.s.b)/64, 4096)+8)
	}
	l := r.texts[len(r.texts):]
	room := unsafe.SliceData(l)
	count, err := r.items(most, func(i int) error {
		if i == cap(l) {
			if err := r.spend(2 * i * int(unsafe.Sizeof(""))); err != nil {
				return err
			}
		}
		l = append(l, "")
		return n.elem.read(r, unsafe.Pointer(&l[i]), item, nil)
	})
	if unsafe.SliceData(l) == room {
		r.texts = r.texts[:len(r.texts)+len(l)]
	}
	*p = l[:len(l):len(l)]
	return count, err
}

func (n *node) readArray(r *Reader, p unsafe.Pointer, item *limits) error {
	size := n.t.Len()
	count, err := r.items(size, func(i int) error {
		return n.elem.read(r, unsafe.Add(p, uintptr(i)*n.elem.size), item, nil)
	})
	switch {
	case err != nil:
	case count < size:
		r.fault("minItems", size)
	case count > size:
		r.fault("maxItems", size)
	}
	return err
}

func (n *node) readMap(r *Reader, p unsafe.Pointer, l, item *limits) error {
	if err := r.spend(mapCost); err != nil {
		return err
	}
	m := reflect.MakeMap(n.t)
	reflect.NewAt(n.t, p).Elem().Set(m)
	count, most := 0, l.mostProperties()
	for more := !r.s.empty('}'); more; count++ {
		k, err := r.s.key()
		if err == nil && count >= most {
			err = r.s.skip()
		} else if err == nil {
			err = n.readEntry(r, m, k, item)
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

func (n *node) readEntry(r *Reader, m reflect.Value, name string, item *limits) error {
	before := len(r.Faults)
	if err := r.spend(mapCost + int(n.elem.size)); err != nil {
		return err
	}
	key, v := reflect.ValueOf(name).Convert(n.t.Key()), reflect.New(n.elem.t)
	if m.MapIndex(key).IsValid() {
		r.fault("duplicate")
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
