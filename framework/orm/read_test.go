package orm_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	entlib "entgo.io/ent"
	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	entpost "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/post"
	entschema "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/schema"
	entuser "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// counter counts the queries that pass through it and keeps the last ones.
type counter struct {
	dialect.Driver
	n    atomic.Int64
	last []string
}

func (c *counter) Query(ctx context.Context, q string, args, v any) error {
	c.n.Add(1)
	c.last = append(c.last, q)
	return c.Driver.Query(ctx, q, args, v)
}

// count runs fn and returns how many queries it made.
func (c *counter) count(fn func()) int64 {
	before := c.n.Load()
	c.last = nil
	fn()
	return c.n.Load() - before
}

func text(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return string(b)
}

func TestNestedReading(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		n := &counter{Driver: d}
		c := open(t, n)
		users, posts := seed(t, c)

		var page []*PostSchema
		got := n.count(func() {
			var err error
			page, err = orm.Serialize[PostSchema](ctx, c.Post.Query().
				Where(entpost.HasAuthorWith(entuser.UsernameIn("user0", "user1"))).Order(ent.Desc(entpost.FieldID)).Limit(4))
			must(t, err)
		})
		if got != 3 || len(page) != 4 {
			t.Errorf("%d queries for %d posts, want 3 for 4:\n%s", got, len(page), strings.Join(n.last, "\n"))
		}
		if p := page[0]; p.Title != "post 5" || p.Author.Username != "user1" || p.Editor != nil ||
			cmp.Diff([]string{"tag0", "tag2"}, p.Tags) != "" || len(p.Comments) != 5 {
			t.Errorf("post 5 reads as %s", text(t, p))
		}
		one, err := orm.Init[PostSchema](ctx, c, posts[0].ID)
		must(t, err)
		if one.Editor == nil || one.Editor.ID != users[2].ID || one.Comments == nil || len(one.Comments) != 0 {
			t.Errorf("post 0 reads as %s", text(t, one))
		}
		if none, err := orm.Serialize[PostSchema](ctx, c.Post.Query().Where(entpost.ID(-1))); err != nil || none == nil || len(none) != 0 {
			t.Errorf("no rows read as %v, %v", none, err)
		}
	})
}

func TestSelfEdges(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, posts := seed(t, c)
		id := func(i int) int { return users[i].ID }
		update := func(in UpdateSchema) {
			t.Helper()
			must(t, last(orm.Update(ctx, c, &in)))
		}
		update(UpdateSchema{ID: id(1), Manager: some(id(0)), Friends: []int{id(2), id(3)}})
		update(UpdateSchema{ID: id(2), Manager: some(id(0))})
		all, err := orm.Serialize[FullUser](ctx, c.User.Query().Order(entuser.ByID()))
		must(t, err)
		if len(all[0].Reports) != 2 || all[0].Reports[0].ID != id(1) || all[1].Manager.Username != "user0" || *all[1].Boss != id(0) ||
			len(all[1].Friends) != 2 || len(all[2].Friends) != 1 || all[2].Friends[0].ID != id(1) || len(all[0].Posts) != 3 || all[0].Posts[0] != posts[0].ID {
			t.Error(text(t, all))
		}
		update(UpdateSchema{ID: id(1), Friends: []int{id(3)}})
		one, err := orm.Init[FullUser](ctx, c, id(1))
		must(t, err)
		if len(one.Friends) != 1 || one.Friends[0].ID != id(3) {
			t.Errorf("the list was not replaced: %s", text(t, one.Friends))
		}
		update(UpdateSchema{ID: id(1), Friends: []int{}, Manager: nothing[int]()})
		one, err = orm.Init[FullUser](ctx, c, id(1))
		must(t, err)
		if len(one.Friends) != 0 || one.Manager != nil || one.Boss != nil {
			t.Errorf("the edges were not cleared: %s", text(t, one))
		}
	})
}

func TestTraversal(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, _ := seed(t, c)
		list, err := orm.Serialize[PostSchema](ctx, users[0].QueryPosts())
		if err != nil || len(list) != 3 {
			t.Errorf("%d posts of a user, %v", len(list), err)
		}
		type title struct {
			orm.Schema[ent.Post]
			Body string `json:"body"`
		}
		bodies, err := orm.Serialize[title](ctx, c.User.Query().QueryPosts().QueryTags().QueryPosts().Order(entpost.ByTitle()))
		if err != nil || len(bodies) != 6 {
			t.Errorf("%d posts by way of their tags, want 6, each once: %v", len(bodies), err)
		}
	})
}

// BoardSchema has a list inside a joined struct, which asks a query of its own.
type BoardSchema struct {
	orm.Schema[ent.Post]
	Title  string `json:"title"`
	Author struct {
		orm.Schema[ent.User]
		Username string        `json:"username"`
		Reports  []*UserSchema `json:"reports"`
		Manager  *UserSchema   `json:"manager"`
	} `json:"author"`
}

