package orm_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

type wrong struct {
	orm.Schema[ent.User]
	ID       string        `json:"id"`
	Nick     string        `json:"nick"`
	Username int           `json:"username"`
	Posts    PostSchema    `json:"posts"`
	Manager  []int         `json:"manager"`
	Reports  []PostSchema  `json:"reports"`
	Friends  []string      `json:"friends"`
	Signup   string        `json:"signup_time"`
	Rename   bool          `json:"active" orm:"activ"`
	Sessions []schemaWrong `json:"sessions"`
}

type schemaWrong struct {
	orm.Schema[ent.Session]
	Token string `json:"token"`
}

type byValue struct {
	orm.Schema[ent.Post]
	Editor UserSchema `json:"editor"`
}

type hiddenByValue struct {
	orm.Schema[ent.Comment]
	Post   PostSchema    `json:"post"`
	Parent CommentSchema `json:"parent"`
}

type recursive struct {
	orm.Schema[ent.User]
	Reports []recursive `json:"reports"`
}

type notGenerated struct {
	orm.Schema[time.Time]
}

func TestCheckTellsEverything(t *testing.T) {
	for name, tt := range map[string]struct {
		err  error
		want []string
	}{
		"good": {orm.Check[PostSchema](), nil},
		"wrong": {orm.Check[wrong](), []string{
			"orm: orm_test.wrong.ID: is string: User.id is int",
			`orm: orm_test.wrong.Nick: User has no field or edge "nick"`,
			"orm: orm_test.wrong.Username: is int: User.username is string",
			"orm: orm_test.wrong.Posts: is orm_test.PostSchema: User.posts leads to many",
			"orm: orm_test.wrong.Manager: is []int: User.manager leads to one",
			"orm: orm_test.wrong.Reports: orm_test.PostSchema is a schema of Post: User.reports leads to User",
			"orm: orm_test.wrong.Friends: is []string: the key of User is int",
			"orm: orm_test.wrong.Signup: is string: User.signup_time is time.Time",
			`orm: orm_test.wrong.Rename: User has no field or edge "activ"`,
			`orm: orm_test.schemaWrong.Token: Session has no field or edge "token"`,
		}},
		"by value":        {orm.Check[byValue](), []string{"orm: orm_test.byValue.Editor: there may be none to see: make it *orm_test.UserSchema"}},
		"hidden by value": {orm.Check[hiddenByValue](), []string{"orm: orm_test.hiddenByValue.Parent: there may be none to see: make it *orm_test.CommentSchema"}},
		"recursive":       {orm.Check[recursive](), []string{"orm: orm_test.recursive nests itself: give the inner one a schema of its own"}},
		"not generated":   {orm.Check[notGenerated](), []string{"orm: time.Time has no ORMModel: generate its package with meta generate"}},
	} {
		var got []string
		if tt.err != nil {
			got = strings.Split(tt.err.Error(), "; ")
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	errs := orm.Schema[ent.User]{}.SchemaErrors(reflect.TypeFor[wrong]())
	if len(errs) != 10 {
		t.Errorf("SchemaErrors tells %d mistakes: %v", len(errs), errs)
	}
	if errs := (orm.Schema[ent.User]{}).SchemaErrors(reflect.TypeFor[SignupSchema]()); errs != nil {
		t.Errorf("SchemaErrors of a good schema: %v", errs)
	}
}

func TestFacts(t *testing.T) {
	type all struct {
		orm.Schema[ent.User]
		Login    string              `json:"login" orm:"username"`
		Password password.Plain      `json:"password"`
		Role     string              `json:"role"`
		Age      *int                `json:"age"`
		Email    schema.Null[string] `json:"email"`
		UID      string              `json:"uid"`
		Score    float64             `json:"score"`
		Manager  *int                `json:"manager"`
		Other    string              `json:"other"`
		Left     string              `json:"username" orm:"-"`
		Key      int                 `path:"id"`
	}
	want := map[string]schema.Facts{
		"Login":    {Name: "username", Rules: schema.Rules{MinLength: new(1), MaxLength: new(20)}, Doc: "the name to log in with", Unique: true},
		"Password": {Name: "password", Secret: true},
		"Role":     {Name: "role", Rules: schema.Rules{Enum: []any{"admin", "member"}}},
		"Age":      {Name: "age", Rules: schema.Rules{Minimum: new(0.0), Maximum: new(150.0)}, Nullable: true},
		"Email":    {Name: "email", Rules: schema.Rules{Pattern: `^\S+@\S+$`}, Nullable: true},
		"UID":      {Name: "uid", Rules: schema.Rules{Format: "uuid"}, Unique: true},
		"Score":    {Name: "score", Rules: schema.Rules{Minimum: new(-1.5)}},
		"Manager":  {Name: "manager", Doc: "who this one works for", Nullable: true},
		"Key":      {Name: "id", Unique: true},
	}
	got := map[string]schema.Facts{}
	for f := range reflect.TypeFor[all]().Fields() {
		if facts, ok := (orm.Schema[ent.User]{}).SchemaField(f); ok && f.Name != "Schema" {
			got[f.Name] = facts
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	title, _ := reflect.TypeFor[PostSchema]().FieldByName("Title")
	facts, _ := orm.Schema[ent.Post]{}.SchemaField(title)
	if diff := cmp.Diff(schema.Rules{MinLength: new(2), MaxLength: new(50)}, facts.Rules); diff != "" {
		t.Error("the rules of a mixin beside the schemas:", diff)
	}
}

// The schema package takes the facts over when it reads a body.
func TestInheritedConstraints(t *testing.T) {
	var in SignupSchema
	faults, err := schema.Unmarshal(t.Context(), []byte(`{"username":"a name that is longer than twenty","password":"12345"}`), &in)
	must(t, err)
	var got []string
	for _, f := range faults {
		got = append(got, f.Pointer+" "+f.Code)
	}
	if diff := cmp.Diff([]string{"/username maxLength", "/password minLength"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := schema.PlanOf(reflect.TypeFor[wrong]()); err == nil || !strings.Contains(err.Error(), `no field or edge "nick"`) {
		t.Errorf("a wrong schema mounts: %v", err)
	}
}

// A client cannot set what is readonly, whatever it calls it.
func TestRow29_ReadonlyIsNotTheClients(t *testing.T) {
	c := open(t, testdb.SQLite(t))
	ada, eve := signup(t, c, "ada"), signup(t, c, "eve")
	for _, body := range []string{`{"id":%ID,"username":"eve2"}`, `{"ID":%ID,"username":"eve2"}`, `{"Id":%ID,"iD":%ID,"username":"eve2"}`} {
		var in UpdateSchema
		faults, err := schema.Unmarshal(t.Context(), []byte(strings.ReplaceAll(body, "%ID", "1")), &in)
		must(t, err)
		if in.ID != 0 {
			t.Errorf("%s sets the key: %v", body, faults)
		}
		in.ID = eve.ID
		u, err := orm.Update(t.Context(), c, &in)
		if err != nil || u.ID != eve.ID || u.Username != "eve2" {
			t.Errorf("%s: %v, %v", body, u, err)
		}
	}
	if u := c.User.GetX(t.Context(), ada.ID); u.Username != "ada" {
		t.Errorf("another's row was changed: %v", u)
	}
}
