package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

const local = "127.0.0.1"

var (
	ada   = authtest.As("ada", "secret")
	wrong = authtest.As("ada", "guess")
)

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
