package schema

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

func (c *Catalog) object(o *Object, way direction) *JSONSchema {
	s := &JSONSchema{Type: SchemaTypes{"object"}, Description: c.doc(o.t).Text}
	if way != writing && o.forbid {
		s.AdditionalProperties = false
	}
	if o.model != "" {
		s.Annotation = map[string]any{"model": o.model}
	}
	if o.rest != nil {
		c.rest(s, o.rest, way)
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
		if v.Aliases = m.Aliases; naming.Snake(m.Field) != m.Name {
			v.VarName = m.Field
		}
		if m.Facts.Name != "" {
			v.Annotation = map[string]any{"field": m.Facts.Name}
		}
		s.Properties = append(s.Properties, SchemaProperty{m.Name, v})
		if way != writing && len(m.needs) > 0 {
			s.DependentRequired = append(s.DependentRequired, Dependent{m.Name, m.needs})
		}
	}
	return s
}

// rest says what members that are not declared may be.
func (c *Catalog) rest(s *JSONSchema, e *rest, way direction) {
	m := Member{node: e.node, item: e.item}
	s.AdditionalProperties = c.value(&m, way).AdditionalProperties
}

// union says which things a value may be.
func (c *Catalog) union(n *node, way direction) *JSONSchema {
	s := &JSONSchema{Description: c.doc(n.t).Text}
	if n.one.tag != "" {
		s.Discriminator = &Discriminator{PropertyName: n.one.tag}
	}
	for i := range n.one.variants {
		v := &n.one.variants[i]
		if v.obj == nil {
			s.OneOf = append(s.OneOf, c.value(&Member{node: v.node, limits: v.limits, item: v.item}, way))
			continue
		}
		ref := c.component(definitionKey{t: v.node.t, way: way, of: n.t, as: n.one.alias(v)}, func() *JSONSchema { return c.variant(v, n.one.tag, way) })
		s.OneOf = append(s.OneOf, ref)
		s.Discriminator.Mapping = append(s.Discriminator.Mapping, SchemaProperty{v.name, ref})
	}
	return s
}

// variant is an object with the member that tells it.
func (c *Catalog) variant(v *variant, tag string, way direction) *JSONSchema {
	s := c.object(v.obj, way)
	s.Properties = append(SchemaProperties{{tag, &JSONSchema{Type: SchemaTypes{"string"}, Const: v.name}}}, s.Properties...)
	s.Required = append([]string{tag}, s.Required...)
	return s
}

// value is the schema of a member's value, with the rules of its tags and its model.
func (c *Catalog) value(m *Member, way direction) *JSONSchema {
	s := c.node(m.node.inner(), way)
	if m.limits != nil {
		s.add(m.limits.Rules, m.node)
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
	if m.example != nil {
		s.Examples = []json.RawMessage{m.exampleJSON()}
	}
	return s
}

// itemRules puts the rules of tags items.* on what a list or a map holds.
func (c *Catalog) itemRules(s *JSONSchema, m *Member, way direction) {
	n := m.node.inner()
	v := c.node(n.elem.inner(), way)
	v.add(m.item.Rules, n.elem)
	if n.elem.kind == nullable || n.elem.kind == pointer && way == writing {
		v = v.orNull()
	}
	if n.kind == mapping {
		s.AdditionalProperties = v
	} else {
		s.Items = v
	}
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

func jsonName(f reflect.StructField) (name string, tagged bool) {
	tag, tagged := f.Tag.Lookup("json")
	name, _, _ = strings.Cut(tag, ",")
	return name, tagged
}
