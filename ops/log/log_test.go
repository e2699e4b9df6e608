package log_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

func TestRecords(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, log.Options{})
		f.do("GET /api/hello?a=1&token=secret12", "", "User-Agent", "curl/8")
		f.do("POST /api/echo", `{"text":"x","password":"hunter2000"}`, "Authorization", "Bearer abcdefgh")
		f.do("GET /api/nowhere", "")
		f.do("POST /api/echo", `{"text":1}`)
		f.do("GET /api/panic", "")
		f.do("GET /api/reset/verysecret", "")
		f.do("GET /api/many", "")
		f.do("HEAD /api/hello", "")
		f.do("GET /ops/x", "")
		l := f.rows()
		want := []struct {
			endpoint, method, path, query string
			level, status, volatile       int64
		}{
			{"hello", "get", "/api/hello", "a=1&token=******", 1, 200, 1},
			{"echo", "post", "/api/echo", "<null>", 2, 200, 0},
			{"<null>", "get", "/api/nowhere", "<null>", 2, 404, 0},
			{"echo", "post", "/api/echo", "<null>", 2, 422, 0},
			{"panic", "get", "/api/panic", "<null>", 3, 500, 0},
			{"reset", "get", "/api/reset/******", "<null>", 1, 200, 1},
			{"many", "get", "/api/many", "<null>", 1, 200, 1},
			{"<null>", "get", "/ops/x", "<null>", 2, 404, 0},
		}
		if len(l) != len(want) {
			t.Fatalf("%d rows", len(l))
		}
		for i, w := range want {
			r := l[i]
			if text(r.Endpoint) != w.endpoint || r.Method != w.method || r.Path != w.path || text(r.Query) != w.query || r.Level != w.level || *r.Status != w.status || r.Volatile != w.volatile {
				t.Errorf("row %d: %+v, want %+v", i, r, w)
			}
			if r.IP != "127.0.0.1" || r.Public != 0 || r.Duration <= 0 || time.Since(time.UnixMicro(r.Time)) > time.Minute || r.In < 50 || r.Out < 50 {
				t.Errorf("row %d: %+v", i, r)
			}
		}
		if r := l[0]; text(r.UserAgent) != "curl/8" || string(r.Detail.Result) != `{"text":"hello","password":""}` || r.Length != 30 {
			t.Errorf("hello: %+v", r)
		}
		echo := l[1].Detail
		if string(echo.Data) != `{"text":"x","password":"******"}` || echo.RequestHeaders["Authorization"] != "******" || echo.Messages[0] != "echoed" ||
			echo.Trace[0].Name != "WARN" || string(echo.Trace[0].Data) != `{"g":{"password":"******","text":"x"},"request":7}` {
			t.Errorf("echo: %s", text(l[1].Content))
		}
		if p := l[4].Detail; !strings.Contains(p.Messages[0], "boom") || !strings.Contains(p.Messages[0], "goroutine") || p.Trace[0].Type != "log.error" {
			t.Errorf("panic: %s", text(l[4].Content))
		}
		if m := l[6]; m.Queries != 12 || m.Detail.Details["repeated_queries"] == nil {
			t.Errorf("many: %s", text(m.Content))
		}
		if strings.Contains(f.out.String(), "hunter2000") || !strings.Contains(f.out.String(), "request=7") {
			t.Errorf("printed: %s", f.out)
		}
	})
}

// What succeeds is stored without headers and bodies in production.
func TestLevels(t *testing.T) {
	d := testdb.SQLite(t)
	f := open(t, d, log.Options{StoreDataLevel: log.Warn, StoreResultLevel: log.Error, StoreHeadersLevel: log.Never})
	f.do("GET /api/hello", "")
	f.do("POST /api/echo", `{"text":"x"}`)
	l := f.rows()
	if l[0].Content != nil || string(l[1].Detail.Data) != `{"text":"x"}` || l[1].Detail.Result != nil || l[1].Detail.RequestHeaders != nil {
		t.Errorf("%s, %s", text(l[0].Content), text(l[1].Content))
	}
}

func TestExclusions(t *testing.T) {
	f := open(t, testdb.SQLite(t), log.Options{ExcludeMethods: []string{"get"}, ExcludeStatuses: []int{404}, ExcludeRequestHeaders: []string{"x-probe"}})
	f.do("GET /api/hello", "")
	f.do("GET /api/panic", "")
	f.do("POST /api/nowhere", "")
	f.do("POST /api/echo", `{"text":"x"}`, "X-Probe", "1")
	if l := f.rows(); len(l) != 2 || l[0].Path != "/api/panic" || l[1].Path != "/api/echo" {
		t.Errorf("%+v", l)
	}
}

// Bodies are cut, files are not kept, and what is written in parts is counted.
func TestBodies(t *testing.T) {
	f := open(t, testdb.SQLite(t), log.Options{})
	f.do("GET /api/large", "")
	f.do("GET /api/file", "")
	l := f.rows()
	if l[0].Length < 100_000 || string(l[0].Detail.Result) != `"<more than 65536 bytes>"` {
		t.Errorf("%d, %.80s", l[0].Length, l[0].Detail.Result)
	}
	info, err := os.Stat("log_test.go")
	if err != nil || l[1].Length != info.Size() {
		t.Errorf("%d bytes of a file, %v", l[1].Length, err)
	}
}

// A request that this service makes for another stands under it.
func TestOutgoing(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, log.Options{})
		f.do("GET /api/call", "")
		l := f.rows()
		var cause, status int64
		var url, content string
		err := f.store.Each(t.Context(), "SELECT context_id, status, full_url, content FROM ops_request_log", nil, func(scan store.Scan) error {
			return scan(&cause, &status, &url, &content)
		})
		if err != nil {
			t.Fatal(err)
		}
		if cause != l[1].ID || l[1].Path != "/api/call" || status != 200 || url != f.server.URL+"/api/echo?token=******" || strings.Contains(content, "hunter2000") || !strings.Contains(content, "inner") {
			t.Errorf("caused by %d of %d, %d, %s, %s", cause, l[1].ID, status, url, content)
		}
	})
}

// Every secret of the request is hidden wherever it comes again.
func TestRow42_SecretsAreNowhere(t *testing.T) {
	f := open(t, testdb.SQLite(t), log.Options{})
	const canary = "canary-4711-canary"
	f.do("POST /api/fail?next=/x", `{"text":"x","password":"`+canary+`"}`)
	f.do("POST /api/fail?api_key="+canary, `{"text":"it was `+canary+`"}`)
	f.do("GET /api/reset/"+canary, "", "Cookie", "sessionid="+canary, "X-Note", canary, "User-Agent", "agent "+canary)
	f.do("POST /api/nowhere/"+canary, `{}`, "Authorization", "Basic "+canary)
	f.rows()
	var all strings.Builder
	for _, table := range []string{"path || coalesce(query, '') || coalesce(user_agent, '') FROM ops_log", "content FROM ops_log_detail"} {
		err := f.store.Each(t.Context(), "SELECT "+table, nil, func(scan store.Scan) error {
			var s string
			err := scan(&s)
			all.WriteString(s + "\n")
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(all.String()+f.out.String(), canary) {
		t.Errorf("stored:\n%s\nprinted:\n%s", all.String(), f.out)
	}
}
