package token_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

const base = "https://api.utilmeta.com/spv"

// registration is what a supervisor says to make itself known; nil leaves a member out.
func registration(t *testing.T, changes map[string]any) map[string]any {
	m := map[string]any{
		"node_id": "node-0001", "url": "https://ops.example.com/node-0001", "public_key": public(t, "rsa"), "ops_api": "http://127.0.0.1/api/ops",
		"ident": "main", "base_url": base, "backup_urls": []string{}, "init_key": "the-key", "local": false,
	}
	maps.Copy(m, changes)
	maps.DeleteFunc(m, func(_ string, v any) bool { return v == "absent" })
	return m
}

func TestASupervisorMakesItselfKnown(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		if _, err := f.access.Expect(t.Context(), base, "the-key"); err != nil {
			t.Fatal(err)
		}
		if _, err := f.access.Expect(t.Context(), base, "the-key"); err == nil {
			t.Error("two are expected with one key")
		}
		f.exec(`INSERT INTO ops_supervisor (service, node_id, base_url, created) VALUES ('test', 'taken', $1, 0)`, base)
		if n := f.count(`SELECT COUNT(*) FROM ops_supervisor WHERE init_key = 'the-key'`); n != 0 {
			t.Error("the key itself is in the database")
		}
		post := func(changes map[string]any) *answer { return f.call("POST", "/api/ops", registration(t, changes)) }
		f.want("no key", post(map[string]any{"init_key": "absent"}), 400, "0")
		f.want("null for a key", post(map[string]any{"init_key": nil}), 400, "0")
		f.want("another key", post(map[string]any{"init_key": "x"}), 404, "0")
		f.want("another base", post(map[string]any{"base_url": "https://evil.com"}), 409, "0")
		f.want("no base", post(map[string]any{"base_url": nil}), 409, "0")
		f.want("a node that is taken", post(map[string]any{"node_id": "taken"}), 409, "0")
		f.want("no public key", post(map[string]any{"public_key": "{}"}), 400, "0")
		f.want("no node", post(map[string]any{"node_id": "absent"}), 400, "0")
		a := post(nil)
		f.want("right", a, 200, "1")
		var out token.NodeInfo
		if err := json.Unmarshal(a.Result, &out); err != nil || out.NodeID != "node-0001" || out.Service != "test" || out.Spec != "0.4.0" {
			t.Errorf("right: %s", a.text)
		}
		f.want("twice", post(nil), 404, "0")
		signed := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"nid": "node-0001"}))
		f.want("it calls", f.scope(signed, "X-Node-ID: node-0001"), 200, "1")

		for key, change := range map[string]string{"known": `node_id = 'before'`, "gone": `disabled = 1`} {
			id, err := f.access.Expect(t.Context(), base, key)
			if err != nil {
				t.Fatal(err)
			}
			f.exec(`UPDATE ops_supervisor SET `+change+` WHERE id = $1`, id)
		}
		f.want("one that is disabled", post(map[string]any{"init_key": "gone"}), 404, "0")
		a = post(map[string]any{"init_key": "known", "ident": "another"})
		if f.want("one that is known", a, 200, "1"); !strings.Contains(a.text, `"node_id":"before"`) || f.count(`SELECT COUNT(*) FROM ops_supervisor WHERE ident = 'another'`) != 0 {
			t.Errorf("one that is known: %s", a.text)
		}
	})
}

func TestASupervisorChangesItsSettings(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.supervisor("node-rsa", "rsa")
		f.exec(`INSERT INTO ops_supervisor (service, node_id, base_url, created) VALUES ('test', 'node-rsa', 'https://other.example.com', 0)`)
		patch := func(body map[string]any) *answer {
			body["node_id"] = "node-rsa"
			signed := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"scope": "service.config"}))
			return f.call("PATCH", "/api/ops", body, "Authorization: Bearer "+signed, "X-Node-ID: node-rsa")
		}
		f.want("all", patch(map[string]any{
			"ident": "new", "url": "https://x", "backup_urls": []string{"https://y"}, "heartbeat_interval": 60, "default_timeout": 2.5,
			"settings": map[string]any{"a": 1}, "alert_settings": map[string]any{}, "report_settings": map[string]any{"b": "é"},
		}), 200, "1")
		f.want("one", patch(map[string]any{"heartbeat_interval": 30}), 200, "1")
		f.want("nothing", patch(map[string]any{}), 200, "1")
		f.want("the other name", patch(map[string]any{"aggregate_settings": map[string]any{"c": true}}), 200, "1")
		f.want("a base that is taken", patch(map[string]any{"base_url": "https://other.example.com"}), 409, "0")
		f.want("no number", patch(map[string]any{"heartbeat_interval": "x"}), 400, "0")
		if n := f.count(`SELECT COUNT(*) FROM ops_supervisor WHERE ident = 'new' AND url = 'https://x' AND backup_urls = '["https://y"]' AND heartbeat_interval = 30
AND default_timeout = 2.5 AND settings = '{"a":1}' AND alert_settings = '{}' AND report_settings = '{"c":true}' AND base_url = $1`, base); n != 1 {
			t.Error("the row is not what was said")
		}
		if n := f.count(`SELECT COUNT(*) FROM ops_audit WHERE action = 'service.config' AND outcome = 'done' AND fields = '["heartbeat_interval"]'`); n != 1 {
			t.Errorf("%d rows of the audit", n)
		}
		f.want("off", patch(map[string]any{"disabled": true}), 200, "1")
		f.want("after it", patch(map[string]any{}), 400, "supervisor_not_found")
	})
}

