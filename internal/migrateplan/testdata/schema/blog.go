// Package schema is the ent schema that the planner's tests load.
package schema

import (
	"time"

	"entgo.io/ent"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
)

// User has posts.
type User struct{ ent.Schema }

// Fields of the User.
func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("username").MaxLen(20).Unique(),
		field.String("mail").StorageKey("email").Optional(),
		field.Time("signup_time").Default(time.Now),
	}
}

// Edges of the User.
func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("posts", Post.Type),
		edge.To("card", Card.Type).Unique(),
	}
}

// Post is written by a user.
type Post struct{ ent.Schema }

// Fields of the Post.
func (Post) Fields() []ent.Field {
	return []ent.Field{field.String("title"), field.Int("author_id")}
}

// Edges of the Post.
func (Post) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("author", User.Type).Ref("posts").Field("author_id").Unique().Required(),
		edge.To("tags", Tag.Type),
		edge.To("replies", Post.Type).From("parent").Unique(),
	}
}

// Indexes of the Post.
func (Post) Indexes() []ent.Index {
	return []ent.Index{index.Fields("author_id", "title")}
}

// Tag marks posts.
type Tag struct{ ent.Schema }

// Fields of the Tag.
func (Tag) Fields() []ent.Field { return []ent.Field{field.String("label").Unique()} }

// Edges of the Tag.
func (Tag) Edges() []ent.Edge { return []ent.Edge{edge.From("posts", Post.Type).Ref("tags")} }

// Card belongs to one user.
type Card struct{ ent.Schema }

// Fields of the Card.
func (Card) Fields() []ent.Field { return []ent.Field{field.String("number")} }

// Edges of the Card.
func (Card) Edges() []ent.Edge { return []ent.Edge{edge.From("owner", User.Type).Ref("card").Unique()} }
