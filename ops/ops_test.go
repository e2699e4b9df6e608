package ops_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops"
)

func TestAttached(t *testing.T) {
	f := newRig(t, ops.Config{}, false)
	if line := f.operations.Banner(f.service); line != "UtilMeta OperationsAPI loaded at http://127.0.0.1:1/api/ops, connect your APIs by: meta connect" {
		t.Error(line)
	}
	info := f.call("GET /api/ops", "", nil)
	if info.Status != 200 || info.State != 1.0 || !strings.Contains(info.Body, `"utilmeta":"0.4.0"`) || !strings.Contains(info.Body, `"service":"test"`) {
		t.Errorf("%+v", info)
	}
	if slash := f.call("GET /api/ops/", "", nil); slash.Status != 200 {
		t.Errorf("%+v", slash)
	}
	for what, want := range map[string]string{
		"GET /api/ops/nope":      `404 {"result":null,"msg":"NotFound: path: </api/ops/nope> not found","state":0,"count":0}`,
		"PUT /api/ops/openapi":   `405 {"result":null,"msg":"MethodNotAllowed: PUT is not possible here: see the header Allow","state":0,"count":0}`,
		"GET /api/ops/openapi":   `401 {"result":null,"msg":"Unauthorized: say who you are: a token is needed","state":0,"count":0}`,
		"GET /api/ops/ext/nope":  `404 {"title":"Not Found","status":404,"code":"not_found","detail":"nothing is at this address"}`,
		"GET /api/opsy":          `404 {"title":"Not Found","status":404,"code":"not_found","detail":"nothing is at this address"}`,
		"POST /api/ops/action/x": `401 {"result":null,"msg":"Unauthorized: say who you are: a token is needed","state":0,"count":0}`,
	} {
		a := f.call(what, "", nil)
		if got := strings.TrimSpace(strings.Join([]string{http.StatusText(a.Status), a.Body}, " ")); !strings.HasSuffix(got, want[4:]) || !strings.HasPrefix(want, itoa(a.Status)) {
			t.Errorf("%s: %d %s", what, a.Status, a.Body)
		}
	}
	token := f.token("*")
	if a := f.call("POST /api/ops/action/x", token, map[string]any{}); a.Status != 404 || a.Msg != `NotFound: action "x" not found` {
		t.Errorf("%+v", a)
	}
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}

