package token_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// create makes a token of the service, and returns it as a header.
func (f *fixture) create(name string, scopes ...string) string {
	f.Helper()
	secret, _, err := f.access.Tokens().Create(f.Context(), name, scopes, 0)
	if err != nil {
		f.Fatal(err)
	}
	return "Authorization: Bearer " + secret
}

func TestRow38_TokensOfTheService(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		header := f.create("ci", "log.view")
		secret := strings.TrimPrefix(header, "Authorization: Bearer ")
		if !strings.HasPrefix(secret, "ops_") || len(secret) != 56 {
			t.Errorf("the token is %s", secret)
		}
		f.want("its scope", f.call("GET", "/api/ops/logs/service", nil, header), 200, "1")
		f.want("another scope", f.call("GET", "/api/ops/servers", nil, header), 403, "0")
		f.want("no node is needed, through a proxy", f.call("GET", "/api/ops/logs/service", nil, header, "X-Forwarded-For: 1.2.3.4"), 200, "1")
		f.want("no such token", f.call("GET", "/api/ops/logs/service", nil, header+"A"), 401, "0")
		f.want("lower case", f.call("GET", "/api/ops/logs/service", nil, "Authorization: Bearer "+strings.ToLower(secret)), 401, "0")
		f.want("another scheme", f.call("GET", "/api/ops/logs/service", nil, "Authorization: Basic "+secret), 400, "node_required")
		if n := f.count(`SELECT COUNT(*) FROM ops_token WHERE hash = $1 OR name = $1 OR hash LIKE '%ops_%'`, secret); n != 0 {
			t.Error("the token itself is in the database")
		}
		f.want("tokens of supervisors", f.call("GET", "/api/ops/token", nil, f.create("all", "*")), 404, "supervisor_not_found")

		another, err := token.New(token.Config{Store: f.store, Service: "another", URL: f.ops, Now: f.clock})
		if err != nil {
			t.Fatal(err)
		}
		other, _, err := another.Tokens().Create(t.Context(), "ci", grant.Scopes{"*"}, 0)
		if err != nil {
			t.Fatal(err)
		}
		f.want("of another service", f.call("GET", "/api/ops/servers", nil, "Authorization: Bearer "+other), 401, "0")

		f.tick(30*24*time.Hour - time.Second)
		f.want("on its last second", f.call("GET", "/api/ops/logs/service", nil, header), 200, "1")
		f.tick(time.Second)
		f.want("expired", f.call("GET", "/api/ops/logs/service", nil, header), 401, "token_expired")

		short := f.create("short", "log.view")
		f.want("before", f.call("GET", "/api/ops/logs/service", nil, short), 200, "1")
		if _, found, err := f.access.Tokens().Revoke(t.Context(), "short"); err != nil || !found {
			t.Fatalf("revoke: %t %v", found, err)
		}
		f.want("revoked", f.call("GET", "/api/ops/logs/service", nil, short), 401, "token_expired")
		f.create("short", "log.view") // the name is free again
	})
}

func TestRow38_TokensThatCannotBe(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.create("taken", "*")
		for name, c := range map[string]struct {
			name   string
			scopes grant.Scopes
			ttl    time.Duration
			want   string
		}{
			"too long":   {"x", grant.Scopes{"*"}, 90*24*time.Hour + 1, "between a minute and 90 days"},
			"too short":  {"x", grant.Scopes{"*"}, time.Second, "between a minute"},
			"below zero": {"x", grant.Scopes{"*"}, -time.Hour, "between a minute"},
			"no scope":   {"x", nil, 0, "has no scope"},
			"no such":    {"x", grant.Scopes{"log.views"}, 0, "is none"},
			"no name":    {"", grant.Scopes{"*"}, 0, "a name of up to"},
			"a number":   {"17", grant.Scopes{"*"}, 0, "not of digits alone"},
			"taken":      {"taken", grant.Scopes{"*"}, 0, "is there already"},
		} {
			if _, _, err := f.access.Tokens().Create(t.Context(), c.name, c.scopes, c.ttl); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want %q", name, err, c.want)
			}
		}
	})
}

func TestRow38_UsesAreWrittenOnceAMinute(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		header := f.create("ci", "log.view")
		used := func() int64 { return f.count(`SELECT used_times FROM ops_token`) }
		var wait sync.WaitGroup
		for range 40 {
			wait.Go(func() { f.call("GET", "/api/ops/logs/service", nil, header) })
		}
		wait.Wait()
		if n := used(); n != 1 {
			t.Errorf("%d within a minute, want the first", n)
		}
		if err := f.access.Flush(t.Context()); err != nil || used() != 1 {
			t.Errorf("flush within the minute: %d %v", used(), err)
		}
		f.tick(time.Minute)
		if err := f.access.Flush(t.Context()); err != nil || used() != 40 {
			t.Errorf("flush after it: %d %v", used(), err)
		}
		f.call("GET", "/api/ops/logs/service", nil, header)
		if err := f.access.Stop(context.Background()); err != nil || used() != 41 {
			t.Errorf("stop: %d %v", used(), err)
		}
	})
}

func TestRow38_TheFirstUseOfATokenIsOneRow(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.supervisor("node-rsa", "rsa")
		signed := sign(t, "rsa", rs256, f.claimsOf(nil))
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() { f.want("at once", f.scope(signed), 200, "1") })
		}
		wait.Wait()
		if n := f.count(`SELECT COUNT(*) FROM ops_access_token`); n != 1 {
			t.Errorf("%d rows", n)
		}
	})
}

func TestTokensThatEndedArePurged(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.create("ci", "log.view")
		f.supervisor("node-rsa", "rsa")
		f.want("used", f.scope(sign(t, "rsa", rs256, f.claimsOf(nil))), 200, "1")
		revoke := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"jti": "a"}))
		f.want("revoked before it was used", f.call("POST", "/api/ops/token/revoke", []string{"never-seen"}, "Authorization: Bearer "+revoke, "X-Node-ID: node-rsa"), 200, "1")
		f.tick(31 * 24 * time.Hour)
		if err := f.access.Purge(t.Context(), f.clock()); err != nil {
			t.Fatal(err)
		}
		if n := f.count(`SELECT COUNT(*) FROM ops_token`); n != 0 {
			t.Errorf("%d tokens of the service are left", n)
		}
		if n := f.count(`SELECT COUNT(*) FROM ops_access_token`); n != 1 {
			t.Errorf("%d tokens of supervisors are left, want the one whose end is unknown", n)
		}
		late := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"jti": "never-seen"}))
		f.want("still revoked", f.scope(late), 400, "token_expired")
	})
}
