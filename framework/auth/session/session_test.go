package session_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// local is where clients are unless a test is about that.
const local = "127.0.0.1"

func TestLoginAndOut(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(401, "GET /", "")
		for _, signup := range []string{"signup", "atomic"} {
			c.Must(200, "POST /"+signup, authtest.As(signup, "secret"))
			a := c.Must(200, "GET /", "")
			if want := `"username":"` + signup + `"`; !strings.Contains(a.Body, want) {
				t.Errorf("after %s: %s", signup, a.Body)
			}
		}
		if n := app.Sessions(t); n != 1 {
			t.Errorf("%d sessions of a client who signed up twice", n)
		}
		c.Must(200, "POST /logout", "")
		c.Must(401, "GET /", "")
		c.Must(200, "POST /login", authtest.As("atomic", "secret"))
		c.Must(200, "GET /", "")
		s := app.Ent.Session.Query().WithUser().OnlyX(t.Context())
		if s.Edges.User == nil || s.Edges.User.Username != "atomic" {
			t.Errorf("the session's user is %v", s.Edges.User)
		}
		if a := c.Must(200, "GET /maybe", ""); !strings.Contains(a.Body, "atomic") {
			t.Errorf("maybe: %s", a.Body)
		}
		if a := app.Client(t, local).Must(200, "GET /maybe", ""); strings.Contains(a.Body, "atomic") {
			t.Errorf("maybe of nobody: %s", a.Body)
		}
	})
}

func TestRolledBackLogin(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(200, "POST /visit", "")
		before := c.Token()
		fail := `{"username": "ada", "password": "secret", "fail": true}`
		c.Must(400, "POST /atomic", fail)
		if c.Token() != before {
			t.Error("a login that was rolled back gave another id")
		}
		c.Must(401, "GET /", "")
		if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` {
			t.Errorf("after a login that was rolled back: %s", a.Body)
		}
		c.Must(400, "POST /signup", fail) // without a transaction the account is there, and its login
		c.Must(200, "GET /", "")
	})
}

type triesAPI struct {
	Session session.Plugin
	Auth    auth.Users[ent.User]
	Try     api.Post[session.Session, authtest.Keys]
}

// A login that is rolled back is over at once, and what the handler does afterwards stands.
func TestAfterRolledBackLogin(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	tries := &triesAPI{Session: app.Session, Auth: app.API.Auth}
	tries.Try = func(ctx context.Context, s *session.Session) (*authtest.Keys, error) {
		s.Put("before", 1)
		failed := errors.New("as was asked for")
		err := orm.Atomic(ctx, app.Ent, func(ctx context.Context) error {
			return errors.Join(tries.Auth.LoginUser(ctx, app.Ent.User.Query().FirstX(ctx)), failed)
		})
		if !errors.Is(err, failed) {
			return nil, err
		}
		if id, ok := auth.ID[int](ctx); ok {
			return nil, fmt.Errorf("the request is of user %d", id)
		}
		s.Put("after", 1)
		return &authtest.Keys{Keys: s.Keys()}, nil
	}
	if err := app.Mux.Mount("", &struct{ Tries *triesAPI }{tries}); err != nil {
		t.Fatal(err)
	}
	app.Client(t, local).Must(200, "POST /signup", ada)
	c := app.Client(t, local)
	for _, request := range []string{"POST /../tries/try", "POST /edit"} {
		if a := c.Must(200, request, `{}`); a.Body != `{"keys":["after","before"]}` {
			t.Errorf("%s: %s", request, a.Body)
		}
	}
}

func TestValues(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		for _, step := range []struct{ body, want string }{
			{`{"put": {"b": 1, "a": 2}}`, `{"keys":["a","b"]}`},
			{`{"put": {"c": 3}, "delete": ["a", "none"]}`, `{"keys":["b","c"]}`},
			{`{"delete": ["b"], "renew": true}`, `{"keys":["c"]}`},
			{`{}`, `{"keys":["c"]}`},
		} {
			if a := c.Must(200, "POST /edit", step.body); a.Body != step.want {
				t.Errorf("%s: %s, want %s", step.body, a.Body, step.want)
			}
		}
		if n := app.Sessions(t); n != 1 {
			t.Errorf("%d sessions", n)
		}
		c.Must(400, "POST /edit", `{"put": {"kept": 1}, "fail": true}`)
		if a := c.Must(200, "POST /edit", `{}`); a.Body != `{"keys":["c","kept"]}` {
			t.Errorf("after a handler's error: %s", a.Body)
		}
		if a := c.Must(500, "POST /edit", `{"put": {"x": 1}, "bad": true}`); a.Cookie("sessionid") != nil {
			t.Error("a value that cannot be kept gave a cookie")
		}
	})
}

func TestTyped(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /visit", "")
	for _, step := range []struct{ body, want, keys string }{
		{`{"item": 7}`, `{"items":[7]}`, `{"keys":["items","last","visits"]}`},
		{`{"item": 0}`, `{"items":[7,0],"note":"empty"}`, `{"keys":["items","last","note","visits"]}`},
		{`{"item": 9}`, `{"items":[7,0,9]}`, `{"keys":["items","last","visits"]}`},
	} {
		a := c.Must(200, "POST /cart", step.body)
		var got, want any
		_ = json.Unmarshal([]byte(a.Body), &got)
		_ = json.Unmarshal([]byte(step.want), &want)
		if m, ok := got.(map[string]any); ok && m["note"] == "" {
			delete(m, "note")
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if a := c.Must(200, "POST /edit", `{}`); a.Body != step.keys {
			t.Errorf("%s: %s, want %s", step.body, a.Body, step.keys)
		}
	}
}

// A change in one request does not undo that of another.
func TestRequestsAtOnce(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(200, "POST /edit", `{"put": {"a": 1}}`)
		var wg sync.WaitGroup
		for _, key := range []string{"b", "c", "d", "e", "f", "g"} {
			wg.Go(func() { c.Do("POST /edit", `{"put": {"`+key+`": 1}}`) })
		}
		wg.Wait()
		if a := c.Must(200, "POST /edit", `{}`); a.Body != `{"keys":["a","b","c","d","e","f","g"]}` {
			t.Errorf("the session holds %s", a.Body)
		}
	})
}

// ending is a store in which the session ends after the handler of a request has read it and before it is saved.
type ending struct {
	session.Store
	on bool
}

func (s *ending) Find(ctx context.Context, token string) (session.Record, bool, error) {
	r, found, err := s.Store.Find(ctx, token)
	if s.on {
		err = errors.Join(err, s.Store.Delete(ctx, token))
	}
	return r, found, err
}

// A session that another request has ended does not come back by a change.
func TestEndedMeanwhile(t *testing.T) {
	store := &ending{Store: session.MemoryStore()}
	app := authtest.New(t, testdb.SQLite(t), func(c *session.Config, _ *auth.Users[ent.User]) { c.Store = store })
	c := app.Client(t, local)
	c.Must(200, "POST /visit", "")
	store.on = true
	if a := c.Must(200, "POST /visit", ""); a.Cookie("sessionid") != nil {
		t.Errorf("it gets the cookie %v", a.Cookie("sessionid"))
	}
	store.on = false
	if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":0}` {
		t.Errorf("it is there: %s", a.Body)
	}
}

