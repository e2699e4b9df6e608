package orm_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func TestTutorial(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u, err := orm.Save(ctx, c, &SignupSchema{Username: "user1", Password: "123123"})
		must(t, err)
		if ok, err := u.Password.Verify(ctx, "123123"); !ok {
			t.Error("the password does not verify", err)
		}
		view, err := orm.Init[UserSchema](ctx, c, u.ID)
		must(t, err)
		if view.ID != u.ID || view.Username != "user1" || !view.SignupTime.Equal(u.SignupTime) {
			t.Errorf("%+v is not %v", view, u)
		}
		u, err = orm.Update(ctx, c, &UpdateSchema{ID: u.ID, Username: new("user2"), Password: new(password.Plain("abcdef"))})
		must(t, err)
		if ok, _ := u.Password.Verify(ctx, "abcdef"); !ok || u.Username != "user2" || u.ID != view.ID {
			t.Errorf("updated to %v", u)
		}
	})
}

func TestPresence(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		u := c.User.Create().SetUsername("bob").SetPassword(password.New("x")).SetAge(4).SetBio("hi").SaveX(ctx)
		for _, step := range []struct {
			name string
			in   UpdateSchema
			age  int32
			bio  *string
		}{
			{"nothing", UpdateSchema{}, 4, new("hi")},
			{"zero", UpdateSchema{Age: new(0)}, 0, new("hi")},
			{"empty", UpdateSchema{Bio: some("")}, 0, new("")},
			{"null", UpdateSchema{Bio: nothing[string]()}, 0, nil},
			{"value", UpdateSchema{Age: new(6), Bio: some("yo")}, 6, new("yo")},
		} {
			step.in.ID = u.ID
			got, err := orm.Save(ctx, c, &step.in)
			if err != nil {
				t.Errorf("%s: %v", step.name, err)
				continue
			}
			if got.Username != "bob" || got.Age != step.age || cmp.Diff(step.bio, got.Bio) != "" {
				t.Errorf("%s: %v", step.name, got)
			}
		}
	})
}

