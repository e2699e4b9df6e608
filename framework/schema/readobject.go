package schema

import (
	"unsafe"
)

// read reads an object into the struct at p.
func (o *Object) read(r *Reader, p unsafe.Pointer) error {
	if o.code != nil && o.code.Read != nil && r.Side == Request {
		return o.code.Read(r, o, p)
	}
	s := &r.s
	if err := s.open('{'); err != nil {
		return err
	}
	var few [1]uint64
	seen := few[:]
	if o.words > 1 {
		seen = make([]uint64, o.words)
	}
	for next, more := 0, !s.empty('}'); more; {
		name, i, err := o.readKey(s, next)
		if err == nil {
			next, err = o.readRow(r, p, name, i, seen)
		}
		if err == nil {
			more, err = s.next('}')
		}
		if err != nil {
			return err
		}
	}
	o.complete(r, p, seen)
	return nil
}

// readRow reads the value of the member i, and those of the members behind it as long as they stand in the document as
// we would write them. It returns the member that is expected next.
func (o *Object) readRow(r *Reader, p unsafe.Pointer, name string, i int, seen []uint64) (next int, err error) {
	for {
		if err := o.readMember(r, p, name, i, seen); err != nil {
			return 0, err
		}
		if i++; i >= len(o.slots) || !r.s.ahead(o.slots[i].ahead) {
			return i, nil
		}
	}
}

// readKey reads the name of a member and finds which it is, -1 for one that is not declared. Most documents keep the
// order of the declaration, and write names as we do: then the bytes are compared, and name is left empty.
func (o *Object) readKey(s *scanner, next int) (name string, i int, err error) {
	s.space()
	if next < len(o.slots) {
		if s.ahead(o.slots[next].ahead[1:]) {
			return "", next, nil
		}
	}
	if name, err = s.key(); err != nil {
		return "", -1, err
	}
	return name, o.find(name), nil
}

// find looks a member up by its exact name or an alias; -1 if there is none.
func (o *Object) find(name string) int {
	if i, ok := o.index[name]; ok {
		return i
	}
	return -1
}

func (o *Object) readMember(r *Reader, p unsafe.Pointer, name string, i int, seen []uint64) error {
	if i < 0 {
		return o.readUnknown(r, p, name, seen)
	}
	n, m := len(r.Faults), &o.slots[i]
	if r.Side == Request && m.readOnly || r.Side != Request && o.members[i].writeOnly {
		return r.s.skip()
	}
	if bit := uint64(1) << (i & 63); seen[i>>6]&bit != 0 {
		r.fault("duplicate")
		r.under(n, o.members[i].pointer)
		return r.s.skip()
	} else {
		seen[i>>6] |= bit
	}
	limits, item := m.limits, m.item
	switch r.Side {
	case Received:
		limits, item = nil, nil
	case Answer:
		if r.s.space() == 'n' {
			seen[i>>6] &^= 1 << (i & 63) // null stands for what is absent
		}
	}
	err := m.node.read(r, unsafe.Add(p, m.offset), limits, item)
	if len(r.Faults) > n {
		r.under(n, o.members[i].pointer)
	}
	return err
}

// readUnknown reads a member that is not declared: the discriminator of a union, or one that is kept, refused or passed
// over.
func (o *Object) readUnknown(r *Reader, p unsafe.Pointer, name string, seen []uint64) error {
	n := len(r.Faults)
	switch {
	case o.tag != "" && name == o.tag:
		i := len(o.members)
		if bit := uint64(1) << (i & 63); seen[i>>6]&bit != 0 {
			r.fault("duplicate")
			r.underKey(n, name)
		} else {
			seen[i>>6] |= bit
		}
	case o.rest != nil:
		return o.rest.read(r, p, name)
	case o.forbid && r.Side == Request:
		r.fault("unknown")
		r.underKey(n, name)
	}
	return r.s.skip()
}

// complete reports what is missing and sets what has a default.
func (o *Object) complete(r *Reader, p unsafe.Pointer, seen []uint64) {
	if r.Side != Request {
		if r.Side == Answer {
			o.checkDependencies(r, seen)
		}
		return
	}
	if o.words == 1 && seen[0]&o.awaited == o.awaited {
		o.checkDependencies(r, seen)
		return
	}
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
	o.checkDependencies(r, seen)
}

func (o *Object) checkDependencies(r *Reader, seen []uint64) {
	for _, d := range o.deps {
		d.check(r, o, seen)
	}
}
