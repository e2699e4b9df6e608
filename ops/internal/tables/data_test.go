package tables_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent/schema"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/tables"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// fixture is the API on a database with some rows.
type fixture struct {
	testing.TB
	mux    *api.Mux
	client *ent.Client
	db     *db.DB
	store  *store.Store
	scopes grant.Scopes
}

// let lets every call in.
type let struct{ f *fixture }

func (l let) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.Attach(&grant.Grant{Kind: grant.Token, Subject: "test", Scopes: l.f.scopes, Address: "127.0.0.1"})
		c.SetContext(context.WithValue(c.Context(), schema.Viewer{}, 1))
		return next(c)
	}
}

type root struct {
	Failed api.Catch
	Let    let
	Data   *tables.API `route:"/data"`
}

func open(t testing.TB, d *db.DB, readOnly bool) *fixture {
	t.Helper()
	f := &fixture{TB: t, db: d, client: ent.NewClient(ent.Driver(d)), scopes: grant.Scopes{"*"}, mux: &api.Mux{}}
	ctx := context.Background()
	if err := f.client.Schema.Create(ctx); err != nil {
		t.Fatal(err)
	}
	var err error
	if f.store, err = store.New(db.Config{}, d); err == nil {
		err = f.store.Start(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	own := tables.New(tables.Options{
		Databases: []tables.Database{{Alias: "default", Conn: f.client}}, Secrets: mask.NewNames(mask.Defaults...), Audit: &audit.Log{Store: f.store}, ReadOnly: readOnly, Logger: quiet,
	})
	failed := func(ctx context.Context, err error) error { return api.Answer(wire.Fail(ctx, quiet, err)) }
	if err := f.mux.Mount("/ops", &root{failed, let{f}, own}); err != nil {
		t.Fatal(err)
	}
	return f
}

type answer struct {
	status int
	Result json.RawMessage
	Msg    string
	Count  int
}

func (f *fixture) call(what, model string, body any) answer {
	f.Helper()
	method := "POST"
	if what == "tables" {
		method = "GET"
	}
	text, err := json.Marshal(body)
	if err != nil {
		f.Fatal(err)
	}
	r := httptest.NewRequest(method, "/ops/data/"+what, bytes.NewReader(text))
	q := r.URL.Query()
	q.Set("model", model)
	r.URL.RawQuery = q.Encode()
	if method == "POST" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r)
	a := answer{status: w.Code}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		f.Fatalf("%s: %s", err, w.Body)
	}
	return a
}

type m map[string]any

// password is what the database has of a user's.
func (f *fixture) password(id int) (hash string) {
	f.Helper()
	err := f.store.Each(context.Background(), "SELECT password FROM users WHERE id = $1", []any{id}, func(scan store.Scan) error { return scan(&hash) })
	if err != nil {
		f.Fatal(err)
	}
	return hash
}

// must calls and wants 200 and that result.
func (f *fixture) must(what, model string, body any, want string) {
	f.Helper()
	if a := f.call(what, model, body); a.status != 200 || string(a.Result) != want {
		f.Errorf("%s %s %v: %d %s %s, want %s", what, model, body, a.status, a.Result, a.Msg, want)
	}
}

// refused calls and wants 400 and a text.
func (f *fixture) refused(what, model string, body any, status int, want string) {
	f.Helper()
	if a := f.call(what, model, body); a.status != status || !strings.Contains(a.Msg, want) {
		f.Errorf("%s %s %v: %d %s, want %d %s", what, model, body, a.status, a.Msg, status, want)
	}
}