func TestASupervisorIsRemoved(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		dir := filepath.Dir(folder(t))
		t.Chdir(dir)
		write(t, filepath.Join(dir, config.FileName), "[utilmeta]\nname = test\nnode = node-rsa\n")
		forgotten := ""
		f := open(t, d, func(c *token.Config) {
			c.Forget = func(_ context.Context, node string) error { forgotten += node; return nil }
		})
		f.supervisor("node-rsa", "rsa")
		f.exec(`UPDATE ops_supervisor SET init_key = 'unmarked'`)
		remove := func() *answer {
			signed := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"jti": "j", "scope": "service.delete"}))
			return f.call("DELETE", "/api/ops", nil, "Authorization: Bearer "+signed, "X-Node-ID: node-rsa")
		}
		f.want("not marked", remove(), 400, "delete_failed")
		f.want("by local access", f.call("DELETE", "/api/ops", nil, f.local("*")), 404, "supervisor_not_found")
		f.want("settings by local access", f.call("PATCH", "/api/ops", map[string]any{"node_id": "node-rsa"}, f.local("*")), 404, "supervisor_not_found")
		f.exec(`UPDATE ops_supervisor SET init_key = NULL`)
		a := remove()
		if f.want("marked", a, 200, "1"); string(a.Result) != "1" || forgotten != "node-rsa" {
			t.Errorf("%s, forgotten %q", a.text, forgotten)
		}
		f.want("again", remove(), 400, "supervisor_not_found")
		p, err := config.Read(config.FileName)
		if err != nil || p.Node != "" || p.Name != "test" {
			t.Errorf("meta.ini: %+v %v", p, err)
		}
		f.supervisor("node-rsa", "rsa")
		f.want("another with the same key does not revive its tokens", remove(), 400, "token_expired")
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTokensOfASupervisorAreListedAndRevoked(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.supervisor("node-rsa", "rsa")
		f.supervisor("node-ec", "ec")
		header := func(changes map[string]any) string {
			return "Authorization: Bearer " + sign(t, "rsa", rs256, f.claimsOf(changes))
		}
		call := func(method, path string, body any) *answer {
			return f.call(method, path, body, header(map[string]any{"jti": "admin"}), "X-Node-ID: node-rsa")
		}
		for _, id := range []string{"a", "b"} {
			f.want(id, f.call("GET", "/api/ops/token/scope", nil, header(map[string]any{"jti": id}), "X-Node-ID: node-rsa"), 200, "1")
		}
		f.want("another's", f.scope(sign(t, "ec", map[string]any{"alg": "ES256"}, f.claimsOf(map[string]any{"jti": "theirs", "nid": "node-ec"})), "X-Node-ID: node-ec"), 200, "1")
		a := call("POST", "/api/ops/token/revoke", []string{"a", "never-seen", "theirs"})
		if string(a.Result) != "1" {
			t.Errorf("revoke: %s", a.text)
		}
		f.want("an object", call("POST", "/api/ops/token/revoke", map[string]any{}), 400, "0")
		f.want("a text", f.call("POST", "/api/ops/token/revoke", json.RawMessage(`"x"`), header(map[string]any{"jti": "admin"}), "X-Node-ID: node-rsa"), 400, "0")
		for query, want := range map[string]string{
			"?revoked=true": "a never-seen", "?revoked=false": "admin b", "?token_id=b": "b", "?subject=user:1&ip=127.0.0.1": "a admin b", "?id=0": "", "?subject=%27+OR+1=1": "",
		} {
			var rows []token.AccessToken
			a := call("GET", "/api/ops/token"+query, nil)
			if err := json.Unmarshal(a.Result, &rows); err != nil {
				t.Fatalf("%s: %s", query, a.text)
			}
			if got := ids(rows); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		f.want("of another supervisor still works", f.scope(sign(t, "ec", map[string]any{"alg": "ES256"}, f.claimsOf(map[string]any{"jti": "theirs", "nid": "node-ec"})), "X-Node-ID: node-ec"), 200, "1")
		f.want("seen and revoked", f.scope(strings.TrimPrefix(header(map[string]any{"jti": "a"}), "Authorization: Bearer ")), 400, "token_expired")
		f.want("revoked before", f.scope(strings.TrimPrefix(header(map[string]any{"jti": "never-seen"}), "Authorization: Bearer ")), 400, "token_expired")
	})
}

// ids are those of rows, in the order of their letters.
func ids(rows []token.AccessToken) string {
	var l []string
	for _, r := range rows {
		l = append(l, r.TokenID)
	}
	slices.Sort(l)
	return strings.Join(l, " ")
}
