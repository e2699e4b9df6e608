package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2/memstore"
	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// token is a hash as stores get it.
const token = "n4bQgYhMfWWaL-qgxVrQFaO_TxsrC4Is0V1sFbDwCgg"

// What every store has to do.
func TestStores(t *testing.T) {
	check := func(t *testing.T, s session.Store) {
		ctx := t.Context()
		now := time.Now().UTC().Truncate(time.Microsecond)
		r := session.Record{Data: []byte(`{"a":1}`), Activity: now, Expiry: now.Add(time.Hour), Deadline: now.Add(2 * time.Hour)}
		find := func() (session.Record, bool) {
			got, found, err := s.Find(ctx, token)
			if err != nil {
				t.Fatal(err)
			}
			return got, found
		}
		same := func(when string) {
			got, found := find()
			if !found || string(got.Data) != string(r.Data) || !got.Activity.Equal(r.Activity) || !got.Expiry.Equal(r.Expiry) {
				t.Errorf("%s: %+v, %t, want %+v", when, got, found, r)
			}
		}
		updated, err1 := s.Update(ctx, token, r)
		touched, err2 := s.Touch(ctx, token, now, now)
		if _, found := find(); updated || touched || found || errors.Join(err1, err2, s.Delete(ctx, token)) != nil {
			t.Errorf("before it is there: %t, %t, %t, %v, %v", updated, touched, found, err1, err2)
		}
		if err := s.Create(ctx, token, r); err != nil {
			t.Fatal(err)
		}
		same("created")
		r.Data, r.Expiry = []byte(`{"b":2}`), now.Add(time.Minute)
		if found, err := s.Update(ctx, token, r); !found || err != nil {
			t.Errorf("update: %t, %v", found, err)
		}
		same("updated")
		r.Activity, r.Expiry = now.Add(time.Second), now.Add(time.Minute+time.Second)
		if found, err := s.Touch(ctx, token, r.Activity, r.Expiry); !found || err != nil {
			t.Errorf("touch: %t, %v", found, err)
		}
		same("touched")
		if n, err := s.Purge(ctx, r.Activity); n != 0 || err != nil {
			t.Errorf("purge: %d, %v", n, err)
		}
		same("not purged")
		if err := s.Delete(ctx, token); err != nil {
			t.Error(err)
		}
		if _, found := find(); found {
			t.Error("found after the delete")
		}
	}
	t.Run("memory", func(t *testing.T) { check(t, session.MemoryStore()) })
	t.Run("scs", func(t *testing.T) { check(t, session.SCS(memstore.NewWithCleanupInterval(0))) })
	testdb.Each(t, func(t *testing.T, d *db.DB) { check(t, session.EntStore[ent.Session](authtest.Open(t, d))) })
}

