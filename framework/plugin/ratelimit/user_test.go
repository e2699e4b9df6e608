package ratelimit_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
	"github.com/utilmeta/utilmeta-go/framework/plugin/ratelimit"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// byHeader is whom the header User names.
type byHeader struct{}

func (byHeader) Identify(ctx context.Context, _ string) (auth.Credential, bool, error) {
	c, _ := api.CallFrom(ctx)
	id := c.Request().Header.Get("User")
	return auth.Credential{ID: id}, id != "", nil
}

type userAPI struct {
	Auth  auth.Users[ent.User]
	Limit ratelimit.Limit
	Get   api.Get[api.Empty, plugintest.Note]
}

func TestUser(t *testing.T) {
	client := ent.NewClient(ent.Driver(testdb.SQLite(t)))
	if err := client.Schema.Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, name := range []string{"ada", "bob"} {
		u, err := client.User.Create().SetUsername(name).SetPassword(password.New("secret")).Save(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, fmt.Sprint(u.ID))
	}
	var mux api.Mux
	err := mux.Mount("", &struct{ User *userAPI }{&userAPI{
		Auth:  auth.Users[ent.User]{DB: client, Methods: []auth.Method{byHeader{}}, LoginFields: []string{"username"}},
		Limit: ratelimit.Limit{Requests: 1, By: ratelimit.User},
		Get:   plugintest.Hello,
	}})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for _, as := range [][2]string{{ids[0], "10.0.0.1:1"}, {ids[0], "10.0.0.2:1"}, {ids[1], "10.0.0.1:1"}, {"", "10.0.0.1:1"}, {"", "10.0.0.1:1"}, {"", "10.0.0.2:1"}} {
		r, w := httptest.NewRequest(http.MethodGet, "/user", nil), httptest.NewRecorder()
		r.RemoteAddr = as[1]
		if as[0] != "" {
			r.Header.Set("User", as[0])
		}
		mux.ServeHTTP(w, r)
		got = append(got, w.Code)
	}
	if diff := cmp.Diff([]int{200, 429, 200, 200, 429, 200}, got); diff != "" {
		t.Error(diff)
	}
}
