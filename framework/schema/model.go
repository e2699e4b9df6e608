package schema

import "reflect"

// A Model is an embedded marker that knows more about the fields beside it than their tags say, as orm.Schema
// knows the columns of an entity. Its zero value must be able to answer.
type Model interface {
	// SchemaName is the model's name in documents: "user".
	SchemaName() string
	// SchemaField tells what the model says of the field f; ok is false when the model has no such field.
	// What a tag of f says goes before it.
	SchemaField(f reflect.StructField) (facts Facts, ok bool)
	// SchemaErrors lists what is wrong with the struct type t, which embeds the marker: fields that the model
	// does not have, types that do not fit. It is asked once, when the plan of t is made.
	SchemaErrors(t reflect.Type) []error
}

// Facts are what a model knows about one of its fields.
type Facts struct {
	Rules
	Name     string // the model's name of the field
	Doc      string // the model's comment on the field
	Nullable bool   // the field may hold null
	Unique   bool   // no two rows share a value
	Secret   bool   // the value must not be shown
}

// Rules are the constraints of a value in JSON Schema's terms. Nil, "" and false are no constraint.
type Rules struct {
	MinLength, MaxLength               *int // characters, not bytes
	Minimum, Maximum                   *float64
	ExclusiveMinimum, ExclusiveMaximum *float64
	MultipleOf                         *float64
	MinItems, MaxItems                 *int
	UniqueItems                        bool
	Contains                           *Rules // of an item that a list has
	MinContains, MaxContains           *int
	MinProperties, MaxProperties       *int
	Keys                               *Rules // of the names in a map
	Pattern                            string // RE2, matches anywhere unless anchored
	Format                             string // "email", "uuid", "date-time", ...
	Enum                               []any  // strings, float64s or bools
	Const                              any    // a string, float64 or bool
}
