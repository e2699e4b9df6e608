package schema

import (
	"reflect"
	"slices"
	"unsafe"
)

// shapeAt names what stands at c.
func shapeAt(c byte) string {
	switch {
	case c == '"':
		return "string"
	case c == '{':
		return "object"
	case c == '[':
		return "array"
	case c == 't' || c == 'f':
		return "boolean"
	case c == '-' || c-'0' <= 9:
		return "number"
	}
	return ""
}

// readUnion reads one of the variants into its field.
func (n *node) readUnion(r *Reader, p unsafe.Pointer) error {
	v, err := n.one.which(r, n)
	if v == nil {
		return err
	}
	if err := r.spend(int(v.node.size)); err != nil {
		return err
	}
	value := reflect.New(v.node.t)
	*(*unsafe.Pointer)(unsafe.Add(p, v.offset)) = value.UnsafePointer()
	if v.obj != nil {
		return v.obj.read(r, value.UnsafePointer())
	}
	if r.Side == Received {
		return v.node.read(r, value.UnsafePointer(), nil, nil)
	}
	return v.node.read(r, value.UnsafePointer(), v.limits, v.item)
}

// which finds the variant that the value to come is; nil when a fault has been reported and the value passed over.
func (c *choice) which(r *Reader, n *node) (*variant, error) {
	if c.tag == "" {
		shape := shapeAt(r.s.space())
		for i := range c.variants {
			if c.variants[i].node.shape() == shape {
				return &c.variants[i], nil
			}
		}
		if shape == "" && r.s.space() != 'n' {
			return nil, errSyntax
		}
		r.fault("oneOf", c.shapes())
		return nil, r.s.skip()
	}
	if r.s.space() != '{' {
		return nil, r.wrongType(r.s.mismatch(), n)
	}
	start := r.s
	name, found, err := r.s.member(c.tag)
	if err != nil {
		return nil, err
	}
	at := r.s
	r.s = start
	if err := r.spend(at.i - start.i); err != nil { // or unions in unions are read once a level
		return nil, err
	}
	before := len(r.Faults)
	if !found {
		r.fault("required")
	} else if at.space() != '"' {
		r.fault("type", "string")
	} else if i := slices.IndexFunc(c.variants, func(v variant) bool { return v.name == name }); i >= 0 {
		return &c.variants[i], nil
	} else {
		r.fault("enum", c.names())
	}
	r.under(before, "/"+escapePointer(c.tag))
	return nil, r.s.skip()
}

// member looks for a member of the object to come: its text if it is one. The scanner stays at its value.
func (s *scanner) member(name string) (text string, found bool, err error) {
	if err := s.open('{'); err != nil || s.empty('}') {
		return "", false, err
	}
	for {
		k, err := s.key()
		if err != nil {
			return "", false, err
		}
		if k == name {
			at := *s
			if at.space() == '"' {
				text, err = at.str()
			}
			return text, true, err
		}
		if err := s.skip(); err != nil {
			return "", false, err
		}
		if more, err := s.next('}'); err != nil || !more {
			return "", false, err
		}
	}
}

// names are the values of the discriminator.
func (c *choice) names() (l []any) {
	for i := range c.variants {
		l = append(l, c.variants[i].name)
	}
	return l
}

func (c *choice) shapes() (l []any) {
	for i := range c.variants {
		l = append(l, c.variants[i].node.shape())
	}
	return l
}
