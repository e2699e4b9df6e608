package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/edge"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
)

// Session is a login of a user, or a visit of nobody known.
type Session struct{ ent.Schema }

func (Session) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Session{}} }

func (Session) Edges() []ent.Edge {
	return []ent.Edge{edge.From("user", User.Type).Ref("sessions").Unique()}
}
