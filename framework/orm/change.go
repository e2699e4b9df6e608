package orm

import (
	"cmp"
	"context"
	"fmt"
	"reflect"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// A Change is a value for a field of a row, or the key that an edge to one leads to. It is for code that knows models
// at run time only; see [Insert] and [Modify].
type Change struct {
	Field *Field // nil for an edge
	Edge  *Edge  // nil for a field
	Value any    // of the type Field.GoType, or of the key of the edge's target; nil is NULL
}

// Insert makes a row of the model and returns the entity. Defaults are set, hooks run and validators judge, as when ent
// makes it. A key that is not nil is written, if the model lets the caller choose it. Errors are those of [Create], and
// their pointers name fields and edges of the model.
func Insert(ctx context.Context, db DB, m *Model, key any, changes []Change) (any, error) {
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	if m.Create == nil {
		return nil, fmt.Errorf("orm: %s is a view: it cannot be written", m.Name)
	}
	b := m.Create(conn.Client)
	faults := &ValidationError{Model: m.Name}
	if key != nil {
		if f := setKey(m, b, reflect.ValueOf(key)); f != nil {
			faults.at(m.Key.Name, f)
		}
	} else if m.Key != nil && !m.Key.HasDefault {
		faults.at(m.Key.Name, &schema.Fault{Code: "required", Detail: "is required"})
	}
	return change(ctx, conn, m, b, changes, faults, true)
}

// Modify changes the row with that key and returns the entity as it is then. A row that is not there, or that
// interceptors hide, is a [*NotFoundError]. Errors are those of [Update], and their pointers name fields and edges of
// the model.
func Modify(ctx context.Context, db DB, m *Model, key any, changes []Change) (any, error) {
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	if m.Update == nil {
		return nil, fmt.Errorf("orm: %s has no key of its own: update it through ent", m.Name)
	}
	k, err := m.keyFrom(key)
	if err != nil {
		return nil, err
	}
	b := m.Update(conn.Client, k)
	if err := onlyVisible(ctx, conn, m, b); err != nil {
		return nil, err
	}
	v, err := change(ctx, conn, m, b, changes, &ValidationError{Model: m.Name}, false)
	if missing, ok := err.(*NotFoundError); ok {
		missing.Model, missing.Key = m.Name, k
	}
	return v, err
}

// change applies changes and saves, unless something is wrong with them.
func change(ctx context.Context, conn Conn, m *Model, b Builder, changes []Change, faults *ValidationError, isNew bool) (any, error) {
	var refs references
	for _, c := range changes {
		if f := c.apply(b, isNew); f != nil {
			faults.at(c.name(), f)
		}
		if target := c.target(m); target != nil && c.Value != nil {
			refs = append(refs, reference{c.name(), target, []any{c.Value}})
		}
	}
	if len(faults.Faults) > 0 {
		return nil, faults
	}
	v, err := b.Save(ctx)
	switch e := err.(type) {
	case *ConstraintError:
		refs.explain(ctx, conn, e)
		e.Model = cmp.Or(e.Model, m.Name)
	case *ValidationError:
		e.Model = cmp.Or(e.Model, m.Name)
	}
	return v, err
}

func (c Change) name() string {
	if c.Edge != nil {
		return c.Edge.Name
	}
	return c.Field.Name
}

// target is the model that the change leads to, nil for a plain field.
func (c Change) target(m *Model) *Model {
	switch {
	case c.Edge != nil:
		return c.Edge.Target()
	case c.Field.Edge != "":
		return m.Edge(c.Field.Edge).Target()
	}
	return nil
}

// apply hands the change to a builder, unless something is wrong with it.
func (c Change) apply(b Builder, isNew bool) *schema.Fault {
	var nullable, immutable bool
	if c.Edge != nil {
		nullable, immutable = !c.Edge.Required, c.Edge.Immutable
	} else {
		nullable, immutable = c.Field.Nullable, c.Field.Immutable
	}
	null := c.Value == nil
	switch {
	case null && !nullable:
		return &schema.Fault{Code: "null", Detail: "must not be null"}
	case null && isNew:
		return nil
	case immutable && !isNew:
		return &schema.Fault{Code: "immutable", Detail: "cannot be changed"}
	case null && c.Edge != nil:
		return typeFault(b.Edge(c.Edge.Name, ClearKeys, nil))
	case c.Edge != nil:
		return typeFault(b.Edge(c.Edge.Name, AddKeys, []any{c.Value}))
	case null:
		return typeFault(b.Mutation.ClearField(c.Field.Column))
	}
	if c.Field.Validate != nil {
		if err := c.Field.Validate(c.Value); err != nil {
			return &schema.Fault{Code: "invalid", Detail: err.Error()}
		}
	}
	return typeFault(b.Mutation.SetField(c.Field.Column, c.Value)) // ent asks for the column's name, not the field's
}

// setKey hands the key of a new row to a builder, unless something is wrong with it.
func setKey(m *Model, b Builder, key reflect.Value) *schema.Fault {
	switch {
	case b.SetKey == nil:
		return &schema.Fault{Code: "readonly", Detail: "is made by the database"}
	case !storable(key):
		return new(badText)
	}
	if m.Key.Validate != nil {
		if err := m.Key.Validate(key.Interface()); err != nil {
			return &schema.Fault{Code: "invalid", Detail: err.Error()}
		}
	}
	b.SetKey(key.Interface())
	return nil
}
