package data_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// table is what is read of one.
type table struct {
	Name, Ref, Ident, Database string
	Base                       *string
	Tags                       []string
	Fields                     map[string]map[string]any
}

func (f *fixture) tables() map[string]table {
	f.Helper()
	var l []table
	if a := f.call("tables", "", ""); a.status != 200 || json.Unmarshal(a.Result, &l) != nil {
		f.Fatal(a.text)
	}
	found := map[string]table{}
	for _, t := range l {
		found[t.Ref] = t
	}
	return found
}

func TestTables(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	tables := f.tables()
	if len(tables) != 5 || tables["session.Session"].Ref != "" {
		t.Errorf("%v", tables)
	}
	u := tables["user.User"]
	if u.Name != "users" || u.Ident != "user.user" || u.Database != "main" || u.Base != nil || !slices.Equal(u.Tags, []string{"user"}) {
		t.Errorf("%+v", u)
	}
	for column, want := range map[string]string{
		"id":            `{"category":"IntField","primary_key":true,"readonly":true,"schema":{"maximum":9223372036854775807,"minimum":-9223372036854775808,"type":"integer"},"unique":true}`,
		"username":      `{"category":"StringField","description":"the name to log in with","index":true,"required":true,"schema":{"maxLength":20,"minLength":1,"type":"string"},"unique":true}`,
		"password":      `{"category":"PasswordField","required":true,"schema":{"type":"string"},"secret":true}`,
		"signup_time":   `{"category":"DateTimeField","readonly":true,"schema":{"format":"date-time","type":"string"}}`,
		"birthday":      `{"category":"DateField","null":true,"schema":{"anyOf":[{"format":"date","type":"string"},{"type":"null"}]}}`,
		"role":          `{"category":"EnumField","schema":{"enum":["admin","member"],"type":"string"}}`,
		"settings":      `{"category":"JSONField","null":true,"secret":true}`,
		"old_legacy_no": `{"category":"IntField","null":true,"schema":{"anyOf":[{"maximum":9223372036854775807,"minimum":-9223372036854775808,"type":"integer"},{"type":"null"}]},"title":"legacy"}`,
		"user_reports":  `{"category":"ForeignKey","description":"who this one works for","foreign_key":true,"index":true,"null":true,"relate_name":"reports","schema":{"anyOf":[{"maximum":9223372036854775807,"minimum":-9223372036854775808,"type":"integer"},{"type":"null"}]},"to_field":"id","to_model":"user.user"}`,
	} {
		got, err := json.Marshal(u.Fields[column])
		if err != nil {
			t.Fatal(err)
		}
		if want := strings.NewReplacer("9223372036854775807", "9223372036854776000", "9223372036854775808", "9223372036854776000").Replace(want); string(got) != want {
			t.Errorf("%s: %s\nwant %s", column, got, want)
		}
	}
	if author := tables["post.Post"].Fields["author_id"]; author["to_model"] != "user.user" || author["relate_name"] != "posts" || author["required"] != true {
		t.Errorf("%v", author)
	}
	if key := tables["post.Tag"].Fields["id"]; key["required"] != true || key["readonly"] != nil {
		t.Errorf("%v", key)
	}
}

func TestScopesAreOfTables(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.people()
	f.scopes = grant.Scopes{"data.view:post.post", "data.query:post.post", "data.create:post.tag"}
	if l := f.tables(); len(l) != 1 || l["post.Post"].Ref == "" {
		t.Errorf("%v", l)
	}
	f.gives("query", "post.Post", `{"rows":1,"fields":["pk","author","author_id"]}`, `[{"pk":1,"author":1,"author_id":1}]`)
	f.gives("create", "post.Tag", `{"data":{"id":"a"},"return_fields":"pk"}`, `[{"pk":"a"}]`)
	for _, c := range [][3]string{
		{"query", "user.User", `{}`}, {"query", "post.Tag", `{}`}, {"query", "post.Post", `{"query":{"author__username":"ada"}}`}, {"query", "post.Post", `{"fields":["author__username"]}`},
		{"query", "post.Post", `{"orders":["author__username"]}`}, {"query", "post.Post", `{"query":{"tags":"a"}}`},
		{"create", "post.Post", `{"data":{}}`}, {"update", "post.Post", `{"data":{}}`}, {"delete", "post.Post", `{"id":1}`},
	} {
		f.fails(403, c[0], c[1], c[2], "insufficient scope")
	}
}

