package schema

import (
	"time"
	"unsafe"
)

// A Cursor goes through the members of a JSON object, for a Codec.
type Cursor struct {
	Field int // the member whose value is next, in the order of the declaration

	r      *Reader
	o      *Object
	at     unsafe.Pointer
	seen   [1]uint64
	before int // faults before the value
	begun  bool
	done   bool
	err    error
}

// Cursor begins an object that is read into the struct at at.
func (r *Reader) Cursor(o *Object, at unsafe.Pointer) Cursor {
	return Cursor{Field: -1, r: r, o: o, at: at}
}

// Next goes to the next member whose value is to be read. What is odd about members is done on the way, as by the plan.
func (c *Cursor) Next() bool {
	r, o := c.r, c.o
	if c.err != nil || c.done {
		return false
	}
	next := c.Field + 1
	if c.Field >= 0 && len(r.Faults) > c.before {
		r.under(c.before, o.members[c.Field].pointer)
	}
	for c.more() {
		name, i, err := o.readKey(&r.s, next)
		if next = i + 1; err != nil {
			c.err = err
			return false
		}
		if i >= 0 && c.seen[0]&(1<<i) == 0 && !o.slots[i].readOnly {
			c.seen[0] |= 1 << i
			c.Field, c.before = i, len(r.Faults)
			return true
		}
		if c.err = o.readMember(r, c.at, name, i, c.seen[:]); c.err != nil {
			return false
		}
	}
	return false
}

// more tells whether a member follows, and ends the object if not.
func (c *Cursor) more() (more bool) {
	s := &c.r.s
	if c.begun {
		more, c.err = s.next('}')
	} else {
		c.begun = true
		c.err = s.open('{')
		more = c.err == nil && !s.empty('}')
	}
	if !more && c.err == nil {
		c.done = true
		c.o.complete(c.r, c.at, c.seen[:])
	}
	return more
}

// Err is why the object could not be read to its end.
func (c *Cursor) Err() error { return c.err }

// String reads the value into p.
func (c *Cursor) String(p *string) {
	m := &c.o.slots[c.Field]
	v, err := c.r.s.str()
	if err != nil {
		c.err = c.r.wrongType(err, m.node)
		return
	}
	if *p = v; m.limits != nil {
		m.limits.checkText(c.r, v)
	}
}

// Int64 reads the value into p.
func (c *Cursor) Int64(p *int64) {
	v, ok := c.r.s.integer()
	if !ok {
		c.Value()
		return
	}
	*p = v
	c.o.slots[c.Field].limits.judgeInt(c.r, v)
}

// Int reads the value into p.
func (c *Cursor) Int(p *int) {
	from := c.r.s.i
	v, ok := c.r.s.integer()
	if !ok || int64(int(v)) != v {
		c.r.s.i = from
		c.Value()
		return
	}
	*p = int(v)
	c.o.slots[c.Field].limits.judgeInt(c.r, v)
}

// Float64 reads the value into p.
func (c *Cursor) Float64(p *float64) {
	f, ok := c.r.s.decimal()
	if !ok {
		c.Value()
		return
	}
	*p = f
	if l := c.o.slots[c.Field].limits; l != nil && (f < l.least || f > l.most) {
		l.checkNumber(c.r, f)
	}
}

// Bool reads the value into p.
func (c *Cursor) Bool(p *bool) {
	m := &c.o.slots[c.Field]
	v, err := c.r.s.boolean()
	if err != nil {
		c.err = c.r.wrongType(err, m.node)
		return
	}
	if *p = v; m.limits != nil {
		m.limits.checkBool(c.r, v)
	}
}

// Value reads the value by the plan, into its place.
func (c *Cursor) Value() {
	m := &c.o.slots[c.Field]
	c.err = m.node.read(c.r, unsafe.Add(c.at, m.offset), m.limits, m.item)
}

// Float appends a number, null for what JSON cannot say.
func (w *Writer) Float(b []byte, f float64) []byte {
	b, ok := appendFloat(b, f, 64)
	if !ok {
		return w.noNumber(b, f)
	}
	return b
}

// Time appends a time, null for one that RFC 3339 cannot say.
func (w *Writer) Time(b []byte, t time.Time) []byte {
	b, ok := appendTime(b, t)
	if !ok {
		return w.noTime(b)
	}
	return b
}

// Value appends the value of a member by the plan; at is the struct.
func (w *Writer) Value(b []byte, o *Object, field int, at unsafe.Pointer) []byte {
	m := &o.slots[field]
	return m.node.append(b, unsafe.Add(at, m.offset), w)
}

// Member appends a member with its name by the plan, behind those that are there, unless outputs leave it out.
func (w *Writer) Member(b []byte, o *Object, field int, at unsafe.Pointer) []byte {
	m := &o.members[field]
	p := unsafe.Add(at, m.offset)
	if m.leftOut(p) {
		return b
	}
	if b[len(b)-1] != '{' {
		b = append(b, ',')
	}
	return m.node.append(append(b, m.key...), p, w)
}

// Rest appends the members that are not declared.
func (w *Writer) Rest(b []byte, o *Object, at unsafe.Pointer) []byte {
	return o.appendRest(b, at, w, b[len(b)-1] == '{')
}
