package mixin

import (
	"context"
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/mixin"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
)

// Password adds a field that holds a password's hash, of the type [password.Hash]. Whatever is written to it is
// hashed first: on create, bulk create and both updates. A write that goes past ent's hooks fails.
type Password struct {
	mixin.Schema
	Name     string // the field's name; empty is "password"
	Optional bool   // accounts may have none: the column may be NULL
}

func (p Password) name() string {
	if p.Name == "" {
		return "password"
	}
	return p.Name
}

// Fields returns the field.
func (p Password) Fields() []ent.Field {
	// No MaxLen: ent would measure what String returns.
	f := field.String(p.name()).GoType(password.Hash{}).Sensitive().Annotations(entsql.Annotation{Size: 128})
	if p.Optional {
		f = f.Optional().Nillable()
	}
	return []ent.Field{f}
}

// Hooks returns the hook that hashes.
func (p Password) Hooks() []ent.Hook {
	name := p.name()
	return []ent.Hook{func(next ent.Mutator) ent.Mutator {
		return ent.MutateFunc(func(ctx context.Context, m ent.Mutation) (ent.Value, error) {
			if err := hash(ctx, m, name); err != nil {
				return nil, err
			}
			return next.Mutate(ctx, m)
		})
	}}
}

func hash(ctx context.Context, m ent.Mutation, name string) error {
	v, ok := m.Field(name)
	if !ok {
		return nil
	}
	h, ok := v.(password.Hash)
	if !ok {
		return fmt.Errorf("%s.%s: is %T: want password.Hash", m.Type(), name, v)
	}
	h, err := h.Hashed(ctx)
	if err != nil {
		return fmt.Errorf("%s.%s: %w", m.Type(), name, err)
	}
	return m.SetField(name, h)
}
