package token_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

func TestRow36_ACodeIsSwappedOnceForASession(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		code := f.code(nil, 0)
		swap := func(code string, headers ...string) *answer {
			return f.call("POST", "/api/ops/ext/exchange", map[string]string{"code": code}, headers...)
		}
		for name, header := range map[string]string{
			"another page": "Origin: http://evil.example", "no page": "Origin: null", "a proxy": "X-Forwarded-For: 127.0.0.1", "a name made up": "Host: evil.example", "a form": "Content-Type: text/plain",
		} {
			if a := swap(code, header); a.status != 403 && a.status != 415 {
				t.Errorf("%s: %d %s", name, a.status, a.text)
			}
		}
		a := swap(code)
		var out token.LocalToken
		if err := json.Unmarshal([]byte(a.text), &out); err != nil || a.status != 200 || !slices.Equal(out.Scopes, token.DefaultLocal) {
			t.Fatalf("exchange: %d %s", a.status, a.text)
		}
		if a := swap(code); a.status != 401 || a.Code != "code" || a.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("twice: %d %s", a.status, a.text)
		}
		late := f.code(nil, 0)
		f.tick(61 * time.Second)
		if a := swap(late); a.status != 401 {
			t.Errorf("late: %d %s", a.status, a.text)
		}
		header := "Authorization: Bearer " + out.Token
		f.want("usual scope", f.call("GET", "/api/ops/logs/service", nil, header), 200, "1")
		f.want("not usual", f.call("POST", "/api/ops/data/delete?model=a", nil, header), 403, "0")
		f.want("through a proxy", f.call("GET", "/api/ops/logs/service", nil, header, "X-Forwarded-For: 127.0.0.1"), 403, "0")
		f.want("rebound", f.call("GET", "/api/ops/logs/service", nil, header, "Host: evil.example"), 403, "0")
		f.want("no token", f.call("GET", "/api/ops/logs/service", nil), 401, "0")
		f.tick(8 * time.Hour)
		f.want("ended", f.call("GET", "/api/ops/logs/service", nil, header), 401, "token_expired")
		if n := f.count(`SELECT COUNT(*) FROM ops_audit WHERE action = 'local.connect' AND outcome = 'done'`); n != 1 {
			t.Errorf("%d rows of sessions that began", n)
		}
	})
}

func TestRow36_ASessionSaysWhatItMayDoAndEnds(t *testing.T) {
	f := open(t, testdb.SQLite(t), func(c *token.Config) { c.DisabledScope = grant.Scopes{"log.view"} })
	header := f.local("data.*", "log.view")
	a := f.call("GET", "/api/ops/ext/session", nil, header)
	var s token.Session
	if err := json.Unmarshal([]byte(a.text), &s); err != nil || s.Kind != grant.Local || !slices.Equal(s.May, []string{"data.view", "data.query", "data.create", "data.update", "data.delete"}) || s.Expires == nil {
		t.Errorf("session: %d %s", a.status, a.text)
	}
	f.want("more than usual", f.call("POST", "/api/ops/data/delete?model=a", nil, header), 200, "1")
	f.want("leave", f.call("DELETE", "/api/ops/ext/session", nil, header), 204, "")
	f.want("after it", f.call("GET", "/api/ops/ext/session", nil, header), 401, "")
}

func TestRow36_LocalAccessIsOff(t *testing.T) {
	for name, change := range map[string]func(*token.Config){
		"production":       func(c *token.Config) { c.Production, c.LocalScope = true, grant.Scopes{"*"} },
		"no scope":         func(c *token.Config) { c.LocalScope = grant.Scopes{} },
		"reached from far": func(c *token.Config) { c.URL = func() string { return "https://ops.example.com/api/ops" } },
	} {
		t.Run(name, func(t *testing.T) {
			f := open(t, testdb.SQLite(t), change)
			a := f.call("POST", "/api/ops/ext/exchange", map[string]string{"code": "x"})
			f.want("exchange", a, 403, "")
			if _, err := askFor(f); err == nil || !strings.Contains(err.Error(), "no service answers") {
				t.Errorf("the socket: %v", err)
			}
		})
	}
}

func TestASecondProcessRunsWithoutTheSocket(t *testing.T) {
	d := testdb.SQLite(t)
	f := open(t, d, nil)
	second := open(t, d, func(c *token.Config) { c.Folder = f.folder })
	if err := second.access.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want("the first is still reached", f.call("GET", "/api/ops/ext/session", nil, f.local()), 200, "")
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := token.New(token.Config{LocalScope: grant.Scopes{"everything"}}); err == nil || !strings.Contains(err.Error(), `LocalScope: scope "everything" is none`) {
		t.Error(err)
	}
}
