package ops

import (
	"context"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite" // what the store is kept in
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// matrix is a service whose every route is called with every scope.
type matrix struct {
	*testing.T
	operations *Operations
	handler    http.Handler
	tokens     *token.Tokens
}

func newMatrix(t *testing.T, c Config) *matrix {
	t.Helper()
	t.Chdir(t.TempDir())
	c.Route, c.Database = "ops", db.Config{Engine: db.SQLite, Name: filepath.Join(t.TempDir(), "o.db")}
	c.Log.KeepDefault = true
	m := &matrix{T: t, operations: New(c)}
	s := framework.New(framework.Config{Name: "matrix", Hosts: []string{"*"}})
	s.Use(m.operations)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Stop(context.Background()) })
	m.handler = s.Handler()
	m.tokens = m.operations.access.Tokens()
	return m
}

// call sends a request to an endpoint, with nothing but what lets it in.
func (m *matrix) call(ep *api.Endpoint, method, bearer string) int {
	path := ep.Path
	for _, name := range ep.PathNames() {
		path = strings.ReplaceAll(path, "{"+name+"}", "x")
	}
	r := httptest.NewRequest(method, "http://127.0.0.1:8000"+path, strings.NewReader("{}"))
	r.Header.Set("Content-Type", "application/json")
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	w := httptest.NewRecorder()
	m.handler.ServeHTTP(w, r)
	return w.Code
}

// Every route asks for its scope, and for no other; a scope that is disabled is nobody's, and nobody gets in without.
func TestRow30_EveryRouteHasAScope(t *testing.T) {
	m := newMatrix(t, Config{})
	disabled := newMatrix(t, Config{DisabledScope: grant.All})
	mux, err := m.operations.mux()
	if err != nil {
		t.Fatal(err)
	}
	bearers := map[string]string{}
	for _, scope := range append([]string{"*"}, grant.All...) {
		if bearers[scope], _, err = m.tokens.Create(t.Context(), scope, grant.Scopes{scope}, 0); err != nil {
			t.Fatal(err)
		}
	}
	all, _, err := disabled.tokens.Create(t.Context(), "all", grant.Scopes{"*"}, 0)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, ep := range mux.Endpoints() {
		need, listed := scopes[ep.ID]
		seen[ep.ID] = true
		if !listed {
			t.Errorf("%s has no scope", ep.ID)
		}
		for _, method := range ep.Methods() {
			if got := m.call(ep, method, ""); need != token.Public && got != 401 {
				t.Errorf("%s %s without a token: %d", method, ep.Path, got)
			}
			for scope, bearer := range bearers {
				got := m.call(ep, method, bearer)
				allowed := need == token.Public || need == token.Any || scope == "*" || scope == need
				if allowed == (got == 403) && ep.ID != "ext_session_exchange" || got == 401 && ep.ID != "ext_session_exchange" {
					t.Errorf("%s %s with %s: %d", method, ep.Path, scope, got)
				}
			}
			if got := disabled.call(ep, method, all); need != token.Public && need != token.Any && got != 403 {
				t.Errorf("%s %s, disabled: %d", method, ep.Path, got)
			}
		}
	}
	for id := range scopes {
		if !seen[id] {
			t.Errorf("%s is no endpoint", id)
		}
	}
}

// An endpoint that is not in the table keeps the service from starting.
func TestRow30_ARouteWithoutAScopeDoesNotStart(t *testing.T) {
	m := newMatrix(t, Config{})
	mux := &api.Mux{}
	err := mux.Mount("/ops", &struct {
		Gate *token.Gate
		New  api.Get[api.Empty, api.Empty]
	}{m.operations.access.Gate(scopes), func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }})
	if err == nil || !strings.Contains(err.Error(), "nothing says who may call") {
		t.Errorf("got %v", err)
	}
}
