package schema

import (
	"unsafe"
)

// A Cursor goes through the members of a JSON object, for a Codec. The documents that programs write have the members in
// the order of the declaration and no space between them: Open and Ahead take these at a glance, Next whatever comes.
// Members are named by their place in the declaration.
type Cursor struct {
	Member int // whose value is next

	r     *Reader
	o     *Object
	at    unsafe.Pointer
	seen  [1]uint64
	begun bool
	done  bool
	err   error
}

// Cursor begins an object that is read into the struct at at.
func (r *Reader) Cursor(o *Object, at unsafe.Pointer) Cursor {
	return Cursor{Member: -1, r: r, o: o, at: at}
}

// Open goes over the start of the object and the name of its first member, if they are next: {"name":
func (c *Cursor) Open(text string) bool {
	s := &c.r.s
	if s.depth == s.limit || !s.ahead(text) {
		return false
	}
	s.depth++
	c.begun = true
	return true
}

// Ahead goes over the name of a member and the comma before it, if they are next: ,"name":
func (c *Cursor) Ahead(text string) bool { return c.r.s.ahead(text) }

// Next goes to the next member whose value is to be read. What is odd about members is done on the way, as by the plan.
func (c *Cursor) Next() bool {
	r, o := c.r, c.o
	if c.err != nil || c.done {
		return false
	}
	for next := c.Member + 1; c.more(); {
		name, i, err := o.readKey(&r.s, next)
		if next = i + 1; err != nil {
			c.err = err
			return false
		}
		if i >= 0 && c.seen[0]&(1<<i) == 0 && !o.slots[i].readOnly {
			c.Member = i
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

// mark notes that the value of a member is read.
func (c *Cursor) mark(member int) *slot {
	c.Member = member
	c.seen[0] |= 1 << member
	return &c.o.slots[member]
}

// String reads the value of a member into p.
func (c *Cursor) String(member int, p *string) (ok bool) {
	m, r := c.mark(member), c.r
	v, err := r.s.str()
	if err != nil {
		return c.wrongType(err, m)
	}
	if *p = v; m.limits != nil {
		before := len(r.Faults)
		if m.limits.checkText(r, v); len(r.Faults) > before {
			c.under(before)
		}
	}
	return true
}

// wrongType does what is to be done about a value that is none of the member's type.
func (c *Cursor) wrongType(err error, m *slot) (ok bool) {
	before := len(c.r.Faults)
	c.err = c.r.wrongType(err, m.node)
	c.under(before)
	return c.err == nil
}

// under puts the faults since the nth under the member.
func (c *Cursor) under(n int) { c.r.under(n, c.o.members[c.Member].pointer) }

// Int64 reads the value of a member into p.
func (c *Cursor) Int64(member int, p *int64) (ok bool) {
	m := c.mark(member)
	v, ok := c.r.s.integer()
	if !ok {
		return c.Value(member)
	}
	*p = v
	c.judge(m.limits, v)
	return true
}

// Int reads the value of a member into p.
func (c *Cursor) Int(member int, p *int) (ok bool) {
	m, from := c.mark(member), c.r.s.i
	v, ok := c.r.s.integer()
	if !ok || int64(int(v)) != v {
		c.r.s.i = from
		return c.Value(member)
	}
	*p = int(v)
	c.judge(m.limits, v)
	return true
}

func (c *Cursor) judge(l *limits, v int64) {
	if l != nil && (float64(v) < l.least || float64(v) > l.most) {
		before := len(c.r.Faults)
		l.checkInt(c.r, v)
		c.under(before)
	}
}

// Float64 reads the value of a member into p.
func (c *Cursor) Float64(member int, p *float64) (ok bool) {
	m := c.mark(member)
	f, ok := c.r.s.decimal()
	if !ok {
		return c.Value(member)
	}
	*p = f
	if l := m.limits; l != nil && (f < l.least || f > l.most) {
		before := len(c.r.Faults)
		l.checkNumber(c.r, f)
		c.under(before)
	}
	return true
}

// Bool reads the value of a member into p.
func (c *Cursor) Bool(member int, p *bool) (ok bool) {
	m := c.mark(member)
	v, err := c.r.s.boolean()
	if err != nil {
		return c.wrongType(err, m)
	}
	if *p = v; m.limits != nil {
		before := len(c.r.Faults)
		m.limits.checkBool(c.r, v)
		c.under(before)
	}
	return true
}

// Value reads the value of a member by the plan, into its place.
func (c *Cursor) Value(member int) (ok bool) {
	m, before := c.mark(member), len(c.r.Faults)
	c.err = m.node.read(c.r, unsafe.Add(c.at, m.offset), m.limits, m.item)
	c.under(before)
	return c.err == nil
}
