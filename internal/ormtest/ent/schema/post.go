package schema

import (
	"entgo.io/ent"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"entgo.io/ent/schema/index"
	"entgo.io/ent/schema/mixin"
	"github.com/google/uuid"

	metamixin "github.com/utilmeta/utilmeta-go/ent/mixin"
)

// Titled is a mixin of the schemas' own package.
type Titled struct{ mixin.Schema }

func (Titled) Fields() []ent.Field {
	return []ent.Field{field.String("title").MinLen(2).MaxLen(50)}
}

// Post belongs to an author and carries tags and comments.
type Post struct{ ent.Schema }

func (Post) Mixin() []ent.Mixin { return []ent.Mixin{Titled{}, metamixin.Time{}} }

func (Post) Fields() []ent.Field {
	return []ent.Field{
		field.Text("body").Default(""),
		field.Int("author_id"),
		field.Bool("published").Default(false),
	}
}

func (Post) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("author", User.Type).Ref("posts").Field("author_id").Unique().Required(),
		edge.To("editor", User.Type).Unique(),
		edge.To("tags", Tag.Type),
		edge.To("comments", Comment.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
	}
}

func (Post) Indexes() []ent.Index { return []ent.Index{index.Fields("author_id", "title").Unique()} }

// Tag has a key that its maker chooses.
type Tag struct{ ent.Schema }

func (Tag) Fields() []ent.Field {
	return []ent.Field{field.String("id").MaxLen(30).NotEmpty(), field.String("label").Optional()}
}

func (Tag) Edges() []ent.Edge { return []ent.Edge{edge.From("posts", Post.Type).Ref("tags")} }

// Comment has a UUID for a key and is never quite deleted.
type Comment struct{ ent.Schema }

func (Comment) Mixin() []ent.Mixin { return []ent.Mixin{metamixin.SoftDelete{}} }

func (Comment) Fields() []ent.Field {
	return []ent.Field{field.UUID("id", uuid.UUID{}).Default(uuid.New), field.String("body")}
}

func (Comment) Edges() []ent.Edge {
	return []ent.Edge{
		edge.From("post", Post.Type).Ref("comments").Unique().Required(),
		edge.To("replies", Comment.Type).From("parent").Unique(),
	}
}

func (Comment) Indexes() []ent.Index { return []ent.Index{index.Edges("post")} }
