package schema

import (
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
	if i < 0 {
		return o.readUnknown(r, p, name, seen)
	}
	n := len(r.Faults)
	m := &o.members[i]
	if m.readOnly && r.Side == Request || m.writeOnly && r.Side != Request {
		return r.s.skip()
	}
	if bit := uint64(1) << (i & 63); seen[i>>6]&bit != 0 {
		r.fault("duplicate")
		r.under(n, m.pointer)
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
		r.under(n, m.pointer)
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