func TestOtherStoresServe(t *testing.T) {
	for name, store := range map[string]session.Store{
		"memory": nil, "scs": session.SCS(memstore.NewWithCleanupInterval(0)),
	} {
		t.Run(name, func(t *testing.T) {
			app := authtest.New(t, testdb.SQLite(t), func(c *session.Config, _ *auth.Users[ent.User]) { c.Store = store })
			c := app.Client(t, local)
			c.Must(200, "POST /visit", "")
			c.Must(200, "POST /signup", ada)
			app.Clock.Pass(6 * time.Minute)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` || a.Cookie("sessionid") == nil {
				t.Errorf("got %s, cookie %v", a.Body, a.Cookie("sessionid"))
			}
			replay := []string{"Cookie", "sessionid=" + c.Token()}
			c.Must(200, "GET /", "")
			c.Must(200, "POST /logout", "")
			app.Client(t, local).Must(401, "GET /", "", replay...)
		})
	}
}

// A process hears of a logout in another one within Revalidate, and of its own at once.
func TestRevalidate(t *testing.T) {
	for _, test := range []struct {
		name       string
		revalidate time.Duration
		after      time.Duration
		want       int
	}{
		{"within 5 seconds", 0, 4 * time.Second, 200},
		{"after 5 seconds", 0, 5 * time.Second, 401},
		{"always", -1, 0, 401},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := testdb.SQLite(t)
			one := authtest.New(t, d, nil)
			two := authtest.New(t, d, func(c *session.Config, _ *auth.Users[ent.User]) {
				c.Revalidate, c.Now = test.revalidate, one.Clock.Now
			})
			here, there := one.Client(t, local), two.Client(t, local)
			here.Must(200, "POST /signup", ada)
			replay := []string{"Cookie", "sessionid=" + here.Token()}
			there.Must(200, "GET /", "", replay...)
			here.Must(200, "POST /logout", "")
			here.Must(401, "GET /", "", replay...)
			one.Clock.Pass(test.after)
			there.Must(test.want, "GET /", "", replay...)
		})
	}
}

func TestColumns(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		var columns map[string]any
		app := authtest.New(t, d, func(c *session.Config, _ *auth.Users[ent.User]) {
			c.Columns = func(v session.Values) map[string]any {
				var n int
				if v.Get("visits", &n); n > 1 {
					return columns
				}
				return nil
			}
		})
		app.Client(t, local).Must(200, "POST /signup", ada)
		u := app.Ent.User.Query().OnlyX(t.Context())
		visit := func(want int) {
			t.Helper()
			c := app.Client(t, local)
			c.Must(200, "POST /visit", "")
			c.Must(want, "POST /visit", "")
		}
		columns = map[string]any{"user": int64(u.ID)}
		visit(200)
		if n := u.QuerySessions().CountX(t.Context()); n != 2 {
			t.Errorf("%d sessions of the user", n)
		}
		for _, columns = range []map[string]any{{"nick": 1}, {"token_hash": "x"}, {"user": "x"}, {"user": nil}} {
			visit(500)
		}
	})
}

func TestConfigErrors(t *testing.T) {
	client := authtest.Open(t, testdb.SQLite(t))
	for want, config := range map[string]session.Config{
		`the cookie's name "a b"`:     {Cookie: session.Cookie{Name: "a b"}},
		`name "__Host-x"`:             {Cookie: session.Cookie{Name: "__Host-x"}},
		"Idle is -1s":                 {Idle: -time.Second},
		"make Touch shorter":          {Idle: time.Minute, Touch: time.Minute},
		`origin "app.example.com"`:    {TrustedOrigins: []string{"app.example.com"}},
		`origin "https://a.example/"`: {TrustedOrigins: []string{"https://a.example/"}},
		"the client is nil":           {Store: session.EntStore[ent.Session](nil)},
		"Post has no field token_hash of type string: add mixin.Session": {Store: session.EntStore[ent.Post](client)},
		"struct {} has no ORMModel":                                      {Store: session.EntStore[struct{}](client)},
		"given no store":                                                 {Store: session.SCS(nil)},
	} {
		mustFail(t, &sessionAPI{Session: session.New(config)}, want)
	}
	mustFail(t, &sessionAPI{}, "make it with session.New")
	type twice struct {
		Session session.Plugin
		Other   session.Plugin
		Get     api.Get[api.Empty, api.Empty]
	}
	get := func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	one := session.New(session.Config{})
	mustFail(t, &twice{one, session.New(session.Config{Cookie: session.Cookie{Name: "sessionid"}}), get}, `two plugins run around this endpoint with the cookie "sessionid"`)
	mux := api.Mux{Logger: authtest.Quiet}
	if err := errors.Join(mux.Mount("/a", &twice{one, one, get}), mux.Mount("/b", &twice{one, session.New(session.Config{Cookie: session.Cookie{Name: "other"}}), get})); err != nil {
		t.Error(err)
	}
	type without struct {
		Get api.Get[session.Session, api.Empty]
		Of  api.Get[session.Of[authtest.Cart], api.Empty]
	}
	mustFail(t, &without{
		func(context.Context, *session.Session) (*api.Empty, error) { return nil, nil },
		func(context.Context, *session.Of[authtest.Cart]) (*api.Empty, error) { return nil, nil },
	}, "no session.Plugin runs around this endpoint")
	type nameless struct {
		Session session.Plugin
		Get     api.Get[session.Of[int], api.Empty]
	}
	mustFail(t, &nameless{session.New(session.Config{}), func(context.Context, *session.Of[int]) (*api.Empty, error) { return nil, nil }},
		"session.Of[int]: its values have no names")
}

type sessionAPI struct {
	Session session.Plugin
	Get     api.Get[session.Session, api.Empty]
}

func mustFail(t *testing.T, root any, want string) {
	t.Helper()
	if a, ok := root.(*sessionAPI); ok {
		a.Get = func(context.Context, *session.Session) (*api.Empty, error) { return nil, nil }
	}
	if err := new(api.Mux).Mount("", root); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("mounted with %v, want %q", err, want)
	}
}

// A handler that is called alone has a session of its own.
func TestZeroSession(t *testing.T) {
	var s session.Session
	s.Put("a", 1)
	s.Put("b", "two")
	var n int
	if !s.Get("a", &n) || n != 1 || s.Get("b", &n) || s.Get("c", &n) || !s.Has("b") {
		t.Errorf("got %d", n)
	}
	if diff := cmp.Diff([]string{"a", "b"}, s.Keys()); diff != "" {
		t.Error(diff)
	}
	if !s.Pop("a", &n) || s.Has("a") {
		t.Error("popped and still there")
	}
	s.Renew()
	if err := s.Flush(t.Context()); err != nil || len(s.Keys()) != 0 {
		t.Errorf("after Flush: %v, %v", s.Keys(), err)
	}
}