func TestRow43_SecretsAreNoOracle(t *testing.T) {
	each(t, func(t *testing.T, f *fixture) {
		f.people()
		for _, body := range []string{
			`{"query":{"password":"x"}}`, `{"query":{"password":null,"password__gt":"p"}}`, `{"query":{"password__startswith":"p"}}`, `{"query":{"password__in":["p"]}}`, `{"query":{"password__regex":"p"}}`,
			`{"orders":["password"]}`, `{"orders":["-password"]}`, `{"orders":["avatar"]}`, `{"fields":["manager__password"]}`, `{"query":{"manager__password__isnull":true}}`, `{"orders":["manager__password"]}`,
			`{"query":{"friends__password__startswith":"p"}}`, `{"query":{"settings":{}}}`,
		} {
			f.fails(400, "query", "user.User", body, "is a secret")
		}
		f.fails(400, "query", "post.Post", `{"fields":["author__password"]}`, "is a secret")
		f.gives("query", "user.User", `{"query":{"password__isnull":false,"id":1},"fields":["password","avatar","settings"]}`, `[{"password":"******","avatar":null,"settings":null}]`)
		f.gives("update", "user.User", `{"data":{"pk":1,"settings":{"a":1},"avatar":"aGk="}}`, `1`)
		f.gives("query", "user.User", `{"query":{"id":1},"fields":["avatar","settings"]}`, `[{"avatar":"******","settings":"******"}]`)
		f.gives("update", "user.User", `{"data":{"pk":1,"settings":{},"avatar":"*******"}}`, `1`)
		f.gives("query", "user.User", `{"query":{"id":1},"fields":["avatar","settings"]}`, `[{"avatar":"******","settings":{}}]`)
		if a := f.call("query", "user.User", `{}`); strings.Contains(a.text, "pbkdf2") || strings.Contains(a.text, "aGk") {
			t.Error(a.text)
		}
	})
}

func TestRow41_WritesAndRefusalsAreAudited(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	f.gives("create", "post.Tag", `{"data":[{"id":"a","label":"bait"},{"id":"b"}]}`, "null")
	f.fails(400, "create", "post.Tag", `{"data":[{"id":"a","label":"bait"}]}`, "taken")
	f.fails(400, "create", "post.Tag", `{"data":[{"id":"c","bait":"bait"}]}`, "no field")
	f.gives("update", "post.Tag", `{"data":[{"pk":"a","label":"bait"},{"pk":"x","label":"bait"}]}`, "1")
	f.gives("delete", "post.Tag", `{"id":"a"}`, "1")
	f.scopes = grant.Scopes{"data.query:post.post"}
	f.fails(403, "query", "post.Post", `{"query":{"author__username":"bait"}}`, "insufficient scope")
	f.fails(403, "delete", "post.Tag", `{"id":"b"}`, "insufficient scope")
	got, want := f.audited(), []string{
		`data.create begun post.tag null ["label"] 0`, `data.create done post.tag ["a","b"] ["label"] 2`,
		`data.create begun post.tag null ["label"] 0`, `data.create failed post.tag null ["label"] 0`,
		`data.update begun post.tag ["a","x"] ["label"] 0`, `data.update done post.tag ["a","x"] ["label"] 1`,
		`data.delete begun post.tag ["a"] null 0`, `data.delete done post.tag ["a"] null 1`,
		`data.query refused user.user null null 0`, `data.delete refused post.tag null null 0`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// What cannot be audited is not done.
func TestRow41_NothingIsWrittenWithoutATrace(t *testing.T) {
	f := open(t, testdb.SQLite(t), data.Options{})
	if _, err := f.store.Exec(t.Context(), "ALTER TABLE ops_audit RENAME TO away"); err != nil {
		t.Fatal(err)
	}
	f.fails(503, "create", "post.Tag", `{"data":{"id":"a"}}`, "audit")
	if n := f.client.Tag.Query().CountX(context.Background()); n != 0 {
		t.Error("it was written")
	}
}

// The audit and the application share a database.
func TestRow41_TheStoreMayBeTheSame(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := openBeside(t, d, d, data.Options{})
		f.gives("create", "post.Tag", `{"data":{"id":"a"}}`, "null")
		f.fails(400, "create", "post.Tag", `{"data":{"id":"a"}}`, "taken")
		if l := f.audited(); len(l) != 4 || !strings.HasPrefix(l[3], "data.create failed post.tag") {
			t.Error(l)
		}
	})
}
