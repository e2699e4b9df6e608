package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unsafe"
)

// OneOf is embedded by a struct that is one of several things. Each of its fields is a pointer, and one of them is set:
//
//	type Payment struct {
//		schema.OneOf `discriminator:"kind"`
//		Card     *Card     `oneOf:"card"`
//		Transfer *Transfer `oneOf:"transfer"`
//	}
//
// On the wire a Payment is a Card or a Transfer, with a member "kind" that says which. Without a discriminator the
// variants are told by what they are in JSON: a string, a number, a boolean, a list, an object; no two may be the same.
type OneOf struct{}

var oneOfType = reflect.TypeFor[OneOf]()

// unionMarker finds the OneOf that t embeds directly.
func unionMarker(t reflect.Type) (reflect.StructField, bool) {
	if t.Kind() != reflect.Struct {
		return reflect.StructField{}, false
	}
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Type == oneOfType {
			return f, true
		}
	}
	return reflect.StructField{}, false
}

// IsOneOf tells a struct that is one of several things from one that has members.
func IsOneOf(t reflect.Type) bool {
	_, ok := unionMarker(t)
	return ok
}

// choice is how a union is read and written.
type choice struct {
	tag      string // name of the discriminator, "" for none
	variants []variant
}

// variant is one of the things that a union may be.
type variant struct {
	name   string // value of the discriminator
	field  string
	offset uintptr
	node   *node
	limits *limits // of variants without a discriminator
	item   *limits
	obj    *Object // of node, which writes and takes the discriminator
}

// choice plans the union t.
func (p *planner) choice(t reflect.Type) *choice {
	marker, _ := unionMarker(t)
	c := &choice{tag: marker.Tag.Get("discriminator")}
	for _, err := range Slips(marker.Tag) {
		p.fail(t, marker.Name, "%s", err)
	}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Type == oneOfType || f.Name == "_":
		case !f.IsExported() || f.Type.Kind() != reflect.Pointer:
			p.fail(t, f.Name, "is no variant: each field beside OneOf is an exported pointer")
		default:
			c.add(p, t, f)
		}
	}
	if len(c.variants) == 0 {
		p.fail(t, "", "has no variants: add a field for each, such as Card *Card `oneOf:\"card\"`")
	}
	p.later = append(p.later, func() { c.finish(p, t) })
	return c
}

func (c *choice) add(p *planner, t reflect.Type, f reflect.StructField) {
	for _, err := range Slips(f.Tag) {
		p.fail(t, f.Name, "%s", err)
	}
	f.Type = f.Type.Elem()
	m := Member{Field: f.Name, node: p.fieldNode(t, f)}
	m.setRules(p, t, f, nil)
	v := variant{name: f.Tag.Get("oneOf"), field: f.Name, offset: f.Offset, node: m.node, limits: m.limits, item: m.item}
	for _, key := range []string{"api", "default", "alias", "dependentRequired"} {
		if _, set := f.Tag.Lookup(key); set {
			p.fail(t, f.Name, "tag %s has no meaning on a variant: only rules of its value have", key)
		}
	}
	switch {
	case c.tag != "" && (v.limits != nil || v.item != nil):
		p.fail(t, f.Name, "a variant beside a discriminator has no rules of its own: put them on its members")
	case c.tag != "" && v.name == "":
		p.fail(t, f.Name, "has no value of the discriminator: tag it `oneOf:\"%s\"`", strings.ToLower(f.Name))
	case c.tag != "" && slices.ContainsFunc(c.variants, func(o variant) bool { return o.name == v.name }):
		p.fail(t, f.Name, "the value %q of the discriminator is taken", v.name)
	}
	c.variants = append(c.variants, v)
}

// finish works out what needs the finished nodes of the variants, which may hold the union.
func (c *choice) finish(p *planner, t reflect.Type) {
	shapes := map[string]string{}
	for i := range c.variants {
		v := &c.variants[i]
		shape := v.node.shape()
		switch {
		case c.tag != "" && v.node.kind != object:
			p.fail(t, v.field, "a variant beside a discriminator is a struct, not %s", v.node.t)
		case c.tag != "" && v.node.out != object:
			p.fail(t, v.field, "%s has a marshaler of its own, which would not write the discriminator", v.node.t)
		case c.tag != "":
			c.mark(p, t, v)
		case shape == "":
			p.fail(t, v.field, "%s may be anything in JSON: only a discriminator could tell it", v.node.t)
		case shapes[shape] != "":
			p.fail(t, v.field, "is %s in JSON, as %s is: a discriminator would tell them apart", English["type."+shape], shapes[shape])
		}
		shapes[shape] = v.field
	}
}

// mark gives the variant an object of its own that takes and writes the discriminator.
func (c *choice) mark(p *planner, t reflect.Type, v *variant) {
	if v.node.obj == nil {
		return // told already
	}
	own := *v.node.obj
	if own.find(c.tag) >= 0 {
		p.fail(t, v.field, "%s has a member %q of its own, which is the discriminator's name", v.node.t, c.tag)
	}
	own.tag = c.tag
	own.first = append(append(AppendString(nil, c.tag), ':'), AppendString(nil, v.name)...)
	v.obj = &own
}

// alias tells v from other variants of its type: "" if there are none.
func (c *choice) alias(v *variant) string {
	for i := range c.variants {
		if o := &c.variants[i]; o != v && o.node.t == v.node.t {
			return v.name
		}
	}
	return ""
}

// shape names what the node is in JSON, as codes of types; "" for what can be several things.
func (n *node) shape() string {
	switch n.kind {
	case signed, unsigned, float:
		return "number"
	case boolean:
		return "boolean"
	case object, mapping:
		return "object"
	case list, array:
		return "array"
	case str, textual, instant, day, lasting, address, octets:
		return "string"
	}
	return ""
}

// set finds the variant that is set in the union at p, and its value.
func (c *choice) set(p unsafe.Pointer) (v *variant, value unsafe.Pointer, n int) {
	for i := range c.variants {
		if q := *(*unsafe.Pointer)(unsafe.Add(p, c.variants[i].offset)); q != nil {
			v, value = &c.variants[i], q
			n++
		}
	}
	return v, value, n
}

// appendUnion writes the variant that is set.
func (n *node) appendUnion(b []byte, p unsafe.Pointer, w *Writer) []byte {
	v, value, set := n.one.set(p)
	if set != 1 {
		w.fail(fmt.Errorf("%s: %d variants are set, and one has to be", n.t, set))
		return append(b, "null"...)
	}
	if v.obj != nil {
		return v.obj.append(b, value, w)
	}
	return v.node.append(b, value, w)
}
