package data

import (
	"bytes"
	"encoding/json"
	"strings"

	"entgo.io/ent/schema/field"
)

// fields are columns by name, in their order.
type fields []namedField

type namedField struct {
	name string
	Field
}

// MarshalJSON writes an object.
func (l fields) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range l {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(f.name)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(f.Field)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// schema is the JSON Schema of a value, nil for free JSON.
func (c *column) schema() map[string]any {
	s := c.kindSchema()
	if s == nil {
		return nil
	}
	r := &c.field.Rules
	set(s, "minLength", r.MinLength)
	set(s, "maxLength", r.MaxLength)
	set(s, "minimum", r.Minimum)
	set(s, "maximum", r.Maximum)
	set(s, "exclusiveMinimum", r.ExclusiveMinimum)
	set(s, "exclusiveMaximum", r.ExclusiveMaximum)
	if r.Pattern != "" {
		s["pattern"] = r.Pattern
	}
	if len(r.Enum) > 0 {
		s["enum"] = r.Enum
	}
	if c.field.Nullable {
		return map[string]any{"anyOf": []any{s, map[string]any{"type": "null"}}}
	}
	return s
}

func set[T any](s map[string]any, name string, value *T) {
	if value != nil {
		s[name] = *value
	}
}

// kindSchema is the schema that every column of the kind has.
func (c *column) kindSchema() map[string]any {
	switch k := c.field.Kind; {
	case k == field.TypeJSON:
		return nil
	case k == field.TypeBool:
		return map[string]any{"type": "boolean"}
	case k == field.TypeTime && c.field.Date:
		return map[string]any{"type": "string", "format": "date"}
	case k == field.TypeTime:
		return map[string]any{"type": "string", "format": "date-time"}
	case k == field.TypeUUID:
		return map[string]any{"type": "string", "format": "uuid"}
	case k == field.TypeBytes:
		return map[string]any{"type": "string", "contentEncoding": "base64"}
	case k.Float(), c.isDecimal():
		return map[string]any{"type": "number"}
	case k.Integer():
		return map[string]any{"type": "integer", "minimum": bounds[k].low, "maximum": bounds[k].high}
	}
	return map[string]any{"type": "string"}
}

// isDecimal tells columns of decimal numbers, which ent knows by their Go type alone.
func (c *column) isDecimal() bool {
	return c.field.Kind == field.TypeOther && strings.Contains(c.field.GoType.Name(), "Decimal")
}
