package openapi

import (
	"reflect"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// envelopes lists the envelopes around the endpoint, the innermost first.
func envelopes(ep *api.Endpoint) (l []api.Envelope) {
	for _, p := range slices.Backward(ep.Plugins()) {
		switch v := p.(type) {
		case api.Envelope:
			l = append(l, v)
		case *api.Envelope:
			l = append(l, *v)
		}
	}
	return l
}

// envelope is the schema of the answer s, nil for one without a body, in its envelopes; nil when there are none.
func envelope(ep *api.Endpoint, s *schema.JSONSchema) (out *Schema) {
	for _, v := range envelopes(ep) {
		result := s
		if out != nil {
			result = out.JSONSchema
		} else if s == nil {
			result = &schema.JSONSchema{Type: schema.SchemaTypes{"null"}}
		}
		out = sealed(v)
		out.member(v.ResultKey, result)
		out.member(v.StateKey, text("ok"))
		out.member(v.MessageKey, text(""))
		if ep.Out.Kind() == reflect.Slice {
			out.member(v.CountKey, count())
		}
	}
	return out
}

// envelopeOfProblem is the schema of an error's answer in its envelope; nil when there is none. The innermost makes the
// problem an answer, which those around it take for one.
func envelopeOfProblem(ep *api.Endpoint) *Schema {
	l := envelopes(ep)
	if len(l) == 0 {
		return nil
	}
	v := l[0]
	out := sealed(v)
	out.member(v.ResultKey, &schema.JSONSchema{Type: schema.SchemaTypes{"null"}})
	out.member(v.StateKey, &schema.JSONSchema{Type: schema.SchemaTypes{"string"}})
	out.member(v.MessageKey, &schema.JSONSchema{Type: schema.SchemaTypes{"string"}})
	if v.ErrorsKey != "" {
		faults := &schema.JSONSchema{Type: schema.SchemaTypes{"array"}, Items: &schema.JSONSchema{Ref: faultRef}}
		out.Properties = append(out.Properties, schema.SchemaProperty{Name: v.ErrorsKey, Schema: faults})
	}
	for _, v := range l[1:] {
		inner := out.JSONSchema
		out = sealed(v)
		out.member(v.ResultKey, inner)
		out.member(v.StateKey, text("ok"))
		out.member(v.MessageKey, text(""))
	}
	return out
}

func sealed(v api.Envelope) *Schema {
	return &Schema{
		JSONSchema: &schema.JSONSchema{Type: schema.SchemaTypes{"object"}},
		ResultKey:  v.ResultKey, MessageKey: v.MessageKey, StateKey: v.StateKey, CountKey: v.CountKey,
	}
}

// member adds one that is always there, unless it has no name.
func (s *Schema) member(name string, v *schema.JSONSchema) {
	if name != "" {
		s.Properties = append(s.Properties, schema.SchemaProperty{Name: name, Schema: v})
		s.Required = append(s.Required, name)
	}
}

func text(only string) *schema.JSONSchema {
	return &schema.JSONSchema{Type: schema.SchemaTypes{"string"}, Enum: []any{only}}
}
