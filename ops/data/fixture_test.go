package data_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	_ "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/runtime" // its hooks
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent/schema"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/data"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

func TestMain(m *testing.M) {
	if err := password.SetDefault(password.Params{Algorithm: password.PBKDF2, Rounds: 10}); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// fixture is a server of data.
type fixture struct {
	testing.TB
	client *ent.Client
	db     *db.DB
	store  *store.Store
	mux    *api.Mux
	scopes grant.Scopes
	viewer any // whose notes are seen
}

// root has what package ops has above the data.
type root struct {
	Failed api.Catch
	Caller caller
	Data   *data.API `route:"/data"`
}

// caller lets every call in, with the scopes of the fixture.
type caller struct{ f *fixture }

func (p caller) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.Attach(&grant.Grant{Kind: grant.Token, Subject: "tester", Scopes: p.f.scopes, Address: "127.0.0.1"})
		c.SetContext(context.WithValue(c.Context(), schema.Viewer{}, p.f.viewer))
		return next(c)
	}
}

// each runs fn on both databases.
func each(t *testing.T, fn func(t *testing.T, f *fixture)) {
	testdb.Each(t, func(t *testing.T, d *db.DB) { fn(t, open(t, d, data.Options{})) })
}

// open makes the tables of the application, and a store beside them.
func open(t testing.TB, d *db.DB, o data.Options) *fixture {
	t.Helper()
	return openBeside(t, d, testdb.SQLite(t), o)
}

func openBeside(t testing.TB, d, storage *db.DB, o data.Options) *fixture {
	t.Helper()
	f := &fixture{TB: t, db: d, client: ent.NewClient(ent.Driver(d)), scopes: grant.Scopes{"*"}, viewer: 1, mux: &api.Mux{}}
	if err := f.client.Schema.Create(context.Background()); err != nil {
		t.Fatal(err)
	}
	f.store = storetest.Open(t, storage)
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	f.mux.Logger, o.Logger = quiet, quiet
	o.Databases = []data.Database{{Alias: "main", Conn: f.client}}
	o.Secrets = mask.NewNames(append(mask.Defaults, "avatar", "settings")...)
	o.Audit = &audit.Log{Store: f.store}
	r := &root{Caller: caller{f}, Data: data.New(o), Failed: func(ctx context.Context, err error) error {
		status, body := wire.Fail(ctx, quiet, err)
		if status == 500 {
			f.Log(err)
		}
		return api.Answer(status, body)
	}}
	if err := f.mux.Mount("/", r); err != nil {
		t.Fatal(err)
	}
	return f
}

// people makes two users, ada and Bob%, and posts of them.
func (f *fixture) people() {
	f.Helper()
	hash, err := password.Parse("pbkdf2_sha256$1$salt$YmFpdGJhaXRiYWl0YmFpdGJhaXRiYWl0YmFpdGJhaXQ=")
	if err != nil {
		f.Fatal(err)
	}
	ctx := f.Context()
	ada := f.client.User.Create().SetUsername("ada").SetPassword(hash).SetAge(36).SetScore(1.5).SetSeenTime(at("2026-11-21T19:49:14.5Z")).SetBirthday(at("2001-02-03T00:00:00Z")).SaveX(ctx)
	bob := f.client.User.Create().SetUsername("Bob%").SetPassword(hash).SetRole("admin").SetActive(false).SetBio("ä_Ä").SetManager(ada).SetSeenTime(at("2026-12-24T01:02:03Z")).SaveX(ctx)
	f.client.Post.Create().SetTitle("Hello").SetBody("first").SetAuthor(ada).ExecX(ctx)
	f.client.Post.Create().SetTitle("World").SetBody("second").SetAuthor(ada).SetEditor(bob).ExecX(ctx)
}

type answer struct {
	status int
	text   string
	Result json.RawMessage
	Msg    string
	State  int
	Count  int64
}

// call makes a call with a body of JSON; "" is none.
func (f *fixture) call(path, model, body string) answer {
	f.Helper()
	method := "POST"
	if path == "tables" {
		method = "GET"
	}
	if model != "" {
		path += "?model=" + url.QueryEscape(model)
	}
	r := httptest.NewRequest(method, "/data/"+path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	f.mux.ServeHTTP(w, r)
	a := answer{status: w.Code, text: w.Body.String()}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		f.Fatalf("%s %s: %d %s: %v", path, body, w.Code, w.Body, err)
	}
	return a
}

// gives wants a result.
func (f *fixture) gives(path, model, body, want string) {
	f.Helper()
	if a := f.call(path, model, body); a.status != 200 || string(a.Result) != want {
		f.Errorf("%s %s %s: %d %s %s\nwant %s", path, model, body, a.status, a.Result, a.Msg, want)
	}
}

// fails wants a status and a text in the message.
func (f *fixture) fails(status int, path, model, body, want string) {
	f.Helper()
	if a := f.call(path, model, body); a.status != status || !strings.Contains(a.Msg, want) || string(a.Result) != "null" || a.State != 0 {
		f.Errorf("%s %s %s: %s\nwant %d %s", path, model, body, a.text, status, want)
	}
}

// audited lists the audit.
func (f *fixture) audited() (l []string) {
	f.Helper()
	err := f.store.Each(f.Context(), "SELECT action, outcome, model, keys, fields, count FROM ops_audit ORDER BY id", nil, func(scan store.Scan) error {
		var action, outcome, model, keys, fields, count string
		err := scan(&action, &outcome, &model, &keys, &fields, &count)
		l = append(l, strings.Join([]string{action, outcome, model, keys, fields, count}, " "))
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return l
}
