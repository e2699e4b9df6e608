package orm

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// A Change is a value for a field of a row, or the key that an edge leads to. It is for code that knows models at run
// time only; see [Insert] and [Modify].
type Change struct {
	Field *Field // nil for an edge
	Edge  *Edge  // nil for a field
	Value any    // of the type Field.GoType, or of the key of the edge's target; nil is NULL
}

// Insert makes a row of the model and returns the entity. Defaults are set, hooks run and validators judge, as when ent
// makes it; a key that is not nil is written, if the model lets its maker choose it.
func Insert(ctx context.Context, db DB, m *Model, key any, changes []Change) (any, error) {
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	if m.Create == nil {
		return nil, fmt.Errorf("orm: %s is a view: it cannot be written", m.Name)
	}
	b := m.Create(conn.Client)
	if key != nil {
		if b.SetKey == nil {
			return nil, fault(m, m.Key.Name, "readonly", "is made by the database")
		}
		b.SetKey(key)
	}
	if err := apply(m, b, changes, true); err != nil {
		return nil, err
	}
	return b.Save(ctx)
}

// Modify changes the row with that key, if conditions hold for it besides, and returns the entity as it is then. A row
// that is not there, that interceptors hide, or for which they do not hold, is a [*NotFoundError].
func Modify(ctx context.Context, db DB, m *Model, key any, changes []Change, where ...func(*sql.Selector)) (any, error) {
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	if m.Update == nil {
		return nil, fmt.Errorf("orm: %s has no key of its own: update it through ent", m.Name)
	}
	b := m.Update(conn.Client, key)
	if err := onlyVisible(ctx, conn, m, b); err != nil {
		return nil, err
	}
	if len(where) > 0 {
		mutation, ok := b.Mutation.(interface{ WhereP(...func(*sql.Selector)) })
		if !ok {
			return nil, fmt.Errorf("orm: %T has no WhereP: a %s could be changed without its conditions", b.Mutation, m.Name)
		}
		mutation.WhereP(where...)
	}
	if err := apply(m, b, changes, false); err != nil {
		return nil, err
	}
	return b.Save(ctx)
}

// apply hands changes to a builder.
func apply(m *Model, b Builder, changes []Change, isNew bool) error {
	for _, c := range changes {
		var err error
		switch {
		case c.Edge != nil:
			err = applyEdge(m, b, c, isNew)
		case c.Value == nil && !c.Field.Nullable:
			err = fault(m, c.Field.Name, "null", "must not be null")
		case c.Field.Immutable && !isNew:
			err = fault(m, c.Field.Name, "immutable", "cannot be changed")
		case c.Value == nil && isNew:
		case c.Value == nil:
			err = b.Mutation.ClearField(c.Field.Column)
		default:
			err = applyField(m, b, c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func applyField(m *Model, b Builder, c Change) error {
	if c.Field.Validate != nil {
		if err := c.Field.Validate(c.Value); err != nil {
			return fault(m, c.Field.Name, "invalid", err.Error())
		}
	}
	if err := b.Mutation.SetField(c.Field.Column, c.Value); err != nil {
		return fault(m, c.Field.Name, "type", err.Error())
	}
	return nil
}

func applyEdge(m *Model, b Builder, c Change, isNew bool) error {
	switch {
	case c.Value == nil && c.Edge.Required:
		return fault(m, c.Edge.Name, "null", "must not be null")
	case c.Edge.Immutable && !isNew:
		return fault(m, c.Edge.Name, "immutable", "cannot be changed")
	case c.Value == nil && isNew:
		return nil
	case c.Value == nil:
		return b.Edge(c.Edge.Name, ClearKeys, nil)
	}
	return b.Edge(c.Edge.Name, AddKeys, []any{c.Value})
}

func fault(m *Model, field, code, detail string) error {
	e := &ValidationError{Model: m.Name}
	e.add(field, schema.Fault{Pointer: pointer(field), Code: code, Detail: detail})
	return e
}
