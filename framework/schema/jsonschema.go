package schema

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
)

// A JSONSchema is a schema in the words of JSON Schema 2020-12. The zero JSONSchema allows everything.
type JSONSchema struct {
	Ref         string      `json:"$ref,omitempty"`
	Title       string      `json:"title,omitempty"`
	Description string      `json:"description,omitempty"`
	Deprecated  bool        `json:"deprecated,omitempty"`
	Type        SchemaTypes `json:"type,omitempty"`
	Format      string      `json:"format,omitempty"`
	Enum        []any       `json:"enum,omitempty"`
	Const       any         `json:"const,omitempty"`

	MinLength        *int     `json:"minLength,omitempty"`
	MaxLength        *int     `json:"maxLength,omitempty"`
	Pattern          string   `json:"pattern,omitempty"`
	ContentEncoding  string   `json:"contentEncoding,omitempty"`
	Minimum          *float64 `json:"minimum,omitempty"`
	ExclusiveMinimum *float64 `json:"exclusiveMinimum,omitempty"`
	Maximum          *float64 `json:"maximum,omitempty"`
	ExclusiveMaximum *float64 `json:"exclusiveMaximum,omitempty"`
	MultipleOf       *float64 `json:"multipleOf,omitempty"`

	Items       *JSONSchema `json:"items,omitempty"`
	MinItems    *int        `json:"minItems,omitempty"`
	MaxItems    *int        `json:"maxItems,omitempty"`
	UniqueItems bool        `json:"uniqueItems,omitempty"`
	Contains    *JSONSchema `json:"contains,omitempty"`
	MinContains *int        `json:"minContains,omitempty"`
	MaxContains *int        `json:"maxContains,omitempty"`

	Properties           SchemaProperties `json:"properties,omitempty"`
	Required             []string         `json:"required,omitempty"`
	AdditionalProperties any              `json:"additionalProperties,omitempty"` // false, or a *JSONSchema
	MinProperties        *int             `json:"minProperties,omitempty"`
	MaxProperties        *int             `json:"maxProperties,omitempty"`
	PropertyNames        *JSONSchema      `json:"propertyNames,omitempty"`
	DependentRequired    Dependents       `json:"dependentRequired,omitempty"`

	AnyOf         []*JSONSchema   `json:"anyOf,omitempty"`
	OneOf         []*JSONSchema   `json:"oneOf,omitempty"`
	Discriminator *Discriminator  `json:"discriminator,omitempty"` // of OpenAPI
	Default       json.RawMessage `json:"default,omitempty"`

	Examples []json.RawMessage `json:"examples,omitempty"`

	Accept     []string       `json:"x-accept,omitempty"`   // media types of a file
	VarName    string         `json:"x-var-name,omitempty"` // of the field in code, where it differs
	Aliases    []string       `json:"x-aliases,omitempty"`  // further names of a member or parameter
	Annotation map[string]any `json:"x-annotation,omitempty"`
}

// A Discriminator tells which of OneOf a value is, by one of its members.
type Discriminator struct {
	PropertyName string  `json:"propertyName"`
	Mapping      Mapping `json:"mapping,omitempty"`
}

// A Mapping refers to schemas by the values of a discriminator.
type Mapping []SchemaProperty

// MarshalJSON writes an object of references.
func (m Mapping) MarshalJSON() ([]byte, error) {
	return objectJSON(len(m), func(i int) (string, any) { return m[i].Name, m[i].Schema.Ref })
}

// Dependents name the members that must stand beside others.
type Dependents []Dependent

// A Dependent is a member with those that it needs.
type Dependent struct {
	Name  string
	Needs []string
}

// MarshalJSON writes an object of lists.
func (l Dependents) MarshalJSON() ([]byte, error) {
	return objectJSON(len(l), func(i int) (string, any) { return l[i].Name, l[i].Needs })
}

// A JSONSchemer is a type that tells its own JSON Schema, for one that is read and written by methods of its own:
// nobody else can know what they take and make. The method is asked on a zero value.
type JSONSchemer interface {
	JSONSchema() *JSONSchema
}

// SchemaTypes are the types that a value may have: one is written as a string, more as a list.
type SchemaTypes []string

// MarshalJSON writes one type as a string.
func (t SchemaTypes) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// SchemaProperties are the members of an object, in the order of their declaration.
type SchemaProperties []SchemaProperty

// A SchemaProperty is one of them.
type SchemaProperty struct {
	Name   string
	Schema *JSONSchema
}

// MarshalJSON writes an object.
func (l SchemaProperties) MarshalJSON() ([]byte, error) {
	return objectJSON(len(l), func(i int) (string, any) { return l[i].Name, l[i].Schema })
}

// objectJSON writes n members in their order.
func objectJSON(n int, member func(i int) (name string, value any)) ([]byte, error) {
	b := []byte{'{'}
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		name, value := member(i)
		b = append(AppendString(b, name), ':')
		v, err := plainJSON(value)
		if err != nil {
			return nil, err
		}
		b = append(b, v...)
	}
	return append(b, '}'), nil
}

// plainJSON leaves HTML as it is, which encoding/json escapes.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// orNull allows null besides.
func (s *JSONSchema) orNull() *JSONSchema {
	switch {
	case len(s.Type) > 0 && s.AnyOf == nil:
		s.Type = append(slices.Clip(s.Type), "null")
		if s.Enum != nil {
			s.Enum = append(slices.Clone(s.Enum), nil)
		}
		if s.Const != nil {
			s.Enum, s.Const = []any{s.Const, nil}, nil
		}
	case s.Ref != "" || s.AnyOf != nil || s.OneOf != nil:
		null := &JSONSchema{Type: SchemaTypes{"null"}}
		return &JSONSchema{AnyOf: []*JSONSchema{s, null}}
	}
	return s
}

var schemerType = reflect.TypeFor[JSONSchemer]()

// toldSchema is what t says of itself, nil if it says nothing.
func toldSchema(t reflect.Type) *JSONSchema {
	if t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer || !HasOwnMethod(t, schemerType, "JSONSchema") {
		return nil
	}
	s := *reflect.New(t).Interface().(JSONSchemer).JSONSchema() // a copy: what is around it adds to it
	return &s
}

// wellKnown are types of other packages that have methods of their own.
var wellKnown = map[string]JSONSchema{
	"github.com/google/uuid.UUID":   {Type: SchemaTypes{"string"}, Format: "uuid"},
	"github.com/gofrs/uuid/v5.UUID": {Type: SchemaTypes{"string"}, Format: "uuid"},
	"net/netip.Addr":                {Type: SchemaTypes{"string"}, AnyOf: ipFormats},
	"net.IP":                        {Type: SchemaTypes{"string"}, AnyOf: ipFormats},
	"regexp.Regexp":                 {Type: SchemaTypes{"string"}, Format: "regex"},
	"math/big.Int":                  {Type: SchemaTypes{"integer"}},
}

var ipFormats = []*JSONSchema{{Format: "ipv4"}, {Format: "ipv6"}}
