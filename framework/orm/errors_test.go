package orm_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
)

// told is what a refusal says, for comparing.
type told struct {
	Reason schema.Reason
	Faults []string
}

func refusal(t testing.TB, err error) told {
	t.Helper()
	var r schema.Refusal
	if !errors.As(err, &r) {
		t.Errorf("%T is no refusal: %v", err, err)
		return told{}
	}
	reason, faults := r.Refusal()
	got := told{Reason: reason}
	for _, f := range faults {
		got.Faults = append(got.Faults, f.Pointer+" "+f.Code)
	}
	return got
}

func TestConstraints(t *testing.T) {
	type taken struct {
		orm.Schema[ent.User]
		Login    string         `json:"login" orm:"username"`
		Password password.Plain `json:"password"`
	}
	type hidden struct {
		orm.Schema[ent.User]
		Username string         `json:"-"`
		Password password.Plain `json:"password"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		users, _ := seed(t, c)
		id := users[0].ID
		for _, tt := range []struct {
			name string
			err  error
			want told
		}{
			{"unique", last(orm.Save(ctx, c, &SignupSchema{Username: "user1", Password: "x"})), told{schema.Conflict, []string{"/username unique"}}},
			{"unique, renamed", last(orm.Save(ctx, c, &taken{Login: "user1", Password: "x"})), told{schema.Conflict, []string{"/login unique"}}},
			{"unique, not on the wire", last(orm.Save(ctx, c, &hidden{Username: "user1", Password: "x"})), told{schema.Conflict, []string{" unique"}}},
			{"unique on update", last(orm.Update(ctx, c, &UpdateSchema{ID: id, Username: new("user1")})), told{schema.Conflict, []string{"/username unique"}}},
			{"unique over two", last(orm.Save(ctx, c, &PostInput{Title: new("post 2"), AuthorID: &id})), told{schema.Conflict, []string{"/author_id unique", "/title unique"}}},
			{"key", last(orm.Create(ctx, c, &TagInput{ID: "tag1"})), told{schema.Conflict, []string{"/id unique"}}},
			{"reference by field", last(orm.Save(ctx, c, &PostInput{Title: new("new"), AuthorID: new(9999)})), told{schema.Invalid, []string{"/author_id reference"}}},
			{"reference by edge", last(orm.Save(ctx, c, &PostInput{Title: new("new"), AuthorID: &id, Editor: new(9999)})), told{schema.Invalid, []string{"/editor reference"}}},
			{"reference by list", last(orm.Save(ctx, c, &PostInput{Title: new("new"), AuthorID: &id, Tags: []string{"tag1", "none"}})), told{schema.Invalid, []string{"/tags reference"}}},
			{"check", last(orm.Update(ctx, c, &UpdateSchema{ID: id, Age: new(3)})), told{schema.Invalid, []string{" check"}}},
			{"too long", last(orm.Save(ctx, c, &SignupSchema{Username: strings.Repeat("x", 30), Password: "x"})), told{schema.Invalid, []string{"/username invalid"}}},
			{"missing row", last(orm.Update(ctx, c, &UpdateSchema{ID: 777, Username: new("u")})), told{schema.NotFound, nil}},
			{"ent: unique", last(c.User.Create().SetUsername("user1").SetPassword(password.New("x")).Save(ctx)), told{schema.Conflict, []string{"/username unique"}}},
			{"ent: validation", last(c.User.Create().SetUsername("").SetPassword(password.New("x")).Save(ctx)), told{schema.Invalid, []string{"/username invalid"}}},
			{"ent: required", last(c.User.Create().SetUsername("x").Save(ctx)), told{schema.Invalid, []string{"/password required"}}},
			{"ent: missing row", last(c.User.Get(ctx, 777)), told{schema.NotFound, nil}},
			{"ent: password", last(c.User.Create().SetUsername("x").SetPassword(password.New("")).Save(ctx)), told{schema.Invalid, []string{" minLength"}}},
		} {
			if diff := cmp.Diff(tt.want, refusal(t, tt.err)); diff != "" {
				t.Errorf("%s: %v\n%s", tt.name, tt.err, diff)
			}
		}
		err := c.Comment.Create().SetBody("x").SetPostID(9999).Exec(ctx)
		if got := refusal(t, err); got.Reason != schema.Invalid || len(got.Faults) != 1 || !strings.HasSuffix(got.Faults[0], " reference") {
			t.Errorf("ent: reference: %v: %v", err, got)
		}
	})
}

// What ent calls a constraint error and no database explains is one all the same.
func TestUnexplainedConstraints(t *testing.T) {
	type owner struct {
		orm.Schema[ent.User]
		ID    int
		Posts []int `json:"reports" orm:"reports"`
	}
	each(t, func(t *testing.T, c *ent.Client) {
		ctx := t.Context()
		a, b, r := signup(t, c, "a"), signup(t, c, "b"), signup(t, c, "r")
		a.Update().AddReports(r).ExecX(ctx)
		want := told{schema.Conflict, []string{" unique"}}
		if diff := cmp.Diff(want, refusal(t, b.Update().AddReports(r).Exec(ctx))); diff != "" {
			t.Error("ent:", diff)
		}
		if diff := cmp.Diff(want, refusal(t, last(orm.Update(ctx, c, &owner{ID: b.ID, Posts: []int{r.ID}})))); diff != "" {
			t.Error("orm:", diff)
		}
	})
	e := orm.ConstraintOf(&ent.ConstraintError{})
	if diff := cmp.Diff(told{schema.Invalid, []string{" check"}}, refusal(t, e)); diff != "" {
		t.Error("unknown:", diff)
	}
	if diff := cmp.Diff(told{schema.Invalid, []string{" check"}}, refusal(t, &ent.ConstraintError{})); diff != "" {
		t.Error("ent, unknown:", diff)
	}
}

func TestErrorsKeepTheirCause(t *testing.T) {
	each(t, func(t *testing.T, c *ent.Client) {
		signup(t, c, "ada")
		_, err := orm.Save(t.Context(), c, &SignupSchema{Username: "ada", Password: "x"})
		var constraint *orm.ConstraintError
		if !errors.As(err, &constraint) || constraint.Kind != orm.Unique || constraint.Model != "User" || cmp.Diff([]string{"username"}, constraint.Fields) != "" || !ent.IsConstraintError(err) {
			t.Errorf("%#v", err)
		}
		_, err = orm.Update(t.Context(), c, &UpdateSchema{ID: 99, Username: new("x")})
		if !errors.Is(err, orm.ErrNotFound) || !ent.IsNotFound(err) {
			t.Errorf("%#v", err)
		}
	})
}
