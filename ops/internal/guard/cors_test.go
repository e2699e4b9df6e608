package guard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
)

func TestRow23_WhichPagesMayRead(t *testing.T) {
	inner := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("{}")) })
	handler := guard.CORS{
		URL: func() string { return "https://example.com/api/ops" }, Origins: []string{"https://console.example.com"}, Hosts: []string{"other.example.com"},
		Methods: func(path string) []string {
			return map[string][]string{"/api/ops": {"GET", "POST"}, "/api/ops/data/query": {"POST"}}[path]
		},
	}.Handler(inner)
	for _, c := range []struct {
		name, method, path, host, origin string
		status                           int
		allowed, methods, allow          string
	}{
		{"own page", "GET", "/api/ops", "example.com", "https://example.com", 200, "https://example.com", "GET,POST", ""},
		{"listed page", "GET", "/api/ops", "example.com", "https://console.example.com", 200, "https://console.example.com", "GET,POST", ""},
		{"no page", "GET", "/api/ops", "example.com", "", 200, "https://example.com", "GET,POST", ""},
		{"slash at the end", "GET", "/api/ops/", "example.com", "", 200, "https://example.com", "", ""},
		{"another host of the service", "GET", "/api/ops", "other.example.com:443", "", 200, "https://example.com", "GET,POST", ""},
		{"this machine", "GET", "/api/ops", "127.0.0.1:8000", "", 200, "https://example.com", "GET,POST", ""},
		{"another host", "GET", "/api/ops", "evil.example", "", 403, "https://example.com", "GET,POST", ""},
		{"another page", "GET", "/api/ops", "example.com", "https://evil.example", 403, "", "", ""},
		{"null", "GET", "/api/ops", "example.com", "null", 403, "", "", ""},
		{"star", "GET", "/api/ops", "example.com", "*", 403, "", "", ""},
		{"http", "GET", "/api/ops", "example.com", "http://example.com", 403, "", "", ""},
		{"a port", "GET", "/api/ops", "example.com", "https://example.com:444", 403, "", "", ""},
		{"begins alike", "GET", "/api/ops", "example.com", "https://console.example.com.evil.example", 403, "", "", ""},
		{"HEAD", "HEAD", "/api/ops", "evil.example", "", 403, "https://example.com", "GET,POST", ""},
		{"elsewhere it is the gate that refuses", "POST", "/api/ops/data/query", "example.com", "https://evil.example", 200, "", "", ""},
		{"OPTIONS", "OPTIONS", "/api/ops/data/query", "example.com", "https://console.example.com", 200, "https://console.example.com", "POST", "POST"},
		{"OPTIONS of another page", "OPTIONS", "/api/ops/data/query", "example.com", "https://evil.example", 200, "", "", "POST"},
		{"OPTIONS of nothing", "OPTIONS", "/api/ops/unknown", "evil.example", "", 200, "https://example.com", "", ""},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		r.Host = c.host
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		h := w.Header()
		if w.Code != c.status || h.Get("Access-Control-Allow-Origin") != c.allowed || h.Get("Access-Control-Allow-Methods") != c.methods || h.Get("Allow") != c.allow || h.Get("Vary") != "Origin" {
			t.Errorf("%s: %d %v", c.name, w.Code, h)
		}
		credentials, age := h.Get("Access-Control-Allow-Credentials"), h.Get("Access-Control-Max-Age")
		if marked := c.allowed != ""; marked != (credentials == "true") || marked != (age == "21600") {
			t.Errorf("%s: credentials %q, age %q", c.name, credentials, age)
		}
		if asked := c.method == "OPTIONS" && c.allowed != ""; asked != strings.Contains(h.Get("Access-Control-Allow-Headers"), "x-utilmeta-node-id") {
			t.Errorf("%s: headers %q", c.name, h.Get("Access-Control-Allow-Headers"))
		}
	}
}

func TestRow23_TheMarksAreTakenAway(t *testing.T) {
	h := http.Header{"Access-Control-Allow-Origin": {"x"}, "Access-Control-Max-Age": {"1"}, "Vary": {"Origin"}}
	if guard.Strip(h); len(h) != 1 {
		t.Error(h)
	}
}
