package token_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

func TestRow30_AnEndpointWithoutAScopeDoesNotStart(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	type gated struct {
		Gate *token.Gate
		Open api.Get[api.Empty, api.Empty] `route:"/open"`
	}
	none := func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	for name, c := range map[string]struct {
		scopes map[string]string
		want   string
	}{
		"nothing":  {nil, `nothing says who may call token_test.gated.Open: add the scope of "open"`},
		"no scope": {map[string]string{"open": "log.views"}, `the scope "log.views" of "open" is none`},
		"public":   {map[string]string{"open": token.Public}, ""},
		"any":      {map[string]string{"open": token.Any}, ""},
	} {
		err := (&api.Mux{}).Mount("/", &gated{Gate: f.access.Gate(c.scopes), Open: none})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestRow30_NobodyCallsWithoutCredentials(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	for _, call := range [][2]string{
		{"PATCH", "/api/ops"}, {"DELETE", "/api/ops"}, {"GET", "/api/ops/token/scope"}, {"GET", "/api/ops/token"}, {"POST", "/api/ops/token/revoke"},
		{"GET", "/api/ops/ext/session"}, {"DELETE", "/api/ops/ext/session"}, {"GET", "/api/ops/openapi"}, {"GET", "/api/ops/logs/service"},
		{"GET", "/api/ops/servers"}, {"GET", "/api/ops/data/tables"}, {"POST", "/api/ops/data/query"}, {"POST", "/api/ops/data/delete"},
	} {
		a := f.call(call[0], call[1], nil)
		f.want(call[0]+" "+call[1], a, 401, "")
		if a.header.Get("WWW-Authenticate") != "Bearer" {
			t.Errorf("%s: headers %v", call, a.header)
		}
	}
	if a := f.call("GET", "/api/ops/logs/service", nil, "Cookie: sessionid="+strings.TrimPrefix(f.local(), "Authorization: Bearer ")); a.status != 401 {
		t.Errorf("a cookie: %d", a.status)
	}
}

func TestRow31_DisabledScopesAreForNobody(t *testing.T) {
	f := open(t, testdb.SQLite(t), func(c *token.Config) { c.DisabledScope = grant.Scopes{"log.view", "data.delete", "data.query:secret"} })
	all, one := f.create("all", "*"), f.create("one", "data.query:author", "data.view")
	for _, c := range []struct {
		method, path, header string
		status               int
	}{
		{"GET", "/api/ops/logs/service", all, 403},
		{"POST", "/api/ops/data/delete?model=a", all, 403},
		{"GET", "/api/ops/servers", all, 200},
		{"POST", "/api/ops/data/query?model=author", all, 200},
		{"POST", "/api/ops/data/query?model=secret", all, 403},
		{"POST", "/api/ops/data/query?model=author", one, 200},
		{"POST", "/api/ops/data/query?model=author2", one, 403},
		{"POST", "/api/ops/data/query?model=autho", one, 403},
		{"GET", "/api/ops/data/tables", one, 200},
		{"GET", "/api/ops/servers", one, 403},
	} {
		a := f.call(c.method, c.path, nil, c.header)
		if f.want(c.method+" "+c.path, a, c.status, ""); a.status == 200 && a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control %q", c.path, a.header.Get("Cache-Control"))
		}
	}
}

func TestRow39_TokensInAddressesAreRefused(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	header := f.create("ci", "*")
	secret := strings.TrimPrefix(header, "Authorization: Bearer ")
	local := strings.TrimPrefix(f.local(), "Authorization: Bearer ")
	for _, query := range []string{
		"token=x", "access_token=x", "Access_Token=x", "authorization=x", "connection_key=x", "X-UtilMeta-Connection-Key=x", "q=" + secret, "q=" + local, "a=1&token=" + secret,
	} {
		f.want("beside a good header: "+query, f.call("GET", "/api/ops/servers?"+query, nil, header), 400, "0")
		f.want("public: "+query, f.call("GET", "/api/ops?"+query, nil), 400, "0")
	}
	for _, query := range []string{"token_id=x", "q=ops_token", "model=ops_x", ""} {
		f.want("harmless: "+query, f.call("GET", "/api/ops/servers?"+query, nil, header), 200, "1")
	}
	if n := f.count(`SELECT COUNT(*) FROM ops_audit WHERE path LIKE '%?%' OR detail LIKE '%' || $1 || '%'`, secret); n != 0 {
		t.Error("the audit has the token")
	}
}

func TestRow41_RefusalsAreInTheAudit(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.supervisor("node-rsa", "rsa")
		one := f.create("one", "data.query:author")
		f.call("GET", "/api/ops/servers", nil)
		f.call("GET", "/api/ops/servers", nil, one)
		f.call("POST", "/api/ops/data/query?model=other", nil, one)
		f.call("GET", "/api/ops/servers", nil, "Authorization: Bearer a.b.c", "X-Node-ID: node-rsa")
		f.call("POST", "/api/ops/ext/exchange", map[string]string{"code": "x"})
		f.call("POST", "/api/ops", map[string]any{"node_id": "n", "ops_api": "o", "ident": "i", "init_key": "x", "base_url": "b"})
		f.call("POST", "/api/ops/data/query?model=author", nil, one) // not refused
		f.call("POST", "/api/ops/data/query", nil, one)              // not valid
		for what, n := range map[string]int64{
			`outcome = 'refused'`: 6,
			`action = 'metrics.view' AND subject = '' AND detail LIKE 'unauthorized%' AND path = 'GET /api/ops/servers' AND ip = '127.0.0.1'`: 1,
			`action = 'metrics.view' AND subject = 'one' AND kind = 'token' AND token_id IS NOT NULL AND detail LIKE 'insufficient_scope%'`:   1,
			`action = 'data.query' AND subject = 'one'`:                   1,
			`detail LIKE 'token_expired%'`:                                1,
			`detail LIKE 'code%' AND path = 'POST /api/ops/ext/exchange'`: 1,
			`action = 'supervisor.register'`:                              1,
		} {
			if got := f.count(`SELECT COUNT(*) FROM ops_audit WHERE ` + what); got != n {
				t.Errorf("%d rows where %s, want %d", got, what, n)
			}
		}
	})
}

