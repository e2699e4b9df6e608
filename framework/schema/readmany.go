package schema

import (
	"reflect"
	"unsafe"
)

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
		count, err = n.readStrings(r, (*[]string)(p), l.mostItems(r.Side), item)
	} else {
		count, err = n.readList(r, p, l.mostItems(r.Side), item)
	}
	if err == nil {
		l.checkItems(r, count)
		err = l.checkAgain(r, n.elem, count, r.s.b[from:r.s.i])
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
	*(*[]struct{})(p) = []struct{}{} // empty, not nil: reflect would allocate for it
	first, room := r.s.i, 0
	count, err := r.items(most, func(i int) error {
		if i == room {
			room = min(r.room(i, first, n.elem.size), most)
			if err := r.spend(room * int(n.elem.size)); err != nil {
				room = i
				return err
			}
			growTo(v, room)
		}
		return n.elem.read(r, unsafe.Add(*(*unsafe.Pointer)(p), uintptr(i)*n.elem.size), item, nil)
	})
	v.SetLen(min(count, room))
	return count, err
}

// growTo gives a full list more items. Grow allocates no header as MakeSlice does, but takes more than it is asked for
// where it does not double.
func growTo(v reflect.Value, room int) {
	if n := v.Len(); n < 256 && room >= 2*n {
		v.Grow(room - n)
		v.SetLen(room)
		return
	}
	grown := reflect.MakeSlice(v.Type(), room, room)
	reflect.Copy(grown, v)
	v.Set(grown)
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
	count, err := r.items(most, func(i int) (err error) {
		if i == cap(l) {
			if err := r.spend(2 * i * int(unsafe.Sizeof(""))); err != nil {
				return err
			}
		}
		l = append(l, "")
		if r.s.space() != '"' {
			return n.elem.read(r, unsafe.Pointer(&l[i]), item, nil)
		}
		if l[i], err = r.s.str(); err == nil && item != nil {
			item.checkText(r, l[i])
		}
		return err
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
