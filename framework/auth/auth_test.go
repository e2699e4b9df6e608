package auth_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	entuser "github.com/utilmeta/utilmeta-go/internal/ormtest/ent/user"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

const local = "127.0.0.1"

var (
	ada   = authtest.As("ada", "secret")
	wrong = authtest.As("ada", "guess")
)

func TestRow02_HashUpgrade(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		old, err := password.Params{Rounds: 10}.Hash(t.Context(), "secret")
		if err != nil {
			t.Fatal(err)
		}
		app.Ent.User.Create().SetUsername("ada").SetPassword(old).ExecX(t.Context())
		stale := func() bool { return app.Ent.User.Query().OnlyX(t.Context()).Password.Stale() }
		c := app.Client(t, local)
		c.Must(403, "POST /login", wrong)
		if !stale() {
			t.Error("a wrong password changed the hash")
		}
		c.Must(200, "POST /login", ada)
		if stale() {
			t.Error("the hash is as cheap as before")
		}
		c.Must(200, "GET /", "")
		c.Must(200, "POST /login", ada)
	})
}

func TestRow07_UnknownUserCostsTheSame(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, func(_ *session.Config, u *auth.Users[ent.User]) {
			u.Active = func(u *ent.User) bool { return u.Active }
		})
		app.Client(t, local).Must(200, "POST /signup", ada)
		app.Client(t, local).Must(200, "POST /signup", authtest.As("asleep", "secret"))
		app.Ent.User.Update().SetActive(false).ExecX(t.Context())
		app.Ent.User.Update().SetActive(true).Where(entuser.Username("ada")).ExecX(t.Context())
		type cost struct {
			password.Stats
			authtest.Answer
		}
		login := func(body string) (c cost) {
			before := password.ReadStats()
			c.Answer = app.Client(t, local).Do("POST /login", body)
			c.Stats = password.ReadStats()
			c.Hashes -= before.Hashes
			c.Rounds -= before.Rounds
			c.Header.Del("Date")
			return c
		}
		known := login(wrong)
		if known.Status != 403 || known.Code() != "credentials" || known.Hashes != 1 || known.Rounds != 1000 {
			t.Errorf("a wrong password: %+v", known)
		}
		for _, name := range []string{"nobody", "", "a\x00b", "\xff", strings.Repeat("x", 100_000), "ADA' OR 1=1 --", "asleep"} {
			unknown := login(authtest.As(name, "secret"))
			if fmt.Sprint(unknown) != fmt.Sprint(known) {
				t.Errorf("%.50q: %+v, want %+v", name, unknown, known)
			}
		}
	})
}

func TestRow08_BruteForce(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), func(_ *session.Config, u *auth.Users[ent.User]) {
		u.Limit = &auth.Limiter{PerAddress: 40}
	})
	app.API.Auth.Limit.Now = app.Clock.Now
	app.Client(t, "127.0.0.9").Must(200, "POST /signup", ada)
	app.Client(t, "127.0.0.9").Must(200, "POST /signup", authtest.As("bob", "secret"))
	attacker := app.Client(t, "127.0.0.2")
	statuses := map[int]int{}
	for range 20 {
		statuses[attacker.Do("POST /login", wrong).Status]++
	}
	if statuses[403] != 10 || statuses[429] != 10 {
		t.Errorf("20 wrong passwords: %v", statuses)
	}
	before := password.ReadStats().Hashes
	a := attacker.Must(429, "POST /login", ada)
	if a.Header.Get("Retry-After") != "900" || a.Code() != "too_many_logins" || password.ReadStats().Hashes != before {
		t.Errorf("Retry-After %q, %s", a.Header.Get("Retry-After"), a.Body)
	}
	attacker.Must(429, "POST /login", authtest.As("ADA", "secret"))
	app.Client(t, "127.0.0.3").Must(200, "POST /login", ada)
	attacker.Must(200, "POST /login", authtest.As("bob", "secret"))
	for i := range 30 { // other names, until the address has failed at too many
		attacker.Must(403, "POST /login", authtest.As(fmt.Sprint("nobody", i), "guess"))
	}
	attacker.Must(429, "POST /login", authtest.As("bob", "secret"))
	app.Clock.Pass(15 * time.Minute)
	attacker.Must(200, "POST /login", ada)
}

