package schema

import (
	"net/url"
	"regexp"
	"time"

	"entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/entsql"
	"entgo.io/ent/schema"
	"entgo.io/ent/schema/edge"
	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
)

// User is the tutorial's user, with a field of every other kind.
type User struct{ ent.Schema }

func (User) Mixin() []ent.Mixin { return []ent.Mixin{mixin.Password{}} }

func (User) Fields() []ent.Field {
	return []ent.Field{
		field.String("username").MaxLen(20).NotEmpty().Unique().Comment("the name to log in with"),
		field.Time("signup_time").Default(mixin.Now).Immutable(),
		field.Enum("role").Values("admin", "member").Default("member"),
		field.Int32("age").Optional().Range(0, 150),
		field.Float("score").Default(0).Min(-1.5),
		field.String("bio").Optional().Nillable(),
		field.String("email").Optional().Nillable().Match(regexp.MustCompile(`^\S+@\S+$`)),
		field.JSON("settings", map[string]any{}).Optional(),
		field.Strings("labels").Optional(),
		field.UUID("uid", uuid.UUID{}).Default(uuid.New).Unique().Immutable(),
		field.Bool("active").Default(true),
		field.Bytes("avatar").Optional(),
		field.Int("legacy").StorageKey("old_legacy_no").Optional().Nillable(),
		field.String("home").GoType(&url.URL{}).ValueScanner(field.BinaryValueScanner[*url.URL]{}).Optional(),
		field.Time("birthday").SchemaType(map[string]string{dialect.Postgres: "date", dialect.SQLite: "date"}).Optional().Nillable(),
		field.Time("seen_time").Default(time.Now).UpdateDefault(time.Now),
	}
}

func (User) Edges() []ent.Edge {
	return []ent.Edge{
		edge.To("sessions", Session.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("posts", Post.Type).Annotations(entsql.OnDelete(entsql.Cascade)),
		edge.To("reports", User.Type).From("manager").Unique().Comment("who this one works for"),
		edge.To("friends", User.Type),
		edge.To("notes", Note.Type),
	}
}

func (User) Annotations() []schema.Annotation {
	return []schema.Annotation{entsql.Checks(map[string]string{"users_age_even": "age % 2 = 0"})}
}
