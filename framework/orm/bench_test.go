package orm_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	entpost "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/post"
	entuser "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func benchEach(b *testing.B, fn func(b *testing.B, c *ent.Client)) {
	for name, db := range map[string]func(testing.TB) *db.DB{"sqlite": testdb.SQLite, "postgres": testdb.Postgres} {
		b.Run(name, func(b *testing.B) { fn(b, open(b, db(b))) })
	}
}

func benchBoth(b *testing.B, viaEnt, viaORM func() error) {
	for name, call := range map[string]func() error{"ent": viaEnt, "orm": viaORM} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkByKey(b *testing.B) {
	benchEach(b, func(b *testing.B, c *ent.Client) {
		u := signup(b, c, "ada")
		benchBoth(b,
			func() error { return last(c.User.Get(b.Context(), u.ID)) },
			func() error { return last(orm.Init[UserSchema](b.Context(), c, u.ID)) })
	})
}

// Fifty posts of 1 KB with author, editor, tags and comments.
func BenchmarkNested(b *testing.B) {
	benchEach(b, func(b *testing.B, c *ent.Client) {
		users, _ := seed(b, c)
		for i := range 50 {
			p := c.Post.Create().SetTitle(fmt.Sprint("bench ", i)).SetBody(strings.Repeat("x", 1024)).SetAuthor(users[i%4]).AddTagIDs("tag0", "tag1").SaveX(b.Context())
			for range 3 {
				c.Comment.Create().SetBody("c").SetPost(p).ExecX(b.Context())
			}
		}
		query := func() *ent.PostQuery { return c.Post.Query().Order(ent.Desc(entpost.FieldID)).Limit(50) }
		benchBoth(b,
			func() error {
				return last(query().WithAuthor(func(q *ent.UserQuery) { q.Select(entuser.FieldUsername, entuser.FieldSignupTime) }).
					WithEditor().WithTags().WithComments().All(b.Context()))
			},
			func() error { return last(orm.Serialize[PostSchema](b.Context(), query())) })
	})
}

func BenchmarkInsert(b *testing.B) {
	benchEach(b, func(b *testing.B, c *ent.Client) {
		u := signup(b, c, "ada")
		n := 0
		title := func() string { n++; return fmt.Sprint("title ", n) }
		benchBoth(b,
			func() error { return last(c.Post.Create().SetTitle(title()).SetAuthorID(u.ID).Save(b.Context())) },
			func() error { return last(orm.Save(b.Context(), c, &PostInput{Title: new(title()), AuthorID: &u.ID})) })
	})
}

func BenchmarkUpdate(b *testing.B) {
	benchEach(b, func(b *testing.B, c *ent.Client) {
		u := signup(b, c, "ada")
		benchBoth(b,
			func() error { return last(c.User.UpdateOneID(u.ID).SetBio("b").Save(b.Context())) },
			func() error { return last(orm.Update(b.Context(), c, &UpdateSchema{ID: u.ID, Bio: some("b")})) })
	})
}