// The document has paths below the API, and none of the Operations API.
func TestOpenAPI(t *testing.T) {
	extra := map[string]any{"openapi": "3.1.0", "info": map[string]any{"title": "old", "version": "1"}, "servers": []any{map[string]any{"url": "/api"}},
		"paths": map[string]any{"/old": map[string]any{"get": map[string]any{"operationId": "old", "responses": map[string]any{"200": map[string]any{"description": "ok"}}}}}}
	f := newRig(t, ops.Config{OpenAPI: []openapi.Source{openapi.Object(extra)}}, false)
	token := f.token("api.view")
	var doc struct {
		Servers []struct{ URL string }
		Paths   map[string]any
	}
	a := f.call("GET /api/ops/openapi", token, nil)
	if err := json.Unmarshal([]byte(a.Body), &doc); err != nil {
		t.Fatal(err)
	}
	if a.Status != 200 || doc.Servers[0].URL != "http://127.0.0.1:1/api" || len(doc.Paths) != 3 || doc.Paths["/hello"] == nil || doc.Paths["/old"] == nil {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	for _, policy := range []string{"no-cache", "max-age=0", "no-store", ""} {
		if again := f.call("GET /api/ops/openapi", token, nil, "Cache-Control", policy); again.Body != a.Body {
			t.Errorf("%s: %s", policy, again.Body)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	good := db.Config{Engine: db.SQLite, Name: "o.db"}
	for want, c := range map[string]ops.Config{
		"there is no database":         {Route: "ops"},
		`Route "" is no path`:          {Database: good},
		`Route "a b" is no path`:       {Route: "a b", Database: good},
		"BaseURL":                      {Route: "ops", Database: good, BaseURL: "example.com"},
		"WorkerCycle":                  {Route: "ops", Database: good, WorkerCycle: time.Millisecond},
		"MaxRetention":                 {Route: "ops", Database: good, MaxRetention: time.Second},
		`scope "data.look" is none`:    {Route: "ops", Database: good, DisabledScope: []string{"data.look"}},
		"needs a ConnectionKey":        {Route: "ops", Database: good, PrivateScope: []string{"*"}},
		"less than 16":                 {Route: "ops", Database: good, ConnectionKey: "short"},
		`"example.com" is no origin`:   {Route: "ops", Database: good, TrustedHosts: []string{"example.com"}},
		"would be in every name":       {Route: "ops", Database: good, SecretNames: []string{"_"}},
		"Log.MaxBody":                  {Route: "ops", Database: good, Log: ops.Log{MaxBody: -1}},
		"ExcludeStatuses: 9":           {Route: "ops", Database: good, Log: ops.Log{ExcludeStatuses: []int{9}}},
		"there are two databases":      {Route: "ops", Database: good, DB: new(db.DB)},
		`unknown engine "nosql"`:       {Route: "ops", Database: db.Config{Engine: "nosql", Name: "x"}},
		"where the Operations API is:": {Route: "hello", Database: good},
	} {
		s := framework.New(framework.Config{Name: "x"})
		s.Use(ops.New(c))
		s.Mount("/api", &helloAPI{Hello: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil }, Fail: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil }})
		if err := s.Check(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// A handler that is not of this framework is recorded under its patterns, and has the Operations API beside it.
func TestIntegrate(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/things/{id}", func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, "thing "+r.PathValue("id")) })
	doc := `{"openapi":"3.1.0","info":{"title":"things","version":"2"},"paths":{"/things/{id}":{"get":{"responses":{"200":{"description":"ok"}},"parameters":[{"name":"id","in":"path","required":true,"schema":{"type":"string"}}]}}}}`
	o := ops.New(ops.Config{
		Route: "ops", Database: db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "o.db")}, BaseURL: "http://127.0.0.1:8000/api",
		OpenAPI: []openapi.Source{openapi.Text(doc)}, Log: ops.Log{KeepDefault: true},
	})
	h, err := o.Integrate(mux, "things")
	if err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1:8000"+path, nil))
		return w
	}
	if w := get("/api/things/7"); w.Body.String() != "thing 7" {
		t.Error(w.Body)
	}
	if w := get("/api/ops"); w.Code != 200 || !strings.Contains(w.Body.String(), `"service":"things"`) {
		t.Error(w.Code, w.Body)
	}
	if _, err := o.Integrate(mux, "again"); err == nil {
		t.Error("it operates two handlers")
	}
	if err := o.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "o.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var service, ident, path string
	if err := d.SQL().QueryRow("SELECT l.service, e.ident, l.path FROM ops_log l JOIN ops_endpoint e ON e.id = l.endpoint").Scan(&service, &ident, &path); err != nil {
		t.Fatal(err)
	}
	if service != "things" || ident != "get_api_things_id" || path != "/api/things/7" {
		t.Errorf("%s %s %s", service, ident, path)
	}
	for want, c := range map[string]ops.Config{
		"needs BaseURL": {Route: "ops", Database: db.Config{Engine: db.SQLite, Name: "x.db"}},
		"Route":         {Database: db.Config{Engine: db.SQLite, Name: "x.db"}, BaseURL: "http://h/api"},
	} {
		if _, err := ops.New(c).Integrate(mux, "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}

// Operations may share the service's database: statements are counted all the same, and tables are theirs alone.
func TestSharedDatabase(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		t.Chdir(t.TempDir())
		client := ent.NewClient(ent.Driver(d))
		if err := client.Schema.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
		o := ops.New(ops.Config{Route: "ops", DB: d, Log: ops.Log{KeepDefault: true}})
		s := framework.New(framework.Config{Name: "shared", Hosts: []string{"*"}})
		s.Use(d, o)
		s.Mount("/api", &helloAPI{
			Hello: func(ctx context.Context, _ *api.Empty) (*greeting, error) {
				n, err := client.User.Query().Count(ctx)
				return &greeting{itoa(n)}, err
			},
			Fail: func(context.Context, *api.Empty) (*greeting, error) { return nil, io.ErrUnexpectedEOF },
			DB:   client,
		})
		if err := s.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		if r := s.Client(framework.InProcess).Get("hello"); r.Status != 200 {
			t.Errorf("%d %s %v", r.Status, r.Body, r.Err)
		}
		if err := o.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		var queries, hellos int
		if err := d.SQL().QueryRow("SELECT count(*), sum(queries) FROM ops_log").Scan(&hellos, &queries); err != nil || queries != 1 || hellos != 1 {
			t.Errorf("%d rows, %d statements, %v", hellos, queries, err)
		}
		if err := s.Stop(context.Background()); err != nil {
			t.Error(err)
		}
		if err := d.Start(context.Background()); err != nil { // for the end of the test
			t.Error(err)
		}
	})
}
