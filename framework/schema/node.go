package schema

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"time"
)

// kind is how a node is read and written.
type kind uint8

const (
	unknown  kind = iota // a mistake, told when the plan is made
	foreign              // by its own MarshalJSON and UnmarshalJSON, through encoding/json
	textual              // a string, by its own MarshalText and UnmarshalText
	str                  // string
	boolean              // bool
	signed               // int, int8 ... int64
	unsigned             // uint, uint8 ... uint64
	float                // float32, float64
	instant              // time.Time
	day                  // time.Time as a date
	lasting              // time.Duration, an ISO 8601 duration
	address              // url.URL
	exact                // an exact decimal number of shopspring's, a string
	octets               // []byte, a string in base64
	anything             // any
	raw                  // json.RawMessage
	pointer              // *T
	nullable             // Null[T]
	object               // struct
	list                 // []T
	array                // [n]T
	mapping              // map[string]T
	union                // struct that embeds OneOf
)

// node is the plan of one Go type. Types that hold themselves make a graph with a cycle.
type node struct {
	t    reflect.Type
	kind kind // how it is read
	out  kind // how it is written: as it is read, or by a marshaler of its own
	size uintptr

	elem  *node   // pointer, nullable, list, array, mapping
	obj   *Object // object
	one   *choice // union
	value uintptr // nullable: where its Value stands
	enum  *limits // str: what the type itself says a value may be

	checks   bool // *t has a Validate of its own
	mayCheck bool // it, or something in it, has one
}

func (n *node) isText() bool {
	n = n.inner()
	switch n.kind {
	case str, textual, instant, day, lasting, address, octets:
		return true
	}
	return false
}

func (n *node) isNumber() bool {
	n = n.inner()
	return n.kind == signed || n.kind == unsigned || n.kind == float || n.kind == exact
}

// inner is what a pointer or a Null holds.
func (n *node) inner() *node {
	for n.kind == pointer || n.kind == nullable {
		n = n.elem
	}
	return n
}

var (
	timeType            = reflect.TypeFor[time.Time]()
	rawType             = reflect.TypeFor[json.RawMessage]()
	marshalerType       = reflect.TypeFor[json.Marshaler]()
	unmarshalerType     = reflect.TypeFor[json.Unmarshaler]()
	textMarshalerType   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshalerType = reflect.TypeFor[encoding.TextUnmarshaler]()
)

func (p *planner) node(t reflect.Type) *node {
	if n, ok := p.made[t]; ok {
		return n
	}
	if n, ok := plans.Load(t); ok {
		return n.(*node)
	}
	if t.Kind() == reflect.Pointer && t.Elem().Kind() != reflect.Pointer {
		// First what it points to, which may hold it: a member's rules ask what the pointer is. A Null likewise.
		p.node(t.Elem())
		if n, ok := p.made[t]; ok {
			return n
		}
	}
	null := isNull(t)
	if null {
		f, _ := t.FieldByName("Value")
		p.node(f.Type)
		if n, ok := p.made[t]; ok {
			return n
		}
	}
	n := &node{t: t, size: t.Size()}
	p.made[t] = n
	n.checks = checksItself(t)
	switch {
	case t == timeType:
		n.kind = instant
	case t == rawType:
		n.kind = raw
	case t == durationType:
		n.kind = lasting
	case t == urlType:
		n.kind = address
	case isDecimal(t):
		n.kind = exact
	case null:
		f, _ := t.FieldByName("Value")
		n.kind, n.value, n.elem = nullable, f.Offset, p.node(f.Type)
	case says(t, unmarshalerType):
		n.kind = foreign
	case says(t, textUnmarshalerType):
		n.kind = textual
	default:
		p.byKind(n)
	}
	switch n.out = n.kind; {
	case t == timeType || t == rawType || n.kind == nullable || n.kind == address || n.kind == exact:
	case says(t, marshalerType):
		n.out = foreign
	case says(t, textMarshalerType):
		n.out = textual
	case n.kind == foreign || n.kind == textual:
		n.out = p.outOf(n)
	}
	return n
}

// outOf plans the writing of a type that can only read itself.
func (p *planner) outOf(n *node) kind {
	read := n.kind
	p.byKind(n)
	out := n.kind
	n.kind = read
	return out
}

// says tells a type that has a method of its own for reading or writing itself.
func says(t, method reflect.Type) bool {
	return t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer && reflect.PointerTo(t).Implements(method)
}

// isNull tells a Null from a struct that embeds one and so has its methods.
func isNull(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	n, ok := reflect.New(t).Interface().(nullMarker)
	return ok && n.nullType() == t
}

// nullMarker is what only Null has.
type nullMarker interface{ nullType() reflect.Type }

func (*Null[T]) nullType() reflect.Type { return reflect.TypeFor[Null[T]]() }

func (p *planner) byKind(n *node) {
	t := n.t
	switch k := t.Kind(); k {
	case reflect.String:
		n.kind = str
		p.enumerate(n)
	case reflect.Bool:
		n.kind = boolean
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.kind = signed
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n.kind = unsigned
	case reflect.Float32, reflect.Float64:
		n.kind = float
	case reflect.Pointer:
		if t.Elem().Kind() == reflect.Pointer || isNull(t.Elem()) {
			p.fail(t, "", "a pointer to a pointer or to a Null has no meaning in JSON")
			return
		}
		n.kind = pointer
		n.elem = p.node(t.Elem())
	case reflect.Slice, reflect.Array:
		n.kind = list
		if k == reflect.Array {
			n.kind = array
		} else if t.Elem().Kind() == reflect.Uint8 {
			n.kind = octets
			return
		}
		n.elem = p.node(t.Elem())
	case reflect.Map:
		n.kind = mapping
		n.elem = p.node(t.Elem())
		if t.Key().Kind() != reflect.String || says(t.Key(), textMarshalerType) {
			p.fail(t, "", "the key of a map must be a string")
		}
	case reflect.Struct:
		if _, ok := unionMarker(t); ok {
			n.kind = union
			n.one = p.choice(t)
			return
		}
		n.kind = object
		n.obj = p.object(t)
	case reflect.Interface:
		n.kind = anything
		if t.NumMethod() > 0 {
			p.fail(t, "", "an interface with methods cannot be read: use any or a concrete type")
		}
	default:
		p.fail(t, "", "a %s cannot be JSON", k)
	}
}

// some tells whether n or something in it is like that.
func (n *node) some(is func(*node) bool, seen map[*node]bool) bool {
	if n == nil || seen[n] {
		return false
	}
	seen[n] = true
	if is(n) || n.elem.some(is, seen) {
		return true
	}
	if n.one != nil && slices.ContainsFunc(n.one.variants, func(v variant) bool { return v.node.some(is, seen) }) {
		return true
	}
	if n.obj != nil && n.obj.rest != nil && n.obj.rest.node.some(is, seen) {
		return true
	}
	return n.obj != nil && slices.ContainsFunc(n.obj.members, func(m Member) bool { return m.node.some(is, seen) })
}
