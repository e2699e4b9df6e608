package orm_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	entlib "entgo.io/ent"
	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

type CommentReplies struct {
	orm.Schema[ent.Comment]
	ID      uuid.UUID   `json:"id"`
	Replies []uuid.UUID `json:"replies"`
}

// An update that only changes edges touches no column of the row, where ent would look at the interceptors' condition.
func TestHiddenRowKeepsItsEdges(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		post := c.Post.Create().SetTitle("one").SetAuthorID(signup(t, c, "ada").ID).SaveX(ctx)
		gone := c.Comment.Create().SetBody("gone").SetPostID(post.ID).SaveX(ctx)
		left := c.Comment.Create().SetBody("left").SetPostID(post.ID).SaveX(ctx)
		c.Comment.DeleteOneID(gone.ID).ExecX(ctx)
		_, err := orm.Update(ctx, c, &CommentReplies{ID: gone.ID, Replies: []uuid.UUID{left.ID}})
		if !errors.Is(err, orm.ErrNotFound) {
			t.Errorf("a deleted row is updated: %v", err)
		}
		if left.QueryParent().ExistX(mixin.WithDeleted(ctx)) {
			t.Error("the deleted row has a new edge")
		}
	})
}

// PostgreSQL refuses such texts with an error that would be nobody's fault.
func TestTextThatCannotBeStored(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		fault := func(member string) told {
			return told{schema.Invalid, []string{"/" + member + " invalid"}}
		}
		for _, text := range []string{"a\x00b", "a\xffb"} {
			if diff := cmp.Diff(fault("username"), refusal(t, last(orm.Save(ctx, c, &SignupSchema{Username: text, Password: "123456"})))); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(fault("id"), refusal(t, last(orm.Create(ctx, c, &TagInput{ID: text})))); diff != "" {
				t.Error(diff)
			}
			for name, err := range map[string]error{
				"Init":   last(orm.Init[TagInput](ctx, c, text)),
				"Update": last(orm.Update(ctx, c, &TagInput{ID: text})),
				"Delete": orm.Delete[ent.Tag](ctx, c, text),
				"Find":   last(orm.Find[ent.User](ctx, c, "username", text)),
			} {
				if !errors.Is(err, orm.ErrNotFound) {
					t.Errorf("%s by %q: %v", name, text, err)
				}
			}
		}
		type settings struct {
			orm.Schema[ent.User]
			ID       int            `json:"id"`
			Settings map[string]any `json:"settings"`
		}
		in := &settings{ID: signup(t, c, "ada").ID, Settings: map[string]any{"a": "\x00"}}
		if err := last(orm.Save(ctx, c, in)); err != nil && !strings.Contains(err.Error(), "22P05") {
			t.Error(err)
		} else if err != nil && refusal(t, err).Reason != schema.Invalid { // SQLite takes it
			t.Error(err)
		}
	})
}

// A fault in another table points to the edge that was written, not to a member that the schema does not have.
func TestFaultsOfEdges(t *testing.T) {
	type notes struct {
		orm.Schema[ent.User]
		ID    int   `json:"id"`
		Notes []int `json:"own_notes" orm:"notes"`
	}
	type comments struct {
		orm.Schema[ent.Post]
		ID       int         `json:"id"`
		Comments []uuid.UUID `json:"comments"`
	}
	type tagged struct {
		orm.Schema[ent.Tag]
		ID    string `json:"id"`
		Posts []int  `json:"posts"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, posts := seed(t, c)
		comment := c.Comment.Create().SetBody("x").SetPostID(posts[0].ID).SaveX(ctx)
		for name, tt := range map[string]struct {
			err  error
			want told
		}{
			"one to many, of nothing": {
				last(orm.Update(ctx, c, &notes{ID: users[0].ID, Notes: []int{999}})),
				told{schema.Invalid, []string{"/own_notes reference"}},
			},
			"one to many, required there": {
				last(orm.Update(ctx, c, &comments{ID: posts[0].ID, Comments: []uuid.UUID{comment.ID}})),
				told{schema.Invalid, []string{"/comments null"}},
			},
			"many to many, from the far side": {
				last(orm.Create(ctx, c, &tagged{ID: "new", Posts: []int{999}})),
				told{schema.Invalid, []string{"/posts reference"}},
			},
		} {
			if diff := cmp.Diff(tt.want, refusal(t, tt.err)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	})
}

// A nested row whose columns are all zero is there all the same.
func TestNestedRowOfZeros(t *testing.T) {
	type author struct {
		orm.Schema[ent.User]
		Active bool `json:"active"`
	}
	type view struct {
		orm.Schema[ent.Post]
		Author author `json:"author"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u := signup(t, c, "ada").Update().SetActive(false).SaveX(ctx)
		p := c.Post.Create().SetTitle("one").SetAuthorID(u.ID).SaveX(ctx)
		c.User.Intercept(entlib.InterceptFunc(func(next entlib.Querier) entlib.Querier { // so that it is no join
			return entlib.QuerierFunc(func(ctx context.Context, q entlib.Query) (entlib.Value, error) { return next.Query(ctx, q) })
		}))
		if _, err := orm.Init[view](ctx, c, p.ID); err != nil {
			t.Error(err)
		}
	})
}

func TestOddSchemas(t *testing.T) {
	type marked struct {
		*orm.Schema[ent.User]
		ID int `json:"id"`
	}
	type embeds struct{ marked }
	for name, err := range map[string]error{"its own": orm.Check[marked](), "embedded": orm.Check[embeds]()} {
		if err == nil || !strings.Contains(err.Error(), "embed it without the pointer") {
			t.Errorf("a pointer to the marker, %s: %v", name, err)
		}
	}
	type twice struct {
		orm.Schema[ent.Post]
		ID       int    `json:"id"`
		Title    string `json:"title"`
		Headline string `json:"headline" orm:"title"`
		AuthorID int    `json:"author_id"`
		Author   *int   `json:"author"`
	}
	c := open(t, testdb.SQLite(t))
	ctx := t.Context()
	_, posts := seed(t, c)
	if v, err := orm.Init[twice](ctx, c, posts[0].ID); err != nil || v.Title != v.Headline || v.AuthorID != *v.Author {
		t.Errorf("one column is read twice as %+v, %v", v, err)
	}
	err := last(orm.Update(ctx, c, &twice{ID: posts[0].ID}))
	for _, want := range []string{"Title and Headline both write Post.title", "AuthorID and Author both write Post.author"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: want %s", err, want)
		}
	}
	if err := last(orm.Init[*UserSchema](ctx, c, 1)); err == nil || !strings.Contains(err.Error(), "is a pointer") {
		t.Errorf("a pointer to a schema: %v", err)
	}
}
