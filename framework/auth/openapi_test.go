package auth_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// The document tells who is let in, and how.
func TestSecurityInTheDocument(t *testing.T) {
	type contract struct {
		Session session.Plugin
		Auth    auth.Users[ent.User]
		Get     api.Get[auth.Current[ent.User], api.Empty]
		Put     api.Put[auth.Current[ent.User], api.Empty]
		Maybe   api.Get[auth.Maybe[ent.User], api.Empty]
		Visit   api.Get[session.Session, api.Empty]
		Public  api.Get[api.Empty, api.Empty]
	}
	sessions := session.New(session.Config{Cookie: session.Cookie{Name: "sid"}, Production: true})
	a := &contract{
		Session: sessions,
		Auth:    auth.Users[ent.User]{DB: authtest.Open(t, testdb.SQLite(t)), Methods: []auth.Method{sessions}, LoginFields: []string{"username"}},
	}
	a.Get, a.Put = answerNothing[auth.Current[ent.User]], answerNothing[auth.Current[ent.User]]
	a.Maybe, a.Visit, a.Public = answerNothing[auth.Maybe[ent.User]], answerNothing[session.Session], answerNothing[api.Empty]
	var mux api.Mux
	if err := mux.Mount("/", a); err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Document(openapi.About{}, mux.Endpoints())
	if err != nil {
		t.Fatal(err)
	}
	type facts struct {
		Security []openapi.Requirement
		Refused  []string
	}
	got := map[string]facts{}
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			f := facts{Security: op.Value.Security}
			for _, r := range op.Value.Responses {
				if slices.Contains([]string{"401", "403"}, r.Key) {
					f.Refused = append(f.Refused, r.Key)
				}
			}
			got[op.Value.OperationID] = f
		}
	}
	needed, either := []openapi.Requirement{{"sid": {}}}, []openapi.Requirement{{"sid": {}}, {}}
	want := map[string]facts{
		"get": {needed, []string{"401"}}, "put": {needed, []string{"401", "403"}}, "maybe": {either, nil}, "visit": {either, nil}, "public": {},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	scheme, _ := doc.Components.SecuritySchemes.Get("sid")
	if scheme.Type != "apiKey" || scheme.In != "cookie" || scheme.Name != "__Host-sid" {
		t.Errorf("scheme %+v", scheme)
	}
}

func answerNothing[In any](context.Context, *In) (*api.Empty, error) { return &api.Empty{}, nil }
