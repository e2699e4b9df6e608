// Package schema declares the entities that the database holds.
package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
)

// User is somebody with an account.
type User struct{ ent.Schema }

// Mixin adds the password, which reaches the database as a hash only.
func (User) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Password{}} }

// Fields of a User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("username").MaxLen(20).Unique(),
		field.Time("signup_time").Default(mixin.Now).Immutable(),
	}
}

// Edges of a User. The sessions go with the user.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("sessions", Session.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

// Session is a login that goes on, or a visit before one.
type Session struct{ ent.Schema }

// Mixin adds token, data and times.
func (Session) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Session{}} }

// Edges of a Session: the user, once there is one.
func (Session) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("user", User.Type).Ref("sessions").Unique(),
	}
}
