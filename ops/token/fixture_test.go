package token_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// operationsAPI is an Operations API with what the tests call.
type operationsAPI struct {
	Catch api.Catch `on:"!Ext"`
	Gate  *token.Gate
	*token.RootAPI
	Token   *token.API                              `route:"/token"`
	Ext     *token.SessionAPI                       `route:"/ext"`
	OpenAPI api.Get[api.Empty, wire.Answer[string]] `route:"/openapi"`
	Logs    api.Get[api.Empty, wire.Answer[string]] `route:"/logs/service"`
	Servers api.Get[api.Empty, wire.Answer[string]] `route:"/servers"`
	Tables  api.Get[api.Empty, wire.Answer[string]] `route:"/data/tables"`
	Query   api.Post[onTable, wire.Answer[string]]  `route:"/data/query"`
	Remove  api.Post[onTable, wire.Answer[string]]  `route:"/data/delete"`
	Away    api.Get[api.Empty, wire.Answer[string]] `route:"/away"`
}

type onTable struct {
	Model string `query:"model"`
}

// scopes are the table of a Gate for it.
var scopes = map[string]string{
	"get": token.Public, "post": token.Public, "patch": grant.ServiceConfig, "delete": grant.ServiceDelete,
	"token_scope": token.Any, "token_get": grant.TokenView, "token_revoke": grant.TokenRevoke,
	"ext_exchange": token.Public, "ext_session": token.Any, "ext_leave": token.Any,
	"open_api": grant.APIView, "logs": grant.LogView, "servers": grant.MetricsView,
	"tables": grant.DataView, "query": grant.DataQuery, "remove": grant.DataDelete, "away": token.Public,
}

// fixture is a service with an Operations API at /api/ops.
type fixture struct {
	*testing.T
	access *token.Access
	store  *store.Store
	server *httptest.Server
	folder string
	now    atomic.Int64 // microseconds since 1970
}

func (f *fixture) clock() time.Time { return time.UnixMicro(f.now.Load()) }

func (f *fixture) tick(d time.Duration) { f.now.Add(d.Microseconds()) }

// ops is where the Operations API is.
func (f *fixture) ops() string { return f.url() + "/api/ops" }

func (f *fixture) url() string { return "http://" + f.server.Listener.Addr().String() }

// open starts a fixture; change may alter what its Access is made of.
func open(t *testing.T, d *db.DB, change func(*token.Config)) *fixture {
	t.Helper()
	f := &fixture{T: t, folder: folder(t)}
	f.now.Store(time.Now().UnixMicro())
	var err error
	f.store = storetest.Open(t, d)
	f.server = httptest.NewUnstartedServer(nil)
	t.Cleanup(f.server.Close)
	c := token.Config{Store: f.store, Service: "test", URL: f.ops, Folder: f.folder, Now: f.clock, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))}
	if change != nil {
		change(&c)
	}
	if f.access, err = token.New(c); err != nil {
		t.Fatal(err)
	}
	if err := f.access.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.access.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	mux := &api.Mux{Logger: c.Logger}
	if err := mux.Mount("/api/ops", f.api(c.Logger)); err != nil {
		t.Fatal(err)
	}
	slashes := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // package ops does so
		r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
		mux.ServeHTTP(w, r)
	})
	f.server.Config.Handler = f.access.Handler(slashes, nil, func(path string) (l []string) {
		for _, ep := range mux.Endpoints() {
			if ep.Path == strings.TrimSuffix(path, "/") {
				l = append(l, ep.Method)
			}
		}
		return l
	})
	f.server.Start()
	return f
}

func (f *fixture) api(logger *slog.Logger) *operationsAPI {
	ok := func(context.Context, *api.Empty) (*wire.Answer[string], error) { return wire.OK("ok"), nil }
	on := func(scope string) api.Post[onTable, wire.Answer[string]] {
		return func(ctx context.Context, in *onTable) (*wire.Answer[string], error) {
			return wire.OK(in.Model), grant.Require(ctx, scope, in.Model)
		}
	}
	return &operationsAPI{
		Catch: func(ctx context.Context, err error) error {
			if c, ok := api.CallFrom(ctx); ok {
				maps.Copy(c.Header(), api.ProblemOf(err).Header())
			}
			return api.Answer(wire.Fail(ctx, logger, err))
		},
		Gate: f.access.Gate(scopes), RootAPI: f.access.Root(), Token: f.access.API(), Ext: f.access.Session(),
		OpenAPI: ok, Logs: ok, Servers: ok, Tables: ok, Query: on(grant.DataQuery), Remove: on(grant.DataDelete),
		Away: func(context.Context, *api.Empty) (*wire.Answer[string], error) {
			return nil, api.Unavailable("away", "away")
		},
	}
}

// folder is a folder with a path that is short enough for a socket.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ops")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, ".meta")
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
	Result json.RawMessage `json:"result"`
	Msg    string          `json:"msg"`
	State  json.RawMessage `json:"state"`
	Code   string          `json:"code"` // of a problem document
}

// call sends a request with headers as "Name: value".
func (f *fixture) call(method, path string, body any, headers ...string) *answer {
	f.Helper()
	var sent io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			f.Fatal(err)
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(f.Context(), method, f.url()+path, sent)
	if err != nil {
		f.Fatal(err)
	}
	if body != nil || method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		if r.Header.Set(name, value); name == "Host" {
			r.Host = value
		}
	}
	res, err := f.server.Client().Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		f.Fatal(err)
	}
	a := &answer{status: res.StatusCode, header: res.Header, text: string(text)}
	if len(text) > 0 {
		if err := json.Unmarshal(text, a); err != nil {
			f.Fatalf("%s %s: %v in %s", method, path, err, text)
		}
	}
	return a
}

// want fails unless the answer has that status and state, "" for any.
func (f *fixture) want(what string, a *answer, status int, state string) {
	f.Helper()
	if a.status != status || state != "" && strings.Trim(string(a.State), `"`) != state {
		f.Errorf("%s: %d %s, want %d %s", what, a.status, a.text, status, state)
	}
}

// code gets a code over the socket.
func (f *fixture) code(scopes grant.Scopes, ttl time.Duration) string {
	f.Helper()
	address, err := connect.Ask(f.Context(), f.folder, scopes, ttl)
	if err != nil {
		f.Fatal(err)
	}
	base, code, ok := strings.Cut(address, "/console#code=")
	if !ok || base != f.ops() {
		f.Fatalf("the address is %s", address)
	}
	return code
}

// local is the header of a new session of local access.
func (f *fixture) local(scopes ...string) string {
	f.Helper()
	a := f.call("POST", "/api/ops/ext/exchange", map[string]string{"code": f.code(scopes, 0)})
	var out token.LocalToken
	if err := json.Unmarshal([]byte(a.text), &out); err != nil || a.status != 200 {
		f.Fatalf("exchange: %d %s", a.status, a.text)
	}
	return "Authorization: Bearer " + out.Token
}

// count is the result of a query for one number.
func (f *fixture) count(query string, args ...any) int64 {
	f.Helper()
	return storetest.Number(f, f.store, query, args...)
}

// exec runs a statement.
func (f *fixture) exec(query string, args ...any) {
	f.Helper()
	storetest.Exec(f, f.store, query, args...)
}

func askFor(f *fixture) (string, error) { return connect.Ask(f.Context(), f.folder, nil, 0) }
