package token_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

func TestRow37_ThePrivateNetworkIsThatOfThePeer(t *testing.T) {
	const key = "a-connection-key"
	f := open(t, testdb.SQLite(t), func(c *token.Config) {
		c.Production, c.ConnectionKey, c.PrivateScope = true, key, grant.Scopes{"log.view"}
		c.URL = func() string { return "https://ops.example.com/api/ops" }
	})
	for _, c := range []struct {
		name, peer string
		header     map[string]string
		status     int
		code       string
	}{
		{"with the key", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key}, 0, ""},
		{"of IPv6", "[fd00::1]:4", map[string]string{"X-UtilMeta-Connection-Key": key}, 0, ""},
		{"no key", "10.1.2.3:4", nil, 401, "connection_key_missing"},
		{"another key", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key + "x"}, 401, "connection_key_wrong"},
		{"behind a proxy of the network", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key, "X-Forwarded-For": "10.0.0.9, 192.168.0.1"}, 0, ""},
		{"from outside through a proxy", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key, "X-Forwarded-For": "10.0.0.1, 8.8.8.8"}, 401, "unauthorized"},
		{"from outside through another", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key, "X-Real-Ip": "8.8.8.8"}, 401, "unauthorized"},
		{"through one that says it otherwise", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key, "Forwarded": "for=10.0.0.1"}, 401, "unauthorized"},
		{"from outside", "8.8.8.8:4", map[string]string{"X-UtilMeta-Connection-Key": key}, 401, "unauthorized"},
		{"from outside, as if from inside", "8.8.8.8:4", map[string]string{"X-UtilMeta-Connection-Key": key, "X-Forwarded-For": "10.0.0.1"}, 401, "unauthorized"},
		{"this machine", "127.0.0.1:4", map[string]string{"X-UtilMeta-Connection-Key": key}, 401, "unauthorized"},
		{"a token comes first", "10.1.2.3:4", map[string]string{"X-UtilMeta-Connection-Key": key, "Authorization": "Bearer x"}, 400, "node_required"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/api/ops/logs/service", nil)
		r.RemoteAddr = c.peer
		for name, value := range c.header {
			r.Header.Set(name, value)
		}
		g, err := f.access.Grant(r)
		switch p := api.ProblemOf(err); {
		case c.status == 0 && (err != nil || g.Kind != grant.Private || !slices.Equal(g.Scopes, grant.Scopes{"log.view"})):
			t.Errorf("%s: %+v %v", c.name, g, err)
		case c.status != 0 && (p == nil || p.Status != c.status || p.Code != c.code):
			t.Errorf("%s: %v, want %d %s", c.name, err, c.status, c.code)
		}
	}
}

func TestThePrivateNetworkNeedsAScopeAKeyAndHTTPS(t *testing.T) {
	for _, change := range []func(*token.Config){
		func(c *token.Config) { c.ConnectionKey = "a-connection-key" },
		func(c *token.Config) { c.ConnectionKey, c.PrivateScope = "a-connection-key", grant.Scopes{"*"} }, // without https
		func(c *token.Config) {
			c.PrivateScope, c.URL = grant.Scopes{"*"}, func() string { return "https://ops.example.com/api/ops" }
		},
	} {
		f := open(t, testdb.SQLite(t), change)
		r := httptest.NewRequest(http.MethodGet, "/api/ops/logs/service", nil)
		r.RemoteAddr = "10.1.2.3:4"
		r.Header.Set("X-UtilMeta-Connection-Key", "a-connection-key")
		if g, err := f.access.Grant(r); err == nil {
			t.Errorf("without https, a scope or a key somebody got in: %+v", g)
		}
	}
}