// From many places at once an account is guessed at: each has one try, and the owner gets in.
func TestRow08_ManyAddresses(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), func(_ *session.Config, u *auth.Users[ent.User]) {
		u.Limit = &auth.Limiter{Attacked: 30}
	})
	app.Client(t, local).Must(200, "POST /signup", ada)
	for i := range 3 {
		bot := app.Client(t, fmt.Sprintf("127.0.1.%d", i+1))
		for range 10 {
			bot.Must(403, "POST /login", wrong)
		}
	}
	for i := range 5 {
		bot := app.Client(t, fmt.Sprintf("127.0.2.%d", i+1))
		bot.Must(403, "POST /login", wrong)
		bot.Must(429, "POST /login", wrong)
	}
	app.Client(t, "127.0.3.1").Must(200, "POST /login", ada)
}

// Logins that run at once count before they are known to have failed.
func TestRow08_AtOnce(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	app.Client(t, local).Must(200, "POST /signup", ada)
	var mu sync.Mutex
	statuses := map[int]int{}
	var wg sync.WaitGroup
	for range 15 {
		wg.Go(func() {
			status := app.Client(t, "127.0.0.2").Do("POST /login", wrong).Status
			mu.Lock()
			defer mu.Unlock()
			statuses[status]++
		})
	}
	wg.Wait()
	if statuses[403] != 10 || statuses[429] != 5 {
		t.Errorf("15 wrong passwords at once: %v", statuses)
	}
}

func TestLoginLeavesItsMarks(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), func(_ *session.Config, u *auth.Users[ent.User]) {
		u.LoginTimeField, u.LoginAddressField = "seen_time", "bio"
	})
	app.Client(t, local).Must(200, "POST /signup", ada)
	app.Ent.User.Update().SetSeenTime(time.Unix(0, 0)).ExecX(t.Context())
	app.Client(t, "127.0.0.5").Must(403, "POST /login", wrong)
	if u := app.Ent.User.Query().OnlyX(t.Context()); u.Bio != nil || u.SeenTime.Unix() != 0 {
		t.Errorf("a login that failed left %v", u)
	}
	app.Client(t, "127.0.0.5").Must(200, "POST /login", ada)
	u := app.Ent.User.Query().OnlyX(t.Context())
	if u.Bio == nil || *u.Bio != "127.0.0.5" || time.Since(u.SeenTime) > time.Minute {
		t.Errorf("a login left %v", u)
	}
}

// token is a method by a header.
type token struct{ users map[string]string }

func (m token) Identify(ctx context.Context, _ string) (c auth.Credential, found bool, err error) {
	call, _ := api.CallFrom(ctx)
	text, found := strings.CutPrefix(call.Request().Header.Get("Authorization"), "Bearer ")
	if !found {
		return c, false, nil
	}
	if c.ID, found = m.users[text]; !found {
		return c, false, api.Unauthorized("invalid_token", "the token is not valid")
	}
	return c, true, nil
}

func (token) Challenge() string { return "Bearer" }

