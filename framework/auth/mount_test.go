package auth_test

import (
	"context"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

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
