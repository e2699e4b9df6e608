package schema

import (
	"reflect"
	"slices"
)

// A Catalog makes JSON Schemas of plans. Named structs, lists and maps become components that the others refer to, so
// that types may hold themselves. What a type takes and what it shows may differ, by members that are only read or
// only written; then it has two components. A Catalog is not for use by several goroutines.
type Catalog struct {
	Prefix string                     // of references: "#/components/schemas/"
	Doc    func(reflect.Type) TypeDoc // tells the comments on a struct type; may be nil
	Taken  []string                   // names that components cannot have

	defs  []*definition
	index map[definitionKey]*definition
	into  *definition // whose schema is made
}

// A TypeDoc is the comment on a struct type, and those on its fields by their names in Go.
type TypeDoc struct {
	Text   string
	Fields map[string]string
}

// A Component is a named schema.
type Component struct {
	Name   string
	Type   reflect.Type
	Schema *JSONSchema
}

// direction is whether a value is written to clients or read from them. A body whose members stand among other
// fields of an input or output is apart from that struct as a value.
type direction uint8

const (
	writing direction = iota
	shown             // members that are written
	reading
	members // that are read
)

type definitionKey struct {
	t   reflect.Type
	way direction
	of  reflect.Type // the union that t is a variant of, with its discriminator
	as  string       // which of its variants, if several are a t
}

// other is the key of the same in another direction.
func (k definitionKey) other(way direction) definitionKey {
	k.way = way
	return k
}

// title is the name of what is defined: that of the type, with that of its union before it.
func (k definitionKey) title(length int) string {
	name := typeName(k.t.Name(), length)
	if k.of != nil {
		name = typeName(k.of.Name(), length) + name
	}
	if k.as != "" {
		name += "_" + k.as
	}
	return name
}

// pkgPath is the package that the name is of.
func (k definitionKey) pkgPath() string {
	if k.of != nil {
		return k.of.PkgPath()
	}
	return k.t.PkgPath()
}

// definition is a component on its way.
type definition struct {
	definitionKey
	schema *JSONSchema
	refs   []reference // in the order of the schema's text
	same   *definition // an earlier one of the type that says the same
	name   string
}

// reference is a place that refers to a definition.
type reference struct {
	at *JSONSchema
	to *definition
}

// Input is the schema of what Plan.Read takes.
func (c *Catalog) Input(p *Plan) *JSONSchema {
	return c.value(&Member{node: p.n, limits: p.limits, item: p.item}, reading)
}

// Output is the schema of what Plan.Append writes.
func (c *Catalog) Output(p *Plan) *JSONSchema { return c.node(p.n, writing) }

// Members is the schema of what Object.Read takes.
func (c *Catalog) Members(o *Object) *JSONSchema {
	return c.component(definitionKey{t: o.t, way: members}, func() *JSONSchema { return c.object(o, reading) })
}

// Shown is the schema of what Object.Append writes.
func (c *Catalog) Shown(o *Object) *JSONSchema {
	return c.component(definitionKey{t: o.t, way: shown}, func() *JSONSchema { return c.object(o, writing) })
}

// Param is the schema of a parameter's value.
func (c *Catalog) Param(p *Param) *JSONSchema {
	m := Member{node: p.node, Facts: p.Facts, limits: p.limits, item: p.item, byDefault: p.set, example: p.example}
	s := c.value(&m, reading)
	s.Description, s.Aliases = p.Facts.Doc, p.Aliases
	return s
}

// outer keeps the references of schemas that are in no component.
func (c *Catalog) outer() *definition {
	if c.into != nil {
		return c.into
	}
	if len(c.defs) == 0 {
		c.index = map[definitionKey]*definition{}
		c.defs = append(c.defs, &definition{schema: &JSONSchema{}})
	}
	return c.defs[0]
}

// component refers to the definition of key, which is made at its first use.
func (c *Catalog) component(key definitionKey, make func() *JSONSchema) *JSONSchema {
	outer := c.outer()
	d := c.index[key]
	if d == nil {
		d = &definition{definitionKey: key}
		c.index[key] = d
		c.defs = append(c.defs, d)
		before := c.into
		c.into = d
		d.schema = make()
		c.into = before
	}
	s := &JSONSchema{Ref: key.t.String()}
	outer.refs = append(outer.refs, reference{s, d})
	return s
}