// Of two processes each goes on from what the other has saved.
func TestProcessesInTurn(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		one, two := authtest.New(t, d, nil), authtest.New(t, d, nil)
		c, other := one.Client(t, local), two.Client(t, local)
		c.Must(200, "POST /cart", `{"item": 1}`)
		cookie := []string{"Cookie", "sessionid=" + c.Token()}
		other.Must(200, "GET /visits", "", cookie...) // in the cache of the other from now on
		c.Must(200, "POST /cart", `{"item": 2}`)
		if a := other.Must(200, "POST /cart", `{"item": 3}`, cookie...); a.Body != `{"items":[1,2,3]}` {
			t.Errorf("got %s", a.Body)
		}
	})
}

// transacting runs what is below it in a transaction that everything joins.
type transacting struct{ db *db.DB }

func (p transacting) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		return p.db.Atomic(c.Context(), func(ctx context.Context) error {
			c.SetContext(ctx)
			return next(c)
		})
	}
}

// The session is saved after the transaction of a plugin, and not in it.
func TestTransactionOfAPlugin(t *testing.T) {
	type plugAPI struct {
		Session session.Plugin
		Within  transacting
		Visit   api.Post[session.Session, authtest.Visits]
		Leave   api.Post[session.Session, api.Empty]
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		plug := &plugAPI{Session: app.Session, Within: transacting{d}, Visit: app.API.Visit}
		plug.Leave = func(ctx context.Context, s *session.Session) (*api.Empty, error) { return nil, s.Flush(ctx) }
		if err := app.Mux.Mount("", &struct{ Plug *plugAPI }{plug}); err != nil {
			t.Fatal(err)
		}
		c := app.Client(t, local)
		for want := range 3 {
			if a := c.Must(200, "POST /../plug/visit", ""); a.Body != fmt.Sprintf(`{"visits":%d}`, want+1) {
				t.Errorf("got %s", a.Body)
			}
		}
		c.Must(204, "POST /../plug/leave", "")
		if n := app.Sessions(t); n != 0 {
			t.Errorf("%d rows", n)
		}
	})
}