func TestListInJoin(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, _ := seed(t, c)
		must(t, last(orm.Update(ctx, c, &UpdateSchema{ID: users[2].ID, Manager: some(users[0].ID)})))
		must(t, last(orm.Update(ctx, c, &UpdateSchema{ID: users[0].ID, Manager: some(users[3].ID)})))
		list, err := orm.Serialize[BoardSchema](ctx, c.Post.Query().Order(entpost.ByTitle()))
		must(t, err)
		for i, b := range list {
			if i%2 == 0 && (len(b.Author.Reports) != 1 || b.Author.Reports[0].Username != "user2" || b.Author.Manager.Username != "user3") ||
				i%2 == 1 && (b.Author.Reports == nil || len(b.Author.Reports) != 0 || b.Author.Manager != nil) {
				t.Errorf("%s", text(t, b))
			}
		}
		list[0].Author.Reports[0].Username = "changed"
		if list[2].Author.Reports[0].Username == "changed" {
			t.Error("two rows share a nested value")
		}
	})
}

func TestEveryKind(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		id := uuid.New()
		home := &url.URL{Scheme: "https", Host: "example.org"}
		u, err := orm.Save(ctx, c, &FullInput{Username: "bob", Password: "x", Role: "admin", Age: new(int32(4)), Bio: new("hi"),
			Settings: map[string]any{"a": 1.0}, Labels: []string{"x", "y"}, UID: id, Avatar: []byte{0, 1, 2}, Legacy: new(7), Home: home})
		must(t, err)
		got, err := orm.Init[FullUser](ctx, c, u.ID)
		must(t, err)
		want := &FullUser{ID: u.ID, Username: "bob", Role: "admin", Age: 4, Bio: new("hi"), Email: nothing[string](), Settings: map[string]any{"a": 1.0},
			Labels: []string{"x", "y"}, UID: id, Avatar: []byte{0, 1, 2}, Legacy: new(7), Home: home,
			Reports: []UserSchema{}, Friends: []*UserSchema{}, Posts: []int{}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		bare, err := orm.Init[FullUser](ctx, c, signup(t, c, "bare").ID)
		must(t, err)
		if bare.Age != 0 || bare.Bio != nil || bare.Settings != nil || bare.Labels != nil || bare.Legacy != nil ||
			bare.Role != entuser.RoleMember || !bare.Active || bare.UID == uuid.Nil {
			t.Error(text(t, bare))
		}
	})
}

