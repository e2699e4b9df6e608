package openapi_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

func TestSplitKeepsWhatIsNeeded(t *testing.T) {
	_, doc := kitchen(t)
	whole := len(doc.Components.Schemas)
	found := map[string]*openapi.Doc{}
	for id, one := range doc.Split() {
		found[id] = one
	}
	one := found["orders_mine"]
	if one == nil {
		t.Fatalf("orders_mine is not among %d documents", len(found))
	}
	names := func(d *openapi.Doc) (l []string) {
		for _, s := range d.Components.Schemas {
			l = append(l, s.Key)
		}
		for _, s := range d.Components.SecuritySchemes {
			l = append(l, s.Key)
		}
		return l
	}
	if d := cmp.Diff([]string{"Fault", "Problem", "line", "mineInput", "order", "page_order", "token"}, names(one)); d != "" {
		t.Error(d)
	}
	if len(one.Paths) != 1 || len(one.Tags) != 1 || one.Tags[0].Name != "orders" {
		t.Errorf("paths %v, tags %v", one.Paths, one.Tags)
	}
	if _, hidden := found["orders_hidden"]; hidden {
		t.Error("what is private has a document")
	}
	if len(doc.Components.Schemas) != whole {
		t.Error("splitting has changed the document")
	}
}

func TestPrefix(t *testing.T) {
	mux, whole := kitchen(t)
	all := len(whole.Paths)
	for prefix, want := range map[string]int{"/api/boxed": 3, "/api/boxed/": 3, "/api/boxed/list": 1, "/api/box": 0, "": all, "/": all, "/api": all} {
		doc, err := openapi.Document(openapi.About{Prefix: prefix}, mux.Endpoints())
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Paths) != want {
			t.Errorf("%q: %d paths, want %d", prefix, len(doc.Paths), want)
		}
	}
}

type twiceAPI struct {
	Get api.Get[areaInput, line]  `route:"/{area}"`
	Put api.Put[twiceInput, line] `route:"/{name}"`
}

type twiceInput struct {
	Name string `path:"name"`
}

// Paths that differ by the names of their parameters are one, and an API that is mounted twice has ids of its own.
func TestMountedTwice(t *testing.T) {
	mux := &api.Mux{}
	for _, prefix := range []string{"/a", "/b"} {
		if err := mux.Mount(prefix, &twiceAPI{
			Get: func(context.Context, *areaInput) (*line, error) { return &line{}, nil },
			Put: func(context.Context, *twiceInput) (*line, error) { return &line{}, nil },
		}); err != nil {
			t.Fatal(err)
		}
	}
	doc, err := openapi.Document(openapi.About{}, mux.Endpoints())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, path := range doc.Paths {
		for _, op := range path.Value {
			got[op.Value.OperationID] = op.Key + " " + path.Key + " " + op.Value.Parameters[0].Name
		}
	}
	want := map[string]string{"get": "get /a/{area} area", "put": "put /a/{area} area", "get_1": "get /b/{area} area", "put_1": "put /b/{area} area"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, err := openapi.Document(openapi.About{}, append(mux.Endpoints(), mux.Endpoints()...)); err == nil {
		t.Error("two endpoints at one place are no error")
	}
}