func TestData(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, false)
		f.must("create", "user.User", m{"data": []m{
			{"username": "ada", "password": "secret1", "age": 36, "score": 1.5, "email": "ada@x.io", "settings": m{"a": []int{1, 2}}, "seen_time": "2026-11-21 19:49:14"},
			{"username": "Bob%", "password": "secret2", "active": false, "role": "admin", "age": "40", "seen_time": "2026-12-24T01:02:03Z"},
		}, "return_fields": []string{"pk", "username", "password"}}, `[{"pk":1,"username":"ada","password":"******"},{"pk":2,"username":"Bob%","password":"******"}]`)
		f.must("create", "post.Post", m{"data": m{"title": "Hello", "author_id": 1}, "return_fields": "pk"}, `[{"pk":1}]`)
		f.must("create", "post.post", m{"data": []m{{"title": "World", "author_id": "2", "post_editor": 1}}}, "null")
		hash := f.password(1)
		if !strings.HasPrefix(hash, "pbkdf2_sha256$") {
			t.Error(hash)
		}
		for query, want := range map[string]string{
			`{"username":"ada"}`: "1", `{"username__iexact":"ADA"}`: "1", `{"username__contains":"b%"}`: "2", `{"username__contains":"B%"}`: "", `{"username__contains":"_"}`: "",
			`{"username__icontains":"B%"}`: "2", `{"username__startswith":"Bo"}`: "2", `{"username__startswith":"bo"}`: "", `{"username__istartswith":"bo"}`: "2",
			`{"username__endswith":"da"}`: "1", `{"username__iendswith":"DA"}`: "1", `{"username__endswith":""}`: "1 2",
			`{"age__gt":36}`: "2", `{"age__gte":"36"}`: "1 2", `{"age__lt":40}`: "1", `{"age__lte":40,"active":true}`: "1", `{"id__in":[1,2,9]}`: "1 2", `{"id__in":[]}`: "",
			`{"age__range":[30,38]}`: "1", `{"bio__isnull":true}`: "1 2", `{"email__isnull":false}`: "1", `{"email":null}`: "2", `{"pk":2}`: "2", `{"role":"admin"}`: "2",
			`{"seen_time__date":"2026-11-21"}`: "1", `{"seen_time__year":2026}`: "1 2", `{"seen_time__month":12}`: "2", `{"seen_time__day":21}`: "1", `{"seen_time__hour":1}`: "2",
			`{"seen_time__minute":49}`: "1", `{"seen_time__second":3}`: "2", `{"seen_time__week_day":7}`: "1", `{"seen_time__gte":"2026-12-01"}`: "2",
			`{"posts__title":"World"}`: "2", `{"posts__title__startswith":"H","active":true}`: "1", `{"posts__author__username":"ada"}`: "1", `{"password__isnull":false}`: "1 2",
		} {
			a := f.call("query", "user.User", m{"query": json.RawMessage(query), "fields": "pk", "orders": "pk"})
			var rows []struct{ PK int }
			_ = json.Unmarshal(a.Result, &rows)
			var got []string
			for _, r := range rows {
				got = append(got, string(rune('0'+r.PK)))
			}
			if strings.Join(got, " ") != want || a.status != 200 || a.Count != len(rows) {
				t.Errorf("%s: %d %v (%d) %s, want %s", query, a.status, got, a.Count, a.Msg, want)
			}
		}
		f.must("query", "user.User", m{"orders": []string{"-username", "pk"}, "fields": []string{"username", "settings", "active", "seen_time"}, "rows": 1},
			`[{"username":"ada","settings":{"a":[1,2]},"active":true,"seen_time":"2026-11-21 19:49:14"}]`)
		f.must("query", "posts", m{"fields": []string{"pk", "author", "author_id", "author__username", "post_editor"}, "orders": "-author__username"},
			`[{"pk":1,"author":1,"author_id":1,"author__username":"ada","post_editor":null},{"pk":2,"author":2,"author_id":2,"author__username":"Bob%","post_editor":1}]`)
		f.must("query", "user.User", m{"fields": []string{"username", "posts__title"}, "max_length": 2},
			`[{"username":{"$reduced":true,"type":"string","length":3,"content":"ad","content_length":2},"posts__title":{"$reduced":true,"type":"string","length":5,"content":"He","content_length":2}},{"username":{"$reduced":true,"type":"string","length":4,"content":"Bo","content_length":2},"posts__title":{"$reduced":true,"type":"string","length":5,"content":"Wo","content_length":2}}]`)
		f.must("update", "user.User", m{"data": []m{{"pk": 1, "bio": "x", "password": "******"}, {"id": 2}, {"pk": 99, "bio": "y"}, {"bio": "z"}}}, "1")
		again, err := f.client.User.Get(t.Context(), 1)
		if err != nil || f.password(1) != hash || *again.Bio != "x" {
			t.Errorf("%v, %v", again, err)
		}
		f.must("update", "user.User", m{"data": m{"pk": 1, "bio": "w"}, "expected": m{"bio": "x"}}, "1")
		f.refused("update", "user.User", m{"data": m{"pk": 1, "bio": "v"}, "expected": m{"bio": "x"}}, 409, "changed meanwhile")
		f.must("delete", "user.User", m{"id": "2"}, "2")
		f.must("delete", "user.User", m{"id": 2}, "0")
	})
}

func TestDataIsRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, false)
		f.must("create", "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, "null")
		for _, c := range []struct {
			what, model string
			body        any
			status      int
			want        string
		}{
			{"query", "nope", m{}, 400, "Invalid model"},
			{"query", "session.Session", m{}, 400, "Invalid model"},
			{"query", "sessions", m{}, 400, "Invalid model"},
			{"query", "user.User", m{"rows": 101}, 400, "rows"},
			{"query", "user.User", m{"rows": 1e9}, 400, "rows"},
			{"query", "user.User", m{"page": 0}, 400, "page"},
			{"query", "user.User", m{"query": m{"nope": 1}}, 400, "no field"},
			{"query", "user.User", m{"query": m{"username__like": "x"}}, 400, "no lookup"},
			{"query", "user.User", m{"query": m{"id": "abc"}}, 400, "id wants a whole number"},
			{"query", "user.User", m{"query": m{"id": 1e300}}, 400, "id wants"},
			{"query", "user.User", m{"query": m{"username": "a\x00b"}}, 400, "NUL"},
			{"query", "user.User", m{"query": m{"sessions__token_hash__startswith": "a"}}, 400, "no"},
			{"query", "user.User", m{"fields": "*"}, 400, "no field"},
			{"query", "user.User", m{"orders": "nope"}, 400, "no field"},
			{"create", "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, 400, "username"},
			{"create", "user.User", m{"data": m{"username": "bob"}}, 400, "password"},
			{"create", "user.User", m{"data": m{"username": strings.Repeat("x", 21), "password": "secret1"}}, 400, "username"},
			{"create", "user.User", m{"data": m{"username": "bob", "password": "******"}}, 400, "asterisks"},
			{"create", "user.User", m{"data": m{"username": "bob", "password": "secret1", "nope": 1}}, 400, "no field"},
			{"create", "user.User", m{"data": m{"username": "bob", "password": "secret1", "age": 1 << 40}}, 400, "age"},
			{"create", "user.User", m{"data": m{"username": "bob", "password": "secret1", "role": "king"}}, 400, "role"},
			{"create", "post.Post", m{"data": m{"title": "Hello", "author_id": 77}}, 400, ""},
			{"create", "user.User", m{"data": m{"username": "bob", "password": "secret1"}, "return_fields": "nope"}, 400, "no field"},
			{"create", "user.User", m{}, 400, "data"},
			{"update", "user.User", m{"data": m{"pk": "x", "bio": "y"}}, 400, "id wants"},
			{"update", "user.User", m{"data": m{"pk": 1, "signup_time": "2026-01-01"}}, 400, "cannot be changed"},
			{"delete", "user.User", m{"id": "x"}, 400, "id wants"},
			{"delete", "user.User", m{}, 400, "id"},
		} {
			f.refused(c.what, c.model, c.body, c.status, c.want)
		}
		if n, err := f.client.User.Query().Count(t.Context()); n != 1 || err != nil {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// Nobody finds a secret out by asking, through a relation neither.
func TestRow43_SecretsAreNoOracle(t *testing.T) {
	f := open(t, testdb.SQLite(t), false)
	f.must("create", "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, "null")
	for _, body := range []m{
		{"query": m{"password": "x"}}, {"query": m{"password__startswith": "p"}}, {"query": m{"password__gt": "p"}}, {"query": m{"password__in": []string{"x"}}},
		{"orders": "password"}, {"orders": []string{"-password"}},
	} {
		f.refused("query", "user.User", body, 400, "is a secret")
	}
	f.refused("query", "post.Post", m{"query": m{"author__password__startswith": "p"}}, 400, "is a secret")
	f.refused("query", "post.Post", m{"orders": "author__password"}, 400, "is a secret")
	f.refused("update", "user.User", m{"data": m{"pk": 1, "bio": "x"}, "expected": m{"password": "p"}}, 400, "is a secret")
	f.must("query", "user.User", m{"fields": []string{"password", "friends__password"}}, `[{"password":"******","friends__password":null}]`)
}

func TestRow41_WritesAndRefusalsLeaveTraces(t *testing.T) {
	f := open(t, testdb.SQLite(t), false)
	f.must("create", "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, "null")
	f.refused("create", "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, 400, "")
	f.must("update", "user.User", m{"data": m{"pk": 1, "bio": "x"}}, "1")
	f.must("delete", "user.User", m{"id": 1}, "1")
	f.scopes = grant.Scopes{"data.query:post.post", "data.view"}
	f.refused("query", "user.User", m{}, 403, "insufficient scope")
	f.refused("query", "post.Post", m{"query": m{"author__username": "ada"}}, 403, "insufficient scope")
	f.refused("delete", "post.Post", m{"id": 1}, 403, "insufficient scope")
	f.must("query", "post.Post", m{}, "[]")
	var got []string
	err := f.store.Each(f.Context(), "SELECT action, outcome, model, fields, keys FROM ops_audit ORDER BY id", nil, func(scan store.Scan) error {
		var action, outcome, model, fields, keys string
		err := scan(&action, &outcome, &model, &fields, &keys)
		if strings.Contains(fields+keys, "secret1") {
			t.Error("a value is in the audit")
		}
		got = append(got, action+" "+outcome+" "+model)
		return err
	})
	want := []string{
		"data.create begun user.user", "data.create done user.user", "data.create begun user.user", "data.create failed user.user", "data.update begun user.user", "data.update done user.user",
		"data.delete begun user.user", "data.delete done user.user", "data.query refused user.user", "data.query refused user.user", "data.delete refused post.post",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v\n%s", err, strings.Join(got, "\n"))
	}
}

func TestRow44_ReadOnly(t *testing.T) {
	f := open(t, testdb.SQLite(t), true)
	for _, what := range []string{"create", "update"} {
		f.refused(what, "user.User", m{"data": m{"username": "ada", "password": "secret1"}}, 403, "read only")
	}
	f.refused("delete", "user.User", m{"id": 1}, 403, "read only")
}

func TestRow45_AtMostAHundredRows(t *testing.T) {
	f := open(t, testdb.SQLite(t), false)
	f.refused("create", "user.User", m{"data": make([]m, 101)}, 400, "100 are the most")
}

func TestTables(t *testing.T) {
	f := open(t, testdb.SQLite(t), false)
	a := f.call("tables", "", nil)
	var tables []struct {
		Ref, Ident, Name string
		Fields           map[string]map[string]any
	}
	if err := json.Unmarshal(a.Result, &tables); err != nil {
		t.Fatal(err)
	}
	var refs []string
	for _, x := range tables {
		refs = append(refs, x.Ref)
	}
	if got := strings.Join(refs, " "); got != "post.Comment note.Note post.Post post.Tag user.User" {
		t.Error(got)
	}
	user := tables[4].Fields
	if user["password"]["secret"] != true || user["id"]["primary_key"] != true || user["username"]["unique"] != true || user["username"]["required"] != true || user["bio"]["null"] != true {
		t.Errorf("%v", user)
	}
	if author := tables[2].Fields["author_id"]; author["to_model"] != "user.user" || author["foreign_key"] != true || author["relate_name"] != "posts" {
		t.Errorf("%v", author)
	}
}