func TestHiddenRows(t *testing.T) {
	type thread struct {
		orm.Schema[ent.Comment]
		Body   string         `json:"body"`
		Parent *CommentSchema `json:"parent"`
		Up     *uuid.UUID     `json:"-" orm:"parent"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		_, posts := seed(t, c)
		all := c.Comment.Query().AllX(ctx)
		reply := c.Comment.Create().SetBody("re").SetPostID(posts[5].ID).SetParentID(all[0].ID).SaveX(ctx)
		must(t, orm.Delete[ent.Comment](ctx, c, all[0].ID))

		got, err := orm.Init[thread](ctx, c, reply.ID)
		must(t, err)
		if got.Parent != nil || got.Up != nil {
			t.Errorf("a deleted comment shows: %s", text(t, got))
		}
		if _, err := orm.Init[CommentSchema](ctx, c, all[0].ID); !errors.Is(err, orm.ErrNotFound) {
			t.Errorf("reading a deleted comment: %v", err)
		}
		got, err = orm.Init[thread](mixin.WithDeleted(ctx), c, reply.ID)
		must(t, err)
		if got.Parent == nil || got.Up == nil || *got.Up != all[0].ID {
			t.Errorf("under WithDeleted it does not show: %s", text(t, got))
		}
		total := 0
		list, err := orm.Serialize[PostSchema](ctx, c.Post.Query())
		must(t, err)
		for _, p := range list {
			total += len(p.Comments)
		}
		if total != 15 {
			t.Errorf("%d comments, want the 15 that are left", total)
		}
		type edit struct {
			orm.Schema[ent.Comment]
			ID   uuid.UUID
			Body *string
		}
		for name, in := range map[string]*edit{"change": {ID: all[0].ID, Body: new("x")}, "nothing": {ID: all[0].ID}} {
			if _, err := orm.Update(ctx, c, in); !errors.Is(err, orm.ErrNotFound) {
				t.Errorf("updating a deleted comment (%s): %v", name, err)
			}
		}
		if err := orm.Delete[ent.Comment](ctx, c, all[0].ID); !errors.Is(err, orm.ErrNotFound) {
			t.Errorf("deleting it again: %v", err)
		}
	})
}

func TestPolicy(t *testing.T) {
	type noteSchema struct {
		orm.Schema[ent.Note]
		Text string `json:"text"`
	}
	type withNotes struct {
		orm.Schema[ent.User]
		Notes []noteSchema `json:"notes"`
	}
	type edit struct {
		orm.Schema[ent.Note]
		ID   int
		Text string
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u := signup(t, c, "ada")
		var first *ent.Note
		for viewer := range 3 {
			n := c.Note.Create().SetText("of someone").SetViewer(viewer).SetUser(u).SaveX(ctx)
			if viewer == 0 {
				first = n
			}
		}
		if _, err := orm.Init[withNotes](ctx, c, u.ID); err == nil || !strings.Contains(err.Error(), "nobody looks") {
			t.Errorf("without a viewer: %v", err)
		}
		me := context.WithValue(ctx, entschema.Viewer{}, 1)
		got, err := orm.Init[withNotes](me, c, u.ID)
		must(t, err)
		if len(got.Notes) != 1 {
			t.Errorf("a viewer sees %d notes", len(got.Notes))
		}
		if _, err := orm.Update(me, c, &edit{ID: first.ID, Text: "mine"}); !errors.Is(err, orm.ErrNotFound) {
			t.Errorf("changing another's note: %v", err)
		}
	})
}

func TestClientInterceptors(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, posts := seed(t, c)
		must(t, last(orm.Update(ctx, c, &UpdateSchema{ID: users[1].ID, Manager: some(users[0].ID)})))
		seen := ""
		c.User.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
			return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
				v, err := next.Query(ctx, q)
				seen += fmt.Sprintf("%T %s;", v, entlib.QueryFromContext(ctx).Op)
				return v, err
			})
		}))
		got, err := orm.Init[PostSchema](ctx, c, posts[0].ID)
		must(t, err)
		if got.Author.Username != "user0" || got.Editor.Username != "user2" {
			t.Error(text(t, got))
		}
		if want := "[]*orm_test.UserSchema Select;"; seen != want+want {
			t.Errorf("an interceptor that wraps saw %q", seen)
		}
		type boss struct {
			orm.Schema[ent.User]
			Manager *int `json:"manager"`
		}
		b, err := orm.Init[boss](ctx, c, users[1].ID)
		if err != nil || b.Manager == nil || *b.Manager != users[0].ID {
			t.Errorf("the key of an edge past a wrapping interceptor: %v, %v", b, err)
		}
		c.User.Intercept(ent.TraverseFunc(func(ctx context.Context, q ent.Query) error {
			q.(*ent.UserQuery).Where(entuser.UsernameNEQ("user0"))
			return nil
		}))
		if _, err := orm.Init[PostSchema](ctx, c, posts[0].ID); err == nil || !strings.Contains(err.Error(), "make its field *") {
			t.Errorf("a hidden author in a plain field: %v", err)
		}
	})
}

func TestQueryIsLeftAsItWas(t *testing.T) {
	c := open(t, testdb.SQLite(t))
	signup(t, c, "ada")
	q := c.User.Query().Where(func(s *sql.Selector) { s.Where(sql.EQ(s.C("username"), "ada")) })
	for range 2 {
		list, err := orm.Serialize[UserSchema](t.Context(), q)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
	}
	if u := q.OnlyX(t.Context()); u.Username != "ada" {
		t.Errorf("the query reads %v afterwards", u)
	}
}

func TestInitRefuses(t *testing.T) {
	c := open(t, testdb.SQLite(t))
	_, err := orm.Init[UserSchema](t.Context(), c, 999)
	var missing *orm.NotFoundError
	if !errors.As(err, &missing) || missing.Model != "User" || missing.Key != 999 || err.Error() != "orm: User 999 not found" {
		t.Errorf("a missing row: %v", err)
	}
	if _, err := orm.Init[UserSchema](t.Context(), c, "1"); err == nil || err.Error() != "orm: key of User is string: want int" {
		t.Errorf("a key of another type: %v", err)
	}
	if _, err := orm.Init[UserSchema](t.Context(), c, int64(1)); !errors.Is(err, orm.ErrNotFound) {
		t.Errorf("a key of a like type: %v", err)
	}
	if _, err := orm.Init[SignupSchema](t.Context(), c, 1); err == nil || !strings.Contains(err.Error(), "takes a value in and gives none out") {
		t.Errorf("reading a plain password: %v", err)
	}
	if _, err := orm.Serialize[UserSchema](t.Context(), c.Post.Query()); err == nil || !strings.Contains(err.Error(), "the query is of") {
		t.Errorf("a query of another model: %v", err)
	}
	if _, err := orm.Init[UserSchema](t.Context(), stranger{c}, 1); err == nil || !strings.Contains(err.Error(), "the client is of package elsewhere") {
		t.Errorf("a client of another package: %v", err)
	}
}

type stranger struct{ *ent.Client }

func (s stranger) ORM() orm.Conn {
	c := s.Client.ORM()
	c.Package = "elsewhere"
	return c
}