func TestMethods(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), func(_ *session.Config, u *auth.Users[ent.User]) {
		u.Methods = []auth.Method{token{map[string]string{"one": "1", "gone": "99", "odd": "x"}}}
	})
	c, fresh := app.Client(t, local), app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	for _, test := range []struct {
		name      string
		client    *authtest.Client
		header    string
		get       int
		code      string
		maybe     int
		challenge bool
	}{
		{"nothing", fresh, "", 401, "unauthenticated", 200, true},
		{"token", fresh, "Bearer one", 200, "", 200, false},
		{"unknown token", fresh, "Bearer two", 401, "invalid_token", 401, true},
		{"token of a user who is gone", fresh, "Bearer gone", 401, "invalid_credential", 401, true},
		{"token of what is no key", fresh, "Bearer odd", 401, "invalid_credential", 401, true},
		{"session", c, "", 200, "", 200, false},
		{"session before a token", c, "Bearer two", 200, "", 200, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := test.client.Do("GET /", "", "Authorization", test.header)
			if a.Status != test.get || a.Code() != test.code || (a.Header.Get("WWW-Authenticate") == "Bearer") != test.challenge {
				t.Errorf("Get: %d %s, challenge %q", a.Status, a.Body, a.Header.Get("WWW-Authenticate"))
			}
			for _, request := range []string{"GET /maybe", "GET /id"} {
				want := test.maybe
				if a := test.client.Do(request, "", "Authorization", test.header); a.Status != want {
					t.Errorf("%s: %d %s", request, a.Status, a.Body)
				}
			}
		})
	}
}

// The user is read once a request, however often somebody asks.
func TestUserIsReadOnce(t *testing.T) {
	type meAPI struct {
		Session session.Plugin
		Auth    auth.Users[ent.User]
		Get     api.Get[struct {
			Me    auth.Current[ent.User]
			Maybe auth.Maybe[ent.User]
		}, authtest.User]
	}
	app := authtest.New(t, testdb.SQLite(t), nil)
	reads := 0
	app.Ent.User.Intercept(ent.InterceptFunc(func(next ent.Querier) ent.Querier {
		return ent.QuerierFunc(func(ctx context.Context, q ent.Query) (ent.Value, error) {
			reads++
			return next.Query(ctx, q)
		})
	}))
	me := &meAPI{Session: app.Session, Auth: app.API.Auth}
	me.Get = func(ctx context.Context, in *struct {
		Me    auth.Current[ent.User]
		Maybe auth.Maybe[ent.User]
	}) (*authtest.User, error) {
		id, ok := auth.ID[int64](ctx)
		if !ok || in.Maybe.User != in.Me.User || int(id) != in.Me.User.ID {
			return nil, fmt.Errorf("%v, %v, %d", in.Maybe, in.Me, id)
		}
		return &authtest.User{ID: int(id)}, nil
	}
	if err := app.Mux.Mount("", &struct{ Me *meAPI }{me}); err != nil {
		t.Fatal(err)
	}
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	reads = 0
	c.Must(200, "GET /../me", "")
	if reads != 1 {
		t.Errorf("read %d times", reads)
	}
}

func TestUnusablePassword(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	c.Must(200, "POST /login", ada)
	if _, err := app.DB.ExecContext(t.Context(), "UPDATE users SET password = '!'"); err != nil {
		t.Fatal(err)
	}
	c.Must(401, "GET /", "")
	c.Must(403, "POST /login", ada)
}