func (c *Catalog) node(n *node, way direction) *JSONSchema {
	if s := toldSchema(n.t); s != nil {
		return s
	}
	if s, ok := wellKnown[n.t.PkgPath()+"."+n.t.Name()]; ok {
		return &s
	}
	form := n.kind
	if way == writing {
		form = n.out
	}
	switch form {
	case object, list, array, mapping, union:
		if n.t.Name() == "" {
			return c.shape(n, form, way)
		}
		return c.component(definitionKey{t: n.t, way: way}, func() *JSONSchema { return c.shape(n, form, way) })
	case pointer:
		if way == writing {
			return c.node(n.elem, way).orNull()
		}
		return c.node(n.elem, way)
	case nullable:
		return c.node(n.elem, way).orNull()
	case exact:
		return decimalSchema(way)
	}
	return n.scalar(form)
}

// decimalSchema is that of an exact number: a string, for which inputs may send a number.
func decimalSchema(way direction) *JSONSchema {
	s := &JSONSchema{Type: SchemaTypes{"string"}, Format: "decimal"}
	if way != writing && way != shown {
		s.Type, s.Pattern, s.MaxLength = SchemaTypes{"string", "number"}, decimalPattern, new(maxDecimal)
	}
	return s
}

func (c *Catalog) shape(n *node, form kind, way direction) *JSONSchema {
	switch form {
	case object:
		return c.object(n.obj, way)
	case union:
		return c.union(n, way)
	case mapping:
		return &JSONSchema{Type: SchemaTypes{"object"}, AdditionalProperties: c.node(n.elem, way)}
	}
	s := &JSONSchema{Type: SchemaTypes{"array"}, Items: c.node(n.elem, way)}
	if form == array {
		s.MinItems, s.MaxItems = new(n.t.Len()), new(n.t.Len())
	}
	return s
}

// scalar is the schema of what holds nothing else.
func (n *node) scalar(form kind) *JSONSchema {
	switch form {
	case str, textual:
		s := &JSONSchema{Type: SchemaTypes{"string"}}
		if form == str && n.enum != nil {
			s.Enum = slices.Clone(n.enum.Enum)
		}
		return s
	case boolean:
		return &JSONSchema{Type: SchemaTypes{"boolean"}}
	case signed, unsigned:
		return n.integer(form)
	case float:
		format := "double"
		if n.size == 4 {
			format = "float"
		}
		return &JSONSchema{Type: SchemaTypes{"number"}, Format: format}
	case instant:
		return &JSONSchema{Type: SchemaTypes{"string"}, Format: "date-time"}
	case day:
		return &JSONSchema{Type: SchemaTypes{"string"}, Format: "date"}
	case lasting:
		return &JSONSchema{Type: SchemaTypes{"string"}, Format: "duration"}
	case address:
		return &JSONSchema{Type: SchemaTypes{"string"}, Format: "uri-reference"}
	case octets:
		return &JSONSchema{Type: SchemaTypes{"string"}, ContentEncoding: "base64"}
	}
	return &JSONSchema{} // any, json.RawMessage, and what only its own methods know
}

func (n *node) integer(form kind) *JSONSchema {
	s := &JSONSchema{Type: SchemaTypes{"integer"}}
	bits := uint(n.size) * 8
	if form == signed {
		s.Format = map[uint]string{8: "int8", 16: "int16", 32: "int32", 64: "int64"}[bits]
		if bits < 64 {
			s.Minimum, s.Maximum = new(-float64(uint64(1)<<(bits-1))), new(float64(uint64(1)<<(bits-1)-1))
		}
		return s
	}
	s.Format, s.Minimum = map[uint]string{8: "uint8", 16: "uint16", 32: "uint32", 64: "uint64"}[bits], new(0.0)
	if bits < 64 {
		s.Maximum = new(float64(uint64(1)<<bits - 1))
	}
	return s
}
