package mixin

import (
	"context"
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
)

const deletedTime = "deleted_time"

// SoftDelete keeps deleted rows: a delete sets deleted_time, and no query sees the row from then on.
// A unique value of a deleted row stays taken.
type SoftDelete struct{ mixin.Schema }

// Fields returns deleted_time.
func (SoftDelete) Fields() []ent.Field {
	return []ent.Field{field.Time(deletedTime).Optional().Nillable()}
}

// Indexes returns the one that every query uses.
func (SoftDelete) Indexes() []ent.Index { return []ent.Index{index.Fields(deletedTime)} }

type withDeleted struct{}

// WithDeleted returns a context under which queries see deleted rows and deletes remove them for good.
func WithDeleted(ctx context.Context) context.Context {
	return context.WithValue(ctx, withDeleted{}, true)
}

// filtered is a query or mutation that takes conditions from outside the generated package.
type filtered interface{ WhereP(...func(*sql.Selector)) }

func notDeleted(s *sql.Selector) { s.Where(sql.IsNull(s.C(deletedTime))) }

// Interceptors returns the one that hides deleted rows.
func (SoftDelete) Interceptors() []ent.Interceptor {
	return []ent.Interceptor{ent.TraverseFunc(func(ctx context.Context, q ent.Query) error {
		if ctx.Value(withDeleted{}) != nil {
			return nil
		}
		f, ok := q.(filtered)
		if !ok {
			return fmt.Errorf("soft delete: %T has no WhereP: generate with the extension of ent/codegen", q)
		}
		f.WhereP(notDeleted)
		return nil
	})}
}

// Hooks returns the one that turns a delete into an update.
func (SoftDelete) Hooks() []ent.Hook {
	return []ent.Hook{func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if !m.Op().Is(ent.OpDelete|ent.OpDeleteOne) || ctx.Value(withDeleted{}) != nil {
				return next.Mutate(ctx, m)
			}
			again, ok := m.(interface {
				filtered
				SetOp(ent.Op)
				ORMMutate(context.Context) (ent.Value, error)
			})
			if !ok {
				return nil, fmt.Errorf("soft delete: %T has no ORMMutate: generate with the extension of ent/codegen", m)
			}
			again.WhereP(notDeleted)
			again.SetOp(ent.OpUpdate)
			if err := m.SetField(deletedTime, Now()); err != nil {
				return nil, err
			}
			return again.ORMMutate(ctx)
		})
	}}
}
