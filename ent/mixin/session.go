package mixin

import (
	"entgo.io/ent"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
)

// Session makes an entity the table of sessions. The edge to the user is the application's to add:
//
//	func (Session) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Session{}} }
//	func (Session) Edges() []ent.Edge {
//		return []ent.Edge{edge.From("user", User.Type).Ref("sessions").Unique()}
//	}
//
// Whoever reads the table cannot log in with what it holds: tokens are there as hashes only.
type Session struct{ mixin.Schema }

// Fields returns the columns of a session.
func (Session) Fields() []ent.Field {
	return []ent.Field{
		field.String("token_hash").MaxLen(64).Unique().Sensitive().
			Comment("SHA-256 of the cookie's token, in hexadecimal"),
		field.Bytes("data").Optional().Sensitive().
			Comment("the session's values, encoded"),
		field.Time("created_time").Default(Now).Immutable(),
		field.Time("last_activity").Default(Now).
			Comment("the last request, to within the time that is batched"),
		field.Time("expiry_time").
			Comment("when the session ends unless it is used again, and at the latest at its deadline"),
		field.Time("deadline").
			Comment("when the session ends however much it is used"),
	}
}

// Indexes returns what the purge of ended sessions asks by.
func (Session) Indexes() []ent.Index {
	return []ent.Index{index.Fields("expiry_time")}
}