func TestMountErrors(t *testing.T) {
	d := testdb.SQLite(t)
	client := authtest.Open(t, d)
	sessions := session.New(session.Config{})
	good := auth.Users[ent.User]{DB: client, Methods: []auth.Method{sessions}, LoginFields: []string{"username"}}
	for _, test := range []struct {
		name string
		set  func(*auth.Users[ent.User])
		want string
	}{
		{"no client", func(u *auth.Users[ent.User]) { u.DB = nil }, "DB is nil: give it the ent client"},
		{"nil client", func(u *auth.Users[ent.User]) { u.DB = (*ent.Client)(nil) }, "DB is nil"},
		{"no method", func(u *auth.Users[ent.User]) { u.Methods = nil }, "Methods is empty"},
		{"nil method", func(u *auth.Users[ent.User]) { u.Methods = []auth.Method{nil} }, "Methods: one is nil"},
		{"another session", func(u *auth.Users[ent.User]) { u.Methods = []auth.Method{session.New(session.Config{})} }, "session.Plugin does not run around this endpoint"},
		{"no login field", func(u *auth.Users[ent.User]) { u.LoginFields = nil }, "LoginFields is empty"},
		{"unknown login field", func(u *auth.Users[ent.User]) { u.LoginFields = []string{"nick"} }, `User has no field "nick"`},
		{"login field not unique", func(u *auth.Users[ent.User]) { u.LoginFields = []string{"email"} }, "User.email is not unique"},
		{"login field no text", func(u *auth.Users[ent.User]) { u.LoginFields = []string{"age"} }, "User.age is int32: want text"},
		{"no password field", func(u *auth.Users[ent.User]) { u.PasswordField = "secret" }, `no field "secret": add mixin.Password`},
		{"password field no hash", func(u *auth.Users[ent.User]) { u.PasswordField = "username" }, "User.username is string: want password.Hash"},
		{"login time no time", func(u *auth.Users[ent.User]) { u.LoginTimeField = "age" }, "User.age is int32: want time.Time"},
		{"login time immutable", func(u *auth.Users[ent.User]) { u.LoginTimeField = "signup_time" }, "is immutable"},
		{"unknown address field", func(u *auth.Users[ent.User]) { u.LoginAddressField = "ip" }, `LoginAddressField: User has no field "ip"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			users := good
			test.set(&users)
			mustFail(t, &authtest.API{Session: sessions, Auth: users, DB: client}, test.want)
		})
	}
	type alone struct {
		Get api.Get[auth.Current[ent.User], api.Empty]
	}
	type other struct {
		Session session.Plugin
		Auth    auth.Users[ent.User]
		Get     api.Get[auth.Maybe[ent.Post], api.Empty]
	}
	type none struct {
		Auth auth.Users[struct{}]
		Get  api.Get[api.Empty, api.Empty]
	}
	get := func(context.Context, *auth.Current[ent.User]) (*api.Empty, error) { return nil, nil }
	maybe := func(context.Context, *auth.Maybe[ent.Post]) (*api.Empty, error) { return nil, nil }
	empty := func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	mustFail(t, &alone{get}, "no auth.Users[ent.User] runs around this endpoint")
	mustFail(t, &other{sessions, good, maybe}, "no auth.Users[ent.Post] runs around this endpoint")
	mustFail(t, &none{Get: empty}, "struct {} has no ORMModel")
}

func mustFail(t *testing.T, root any, want string) {
	t.Helper()
	err := new(api.Mux).Mount("", root)
	if err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("mounted with %v, want %q", err, want)
	}
}

func TestLogout(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	type outAPI struct {
		Session session.Plugin
		Auth    auth.Users[ent.User]
		Out     api.Post[api.Empty, authtest.User]
	}
	out := &outAPI{Session: app.Session, Auth: app.API.Auth}
	out.Out = func(ctx context.Context, _ *api.Empty) (*authtest.User, error) {
		if err := out.Auth.Logout(ctx); err != nil {
			return nil, err
		}
		id, _ := auth.ID[int](ctx)
		return &authtest.User{ID: id}, nil
	}
	if err := app.Mux.Mount("", &struct{ Out *outAPI }{out}); err != nil {
		t.Fatal(err)
	}
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	if a := c.Must(200, "POST /../out/out", ""); !strings.Contains(a.Body, `"id":0`) || app.Sessions(t) != 0 {
		t.Errorf("after the logout: %s", a.Body)
	}
	c.Must(401, "GET /", "")
}

func TestOutsideOfRequests(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	ctx := t.Context()
	if _, ok := auth.ID[int](ctx); ok {
		t.Error("ID found somebody")
	}
	if _, err := app.API.Auth.Login(ctx, "ada", "secret"); err == nil {
		t.Error("Login")
	}
	if err := app.API.Auth.LoginUser(ctx, &ent.User{}); err == nil {
		t.Error("LoginUser")
	}
	if err := app.API.Auth.Logout(ctx); err == nil {
		t.Error("Logout")
	}
}
