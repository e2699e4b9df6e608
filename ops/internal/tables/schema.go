package tables

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
)

var hashType = reflect.TypeFor[password.Hash]()

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
	if r.Pattern != "" {
		s["pattern"] = r.Pattern
	}
	for name, v := range map[string]any{"minimum": r.Minimum, "maximum": r.Maximum, "exclusiveMinimum": r.ExclusiveMinimum, "exclusiveMaximum": r.ExclusiveMaximum} {
		if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && !p.IsNil() {
			s[name] = p.Elem().Interface()
		}
	}
	if len(r.Enum) > 0 {
		s["enum"] = r.Enum
	}
	if c.field.Nullable {
		return map[string]any{"anyOf": []any{s, map[string]any{"type": "null"}}}
	}
	return s
}

func set(s map[string]any, name string, n *int) {
	if n != nil {
		s[name] = *n
	}
}

func (c *column) kindSchema() map[string]any {
	switch k := c.field.Kind; {
	case k == field.TypeJSON:
		return nil
	case k == field.TypeBool:
		return map[string]any{"type": "boolean"}
	case k == field.TypeTime:
		return map[string]any{"type": "string", "format": "date-time"}
	case k == field.TypeUUID:
		return map[string]any{"type": "string", "format": "uuid"}
	case k == field.TypeBytes:
		return map[string]any{"type": "string", "contentEncoding": "base64"}
	case k.Float():
		return map[string]any{"type": "number"}
	case k.Integer():
		low, high := bounds(k)
		return map[string]any{"type": "integer", "minimum": low, "maximum": high}
	}
	return map[string]any{"type": "string"}
}

// bounds are those of a kind of integers.
func bounds(k field.Type) (low int64, high uint64) {
	switch k {
	case field.TypeInt8:
		return math.MinInt8, math.MaxInt8
	case field.TypeInt16:
		return math.MinInt16, math.MaxInt16
	case field.TypeInt32:
		return math.MinInt32, math.MaxInt32
	case field.TypeUint8:
		return 0, math.MaxUint8
	case field.TypeUint16:
		return 0, math.MaxUint16
	case field.TypeUint32:
		return 0, math.MaxUint32
	case field.TypeUint, field.TypeUint64:
		return 0, math.MaxInt64 // more is stored by no database
	}
	return math.MinInt64, math.MaxInt64
}
