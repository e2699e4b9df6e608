package schema

import (
	"context"
	"fmt"

	"entgo.io/ent"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/privacy"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
)

// Note is shown to the viewer in the context who owns it, and to nobody else.
type Note struct{ ent.Schema }

func (Note) Fields() []ent.Field { return []ent.Field{field.String("text"), field.Int("viewer")} }

func (Note) Edges() []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref("notes").Unique()}
}

// Viewer is the context's key of who looks, an int.
type Viewer struct{}

func (Note) Policy() ent.Policy {
	return privacy.Policy{Query: privacy.QueryPolicy{ownNotes{}}}
}

type ownNotes struct{}

func (ownNotes) EvalQuery(ctx context.Context, q ent.Query) error {
	viewer, ok := ctx.Value(Viewer{}).(int)
	if !ok {
		return privacy.Denyf("nobody looks")
	}
	f, ok := q.(interface{ WhereP(...func(*sql.Selector)) })
	if !ok {
		return fmt.Errorf("%T has no WhereP", q)
	}
	f.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C("viewer"), viewer)) })
	return privacy.Skip
}
