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

// A success forgives what the same address has failed at the account before.
func TestRow08_SuccessForgives(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	for range 3 {
		for range 9 {
			c.Must(403, "POST /login", wrong)
		}
		c.Must(200, "POST /login", ada)
	}
}

// The proof is of the stored password, even if the user was read without it.
func TestLoginOfAUserReadInPart(t *testing.T) {
	type partAPI struct {
		Session session.Plugin
		Auth    auth.Users[ent.User]
		Login   api.Post[api.Empty, api.Empty]
		DB      *ent.Client
	}
	app := authtest.New(t, testdb.SQLite(t), nil)
	part := &partAPI{Session: app.Session, Auth: app.API.Auth, DB: app.Ent}
	part.Login = func(ctx context.Context, _ *api.Empty) (*api.Empty, error) {
		u, err := part.DB.User.Query().Select(entuser.FieldUsername).Only(ctx)
		if err != nil {
			return nil, err
		}
		return nil, part.Auth.LoginUser(ctx, u)
	}
	if err := app.Mux.Mount("", &struct{ Part *partAPI }{part}); err != nil {
		t.Fatal(err)
	}
	app.Client(t, local).Must(200, "POST /signup", ada)
	c := app.Client(t, local)
	c.Must(204, "POST /../part/login", "")
	c.Must(200, "GET /", "")
}