func TestReadonly(t *testing.T) {
	type profile struct {
		orm.Schema[ent.User]
		ID         int          `json:"id" api:"readonly"`
		Username   string       `json:"username"`
		SignupTime time.Time    `json:"signup_time" api:"readonly"`
		Active     bool         `json:"active" api:"readonly"`
		Bio        *string      `json:"-"`
		Reports    []UserSchema `json:"reports" api:"readonly"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		signup(t, c, "ada")
		then := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
		type create struct {
			orm.Schema[ent.User]
			SignupSchemaFields
			SignupTime time.Time `json:"signup_time" api:"readonly"`
			Active     bool      `json:"active" api:"readonly"`
		}
		u, err := orm.Save(ctx, c, &create{SignupSchemaFields: SignupSchemaFields{"bob", "secret"}, SignupTime: then})
		must(t, err)
		if !u.SignupTime.Equal(then) || !u.Active {
			t.Errorf("what code set is %v, what it left is %v: want %v and the default", u.SignupTime, u.Active, then)
		}
		p, err := orm.Init[profile](ctx, c, u.ID)
		must(t, err)
		p.Username, p.Bio = "carl", new("hidden from the wire")
		u, err = orm.Save(ctx, c, p)
		must(t, err)
		if u.Username != "carl" || *u.Bio != "hidden from the wire" || !u.SignupTime.Equal(then) || !u.Active {
			t.Errorf("a schema that was read saves as %v", u)
		}
	})
}

// SignupSchemaFields are shared by embedding.
type SignupSchemaFields struct {
	Username string         `json:"username"`
	Password password.Plain `json:"password"`
}

func TestSaveCreateUpdate(t *testing.T) {
	c := open(t, testdb.SQLite(t))
	ctx := t.Context()
	u := signup(t, c, "ada")
	for _, tt := range []struct {
		name string
		err  error
		want string
	}{
		{"update without a key", last(orm.Update(ctx, c, &UpdateSchema{})), "no key is set"},
		{"update without a key field", last(orm.Update(ctx, c, &SignupSchema{})), "no key is set"},
		{"create with a key that the database makes", last(orm.Create(ctx, c, &UpdateSchema{ID: u.ID})), "the database makes the key"},
		{"save of a key that the caller chooses", last(orm.Save(ctx, c, &TagInput{ID: "go"})), "use Create or Update"},
		{"nil", last(orm.Save(ctx, c, (*SignupSchema)(nil))), "nothing to save"},
		{"missing row", last(orm.Update(ctx, c, &UpdateSchema{ID: 999, Username: new("x")})), "orm: User 999 not found"},
		{"missing row, nothing to change", last(orm.Save(ctx, c, &UpdateSchema{ID: 999})), "orm: User 999 not found"},
		{"nested write", last(orm.Save(ctx, c, &PostSchema{Title: "title", AuthorID: u.ID, Editor: &UserSchema{ID: u.ID}})), "is only read"},
	} {
		if tt.err == nil || !strings.Contains(tt.err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, tt.err, tt.want)
		}
	}
	must(t, last(orm.Create(ctx, c, &TagInput{ID: "go"})))
	tag, err := orm.Update(ctx, c, &TagInput{ID: "go", Label: new("Go")})
	must(t, err)
	if tag.Label != "Go" {
		t.Errorf("the tag is %v", tag)
	}
	type comment struct {
		orm.Schema[ent.Comment]
		ID   uuid.UUID
		Body string
		Post int
	}
	post := c.Post.Create().SetTitle("title").SetAuthorID(u.ID).SaveX(ctx)
	id := uuid.New()
	got, err := orm.Create(ctx, c, &comment{ID: id, Body: "first", Post: post.ID})
	if err != nil || got.ID != id {
		t.Errorf("a chosen key is %v, %v", got, err)
	}
	if got, err = orm.Create(ctx, c, &comment{Body: "second", Post: post.ID}); err != nil || got.ID == uuid.Nil {
		t.Errorf("a default key is %v, %v", got, err)
	}
}

func TestValidationTellsEverything(t *testing.T) {
	type wild struct {
		orm.Schema[ent.User]
		ID         int
		Username   *string             `json:"name" orm:"username"`
		Password   *password.Plain     `json:"password"`
		SignupTime *time.Time          `json:"signup_time"`
		Role       string              `json:"role"`
		Age        int64               `json:"age"`
		Bio        schema.Null[string] `json:"bio"`
		Active     schema.Null[bool]   `json:"active"`
		Email      *string             `json:"a/b~c" orm:"email"`
	}
	c := open(t, testdb.SQLite(t))
	u := signup(t, c, "ada")
	_, err := orm.Update(t.Context(), c, &wild{ID: u.ID, Username: new(""), Password: new(password.Plain("")), SignupTime: &time.Time{}, Role: "king",
		Age: math.MaxInt64, Active: nothing[bool](), Email: new("nobody")})
	var invalid *orm.ValidationError
	if !errors.As(err, &invalid) || invalid.Model != "User" {
		t.Fatal(err)
	}
	reason, faults := invalid.Refusal()
	var got []string
	for _, f := range faults {
		got = append(got, f.Pointer+" "+f.Code)
	}
	want := []string{"/name invalid", "/password minLength", "/signup_time immutable", "/role invalid", "/age range", "/active null", "/a~1b~0c invalid"}
	if diff := cmp.Diff(want, got); diff != "" || reason != schema.Invalid {
		t.Errorf("%v\n%s", err, diff)
	}
	type empty struct {
		orm.Schema[ent.Post]
		Title    *string `json:"title"`
		AuthorID *int    `json:"author_id"`
	}
	_, err = orm.Create(t.Context(), c, &empty{})
	if want := "orm: Post.title: is required; Post.author_id: is required"; err == nil || err.Error() != want {
		t.Errorf("a post of nothing: %v, want %s", err, want)
	}
}

// A required field that the schema has no member for is a mistake of the program, whatever the client sends.
func TestRequiredWithoutMember(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		type untitled struct {
			orm.Schema[ent.Post]
			AuthorID int `json:"author_id"`
		}
		_, err := orm.Create(t.Context(), c, &untitled{AuthorID: 1})
		var refusal schema.Refusal
		if err == nil || errors.As(err, &refusal) || !strings.Contains(err.Error(), "orm: Post.title is required, and orm_test.untitled has no member for it") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAtomic(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		stop := errors.New("stop")
		run := func(atomic func(context.Context, func(context.Context) error) error, name string, end error) {
			t.Helper()
			err := atomic(ctx, func(ctx context.Context) error {
				u, err := orm.Save(ctx, c, &SignupSchema{Username: name, Password: "secret"})
				must(t, err)
				_, err = orm.Update(ctx, c, &UpdateSchema{ID: u.ID, Bio: some("in it")})
				must(t, err)
				if v, err := orm.Init[FullUser](ctx, c, u.ID); err != nil || *v.Bio != "in it" {
					t.Errorf("inside it reads %v, %v", v, err)
				}
				return end
			})
			if !errors.Is(err, end) {
				t.Errorf("Atomic returns %v, want %v", err, end)
			}
		}
		run(c.Atomic, "back", stop)
		run(func(ctx context.Context, fn func(context.Context) error) error { return orm.Atomic(ctx, c, fn) }, "stays", nil)
		run(c.Debug().Atomic, "debugged", nil)
		names := c.User.Query().Order(ent.Asc("username")).Select("username").StringsX(ctx)
		if diff := cmp.Diff([]string{"debugged", "stays"}, names); diff != "" {
			t.Error(diff)
		}
	})
}

func TestTx(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		for _, commit := range []bool{false, true} {
			tx, err := c.Tx(t.Context())
			must(t, err)
			u := signup(t, tx, "ada")
			err = orm.Atomic(t.Context(), tx, func(ctx context.Context) error {
				_, err := orm.Update(ctx, tx, &UpdateSchema{ID: u.ID, Bio: some("b")})
				return err
			})
			must(t, err)
			if v, err := orm.Init[FullUser](t.Context(), tx, u.ID); err != nil || *v.Bio != "b" {
				t.Errorf("inside it reads %v, %v", v, err)
			}
			if commit {
				must(t, tx.Commit())
			} else {
				must(t, tx.Rollback())
			}
			if n := c.User.Query().CountX(t.Context()); (n == 1) != commit {
				t.Errorf("commit %v leaves %d rows", commit, n)
			}
		}
	})
}

func TestAtomicNeedsADriver(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := ent.NewClient(ent.Driver(&counter{Driver: d}))
		if err := c.Atomic(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "has no transactions in the context") {
			t.Errorf("with a foreign driver: %v", err)
		}
	})
}
