package schema

import (
	"reflect"
	"slices"
	"unsafe"
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
func (c *Catalog) Input(p *Plan) *JSONSchema { return c.node(p.n, reading) }

// Output is the schema of what Plan.Append writes.
func (c *Catalog) Output(p *Plan) *JSONSchema { return c.node(p.n, writing) }

// Members is the schema of what Object.Read takes.
func (c *Catalog) Members(o *Object) *JSONSchema {
	return c.component(definitionKey{o.t, members}, func() *JSONSchema { return c.object(o, reading) })
}

// Shown is the schema of what Object.Append writes.
func (c *Catalog) Shown(o *Object) *JSONSchema {
	return c.component(definitionKey{o.t, shown}, func() *JSONSchema { return c.object(o, writing) })
}

// Param is the schema of a parameter's value.
func (c *Catalog) Param(p *Param) *JSONSchema {
	m := Member{node: p.node, Facts: p.Facts, limits: p.limits, item: p.item, byDefault: p.set}
	s := c.value(&m, reading)
	s.Description = p.Facts.Doc
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
	case object, list, array, mapping:
		if n.t.Name() == "" {
			return c.shape(n, form, way)
		}
		return c.component(definitionKey{n.t, way}, func() *JSONSchema { return c.shape(n, form, way) })
	case pointer:
		if way == writing {
			return c.node(n.elem, way).orNull()
		}
		return c.node(n.elem, way)
	case nullable:
		return c.node(n.elem, way).orNull()
	}
	return n.scalar(form)
}

func (c *Catalog) shape(n *node, form kind, way direction) *JSONSchema {
	switch form {
	case object:
		return c.object(n.obj, way)
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
		return &JSONSchema{Type: SchemaTypes{"string"}}
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

func (c *Catalog) object(o *Object, way direction) *JSONSchema {
	s := &JSONSchema{Type: SchemaTypes{"object"}, Description: c.doc(o.t).Text}
	if way != writing && o.forbid {
		s.AdditionalProperties = false
	}
	for i := range o.members {
		m := &o.members[i]
		if way == writing && m.writeOnly || way != writing && m.readOnly {
			continue
		}
		v := c.value(m, way)
		if doc := c.memberDoc(o.t, m); doc != "" {
			v.Description = doc
		}
		if way == writing && !m.omitEmpty && !m.omitZero && m.node.kind != nullable || way != writing && m.required {
			s.Required = append(s.Required, m.Name)
		}
		s.Properties = append(s.Properties, SchemaProperty{m.Name, v})
	}
	return s
}

// value is the schema of a member's value, with the rules of its tags and its model.
func (c *Catalog) value(m *Member, way direction) *JSONSchema {
	s := c.node(m.node.inner(), way)
	if m.limits != nil {
		s.add(m.limits.Rules, m.node.isText())
	}
	if m.item != nil {
		c.itemRules(s, m, way)
	}
	if way == reading && m.Facts.Secret && len(s.Type) == 1 && s.Type[0] == "string" && s.Format == "" {
		s.Format = "password"
	}
	null := m.node.kind == nullable || m.node.kind == pointer && m.node.elem.kind == nullable
	if way == writing && m.node.kind == pointer {
		null = !m.omitZero && !m.omitEmpty
	}
	if null {
		s = s.orNull()
	}
	if way == reading && m.byDefault != nil {
		s.Default = m.defaultJSON()
	}
	return s
}

// itemRules puts the rules of tags items.* on what a list or a map holds.
func (c *Catalog) itemRules(s *JSONSchema, m *Member, way direction) {
	n := m.node.inner()
	v := c.node(n.elem.inner(), way)
	v.add(m.item.Rules, n.elem.isText())
	if n.elem.kind == nullable || n.elem.kind == pointer && way == writing {
		v = v.orNull()
	}
	if n.kind == mapping {
		s.AdditionalProperties = v
	} else {
		s.Items = v
	}
}

func (m *Member) defaultJSON() []byte {
	v := reflect.New(m.node.t)
	m.byDefault(v.UnsafePointer())
	w := writer{input: true}
	b := m.node.append(nil, unsafe.Pointer(v.UnsafePointer()), &w)
	if w.err != nil {
		return nil
	}
	return slices.Clip(b)
}

func (c *Catalog) doc(t reflect.Type) TypeDoc {
	if c.Doc == nil {
		return TypeDoc{}
	}
	return c.Doc(t)
}

// memberDoc is the comment on the field of a member, or what the model says of it.
func (c *Catalog) memberDoc(t reflect.Type, m *Member) string {
	if owner := declarer(t, m); owner != nil {
		if doc := c.doc(owner).Fields[m.Field]; doc != "" {
			return doc
		}
	}
	return m.Facts.Doc
}

// declarer is the struct that declares the field of m: t, or one whose fields stand in t.
func declarer(t reflect.Type, m *Member) reflect.Type {
	for i := range t.NumField() {
		f := t.Field(i)
		name, tagged := jsonName(f)
		switch {
		case f.Name == m.Field && name == m.Name:
			return t
		case !tagged && f.Type.Kind() == reflect.Struct && !isNull(f.Type):
			if owner := declarer(f.Type, m); owner != nil {
				return owner
			}
		}
	}
	return nil
}