func TestRow41_NobodyFillsTheAudit(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	for i := range 300 {
		f.call("GET", fmt.Sprintf("/api/ops/servers?i=%d", i), nil)
	}
	if n := f.count(`SELECT COUNT(*) FROM ops_audit`); n != 20 {
		t.Errorf("%d rows, want the first 20", n)
	}
	f.tick(11 * time.Second)
	f.call("GET", "/api/ops/servers", nil)
	if n := f.count(`SELECT SUM(count) FROM ops_audit WHERE action = 'refusals'`); n != 280 {
		t.Errorf("%d were counted, want 280", n)
	}
	for range 30 {
		f.call("GET", "/api/ops/servers", nil)
	}
	if err := f.access.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := f.count(`SELECT SUM(CASE WHEN action = 'refusals' THEN count ELSE 1 END) FROM ops_audit`); n != 331 {
		t.Errorf("%d refusals are told, want 331", n)
	}
}

func TestAnswersOfWhatIsAwayAreReadByNoPage(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	a := f.call("GET", "/api/ops/away", nil)
	f.want("away", a, 503, "0")
	for name := range a.header {
		if strings.HasPrefix(name, "Access-Control") {
			t.Errorf("%s: %s", name, a.header.Get(name))
		}
	}
	header := f.create("ci", "*")
	if err := f.store.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	a = f.call("GET", "/api/ops/servers", nil, header)
	f.want("without a store", a, http.StatusServiceUnavailable, "0")
	if a.header.Get("Retry-After") == "" {
		t.Error("nothing says when to come back")
	}
	if err := f.store.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}
