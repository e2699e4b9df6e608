package orm

import (
	"errors"
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// ErrNotFound is what every [*NotFoundError] is.
var ErrNotFound = errors.New("orm: not found")

// NotFoundError says that a row is not there, or that the caller may not see it.
type NotFoundError struct {
	Model string // the entity, "" when only ent knows
	Key   any    // nil when it was not asked for by key
	Err   error  // ent's error, if it came from there
}

func (e *NotFoundError) Error() string {
	switch {
	case e.Model == "" && e.Err != nil:
		return e.Err.Error()
	case e.Key == nil:
		return fmt.Sprintf("orm: %s not found", e.Model)
	}
	return fmt.Sprintf("orm: %s %v not found", e.Model, e.Key)
}

// Is makes every NotFoundError [ErrNotFound].
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

func (e *NotFoundError) Unwrap() error { return e.Err }

// Refusal says that there is no such thing.
func (e *NotFoundError) Refusal() (schema.Reason, []schema.Fault) { return schema.NotFound, nil }

// ConstraintKind is a kind of constraint that a database keeps.
type ConstraintKind string

const (
	Unique    ConstraintKind = "unique"
	Reference ConstraintKind = "reference" // a foreign key
	NotNull   ConstraintKind = "null"
	Condition ConstraintKind = "check"
	TooLong   ConstraintKind = "maxLength"
)

// ConstraintError says which constraint of the database a write would have broken. Its text is for the log: it
// holds the database's, where values may stand.
type ConstraintError struct {
	Kind       ConstraintKind
	Model      string   // the entity, "" when the database does not tell
	Constraint string   // its name in the database, "" when the database does not tell
	Fields     []string // fields or edges of the model, empty when the database does not tell
	Faults     []schema.Fault
	Err        error
}

func (e *ConstraintError) Error() string { return "orm: " + e.Err.Error() }

func (e *ConstraintError) Unwrap() error { return e.Err }

// Refusal says Conflict for a value that is taken and Invalid for everything else.
func (e *ConstraintError) Refusal() (schema.Reason, []schema.Fault) {
	if e.Kind == Unique {
		return schema.Conflict, e.Faults
	}
	return schema.Invalid, e.Faults
}

// ValidationError says what is wrong with values before they reach the database.
type ValidationError struct {
	Model  string   // the entity, "" when only ent knows
	Fields []string // the model's field or edge of each fault
	Faults []schema.Fault
	Err    error // ent's error, if it came from there
}

func (e *ValidationError) Error() string {
	if e.Err != nil {
		return e.Err.Error()
	}
	text := make([]string, len(e.Faults))
	for i, f := range e.Faults {
		text[i] = e.Model + "." + e.Fields[i] + ": " + f.Detail
	}
	return "orm: " + strings.Join(text, "; ")
}

func (e *ValidationError) Unwrap() error { return e.Err }

// Refusal says Invalid, with a fault for each value.
func (e *ValidationError) Refusal() (schema.Reason, []schema.Fault) { return schema.Invalid, e.Faults }

// at adds a fault of a field or edge of the model, which its pointer names.
func (e *ValidationError) at(field string, f *schema.Fault) {
	f.Pointer = pointer(field)
	e.add(field, *f)
}

func (e *ValidationError) add(field string, f schema.Fault) {
	e.Fields = append(e.Fields, field)
	e.Faults = append(e.Faults, f)
}

// Invalid is the ValidationError of one that ent reports for a field or edge.
func Invalid(field string, err error) *ValidationError {
	f := schema.Fault{Code: "invalid", Detail: "is not valid", Pointer: pointer(field)}
	said := errors.Unwrap(err)
	switch cause := errors.Unwrap(said); {
	case cause != nil:
		f.Detail = cause.Error()
	case said != nil && strings.Contains(said.Error(), "missing required"):
		f.Code, f.Detail = "required", "is required"
	}
	return &ValidationError{Fields: []string{field}, Faults: []schema.Fault{f}, Err: err}
}

// pointer is the JSON pointer to a member.
func pointer(name string) string {
	if name == "" {
		return ""
	}
	return "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
}
