package mixin_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	entlib "entgo.io/ent"
	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/ent/mixin"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func each(t *testing.T, fn func(t *testing.T, d *db.DB, c *ent.Client, ada *ent.User)) {
	t.Helper()
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		c := ent.NewClient(ent.Driver(d))
		if err := c.Schema.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
		ada, err := password.Params{Rounds: 2}.Hash(t.Context(), "secret")
		if err != nil {
			t.Fatal(err)
		}
		fn(t, d, c, c.User.Create().SetUsername("ada").SetPassword(ada).SaveX(t.Context()))
	})
}

func TestSession(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *ent.Client, ada *ent.User) {
		ctx := t.Context()
		hash := strings.Repeat("ab", 32)
		now := mixin.Now()
		s := c.Session.Create().SetTokenHash(hash).SetData([]byte("canary")).SetExpiryTime(now.Add(time.Hour)).SetDeadline(now.Add(9 * time.Hour)).SetUser(ada).SaveX(ctx)
		got := c.Session.GetX(ctx, s.ID)
		if !got.ExpiryTime.Equal(s.ExpiryTime) || !got.CreatedTime.Equal(s.CreatedTime) || got.LastActivity.Before(now) || string(got.Data) != "canary" {
			t.Errorf("%v reads as %v", s, got)
		}
		if text := fmt.Sprint(got); strings.Contains(text, hash) || strings.Contains(text, "canary") {
			t.Errorf("a session prints its secrets: %s", text)
		}
		if err := c.Session.Create().SetTokenHash(hash).SetExpiryTime(now).SetDeadline(now).Exec(ctx); !ent.IsConstraintError(err) {
			t.Errorf("a token twice: %v", err)
		}
		if err := c.Session.Create().SetTokenHash("other").SetExpiryTime(now.Add(-time.Hour)).SetDeadline(now).Exec(ctx); err != nil {
			t.Errorf("a session of nobody: %v", err)
		}
		if n := c.Session.Delete().Where(func(s *sql.Selector) { s.Where(sql.LT(s.C("expiry_time"), now)) }).ExecX(ctx); n != 1 {
			t.Errorf("the purge removes %d sessions", n)
		}
		if c.User.DeleteOne(ada).ExecX(ctx); c.Session.Query().CountX(ctx) != 0 {
			t.Error("a session outlives its user")
		}
	})
}

func TestTime(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *ent.Client, ada *ent.User) {
		ctx := t.Context()
		old := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
		p := c.Post.Create().SetTitle("title").SetAuthor(ada).SetCreatedTime(old).SetUpdatedTime(old).SaveX(ctx)
		p = p.Update().SetBody("changed").SaveX(ctx)
		if !p.CreatedTime.Equal(old) || !p.UpdatedTime.After(old) {
			t.Errorf("created %v, updated %v", p.CreatedTime, p.UpdatedTime)
		}
		if again := c.Post.GetX(ctx, p.ID); !again.UpdatedTime.Equal(p.UpdatedTime) {
			t.Errorf("%v reads as %v", p.UpdatedTime, again.UpdatedTime)
		}
	})
	if now := mixin.Now(); now.Location() != time.UTC || now.Nanosecond()%1000 != 0 {
		t.Errorf("now is %v", now)
	}
}

func TestSoftDelete(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *ent.Client, ada *ent.User) {
		ctx := t.Context()
		p := c.Post.Create().SetTitle("title").SetAuthor(ada).SaveX(ctx)
		comments := make([]*ent.Comment, 4)
		for i := range comments {
			comments[i] = c.Comment.Create().SetBody(fmt.Sprint(i)).SetPost(p).SaveX(ctx)
		}
		c.Comment.DeleteOne(comments[0]).ExecX(ctx)
		if err := c.Comment.DeleteOne(comments[0]).Exec(ctx); !ent.IsNotFound(err) {
			t.Errorf("deleting again: %v", err)
		}
		if n := c.Comment.Query().CountX(ctx); n != 3 {
			t.Errorf("%d are seen", n)
		}
		if n := p.QueryComments().CountX(ctx); n != 3 {
			t.Errorf("%d are seen from the post", n)
		}
		all := mixin.WithDeleted(ctx)
		if gone := c.Comment.GetX(all, comments[0].ID); gone.DeletedTime == nil || c.Comment.Query().CountX(all) != 4 {
			t.Errorf("it is kept as %v", gone)
		}
		if n := c.Comment.Delete().ExecX(ctx); n != 3 {
			t.Errorf("deleting all deletes %d", n)
		}
		if n := c.Comment.Delete().ExecX(all); n != 4 || c.Comment.Query().CountX(all) != 0 {
			t.Errorf("%d are removed for good", n)
		}
	})
}

func TestPasswordField(t *testing.T) {
	for _, tt := range []struct {
		mixin    mixin.Password
		name     string
		optional bool
	}{
		{mixin.Password{}, "password", false},
		{mixin.Password{Name: "pin", Optional: true}, "pin", true},
	} {
		f := tt.mixin.Fields()[0].Descriptor()
		if f.Err != nil || f.Name != tt.name || f.Optional != tt.optional || f.Nillable != tt.optional || !f.Sensitive || f.Info.Ident != "password.Hash" {
			t.Errorf("%+v gives %+v", tt.mixin, f)
		}
	}
}

// What was hashed before, an import, is stored as it is.
func TestPasswordImport(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, c *ent.Client, ada *ent.User) {
		rounds := password.ReadStats().Rounds
		u := c.User.Create().SetUsername("bob").SetPassword(ada.Password).SaveX(t.Context())
		if u.Update().SetBio("x").ExecX(t.Context()); password.ReadStats().Rounds != rounds {
			t.Error("a hash was hashed")
		}
		if ok, err := c.User.GetX(t.Context(), u.ID).Password.Verify(t.Context(), "secret"); !ok {
			t.Errorf("it does not verify: %v", err)
		}
	})
}

func Example() {
	type User struct{ entlib.Schema }
	// func (User) Mixin() []ent.Mixin
	mixins := func(User) []entlib.Mixin { return []entlib.Mixin{mixin.Password{}, mixin.Time{}} }
	for _, m := range mixins(User{}) {
		for _, f := range m.Fields() {
			fmt.Println(f.Descriptor().Name)
		}
	}
	// Output:
	// password
	// created_time
	// updated_time
}
