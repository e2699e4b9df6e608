package guard_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
)

// request is one that a program on this machine sends to port 8000, changed by "Name: value" lines; a value of "-"
// removes.
func request(method, peer, listener string, lines ...string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:8000/api/ops/data/query", nil)
	r.RemoteAddr, r.Host = peer, "127.0.0.1:8000"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		switch {
		case name == "Host":
			r.Host = value
		case value == "-":
			r.Header.Del(name)
		default:
			r.Header.Add(name, value)
		}
	}
	if listener == "" {
		return r
	}
	var at net.Addr = &net.UnixAddr{Name: listener, Net: "unix"}
	if a, err := net.ResolveTCPAddr("tcp", listener); err == nil {
		at = a
	}
	return r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, at))
}

func TestRow36_TheGuardOfLocalAccess(t *testing.T) {
	const peer, own = "127.0.0.1:50000", "127.0.0.1:8000"
	console := []string{"https://ops.example.com"}
	for _, c := range []struct {
		name string
		r    *http.Request
		want string // a part of the reason; "" for let in
	}{
		{"command line", request("POST", peer, own), ""},
		{"localhost", request("POST", peer, own, "Host: localhost:8000", "Origin: http://localhost:8000", "Sec-Fetch-Site: same-origin"), ""},
		{"IPv6", request("POST", "[::1]:50000", "[::1]:8000", "Host: [::1]:8000"), ""},
		{"IPv4 in IPv6", request("POST", "[::ffff:127.0.0.1]:50000", "[::ffff:127.0.0.1]:8000"), ""},
		{"own page", request("POST", peer, own, "Origin: http://127.0.0.1:8000", "Sec-Fetch-Site: same-origin"), ""},
		{"listed console", request("POST", peer, own, "Origin: https://ops.example.com", "Sec-Fetch-Site: cross-site"), ""},
		{"JSON with a charset", request("POST", peer, own, "Content-Type: -", "Content-Type: application/json; charset=utf-8"), ""},
		{"GET without a type", request("GET", peer, own), ""},
		{"DELETE without a body", request("DELETE", peer, own), ""},
		{"capitals and a dot", request("GET", peer, own, "Host: LocalHost.:8000"), ""},

		{"another page", request("POST", peer, own, "Origin: http://evil.example", "Sec-Fetch-Site: cross-site"), "Origin"},
		{"another port", request("POST", peer, own, "Origin: http://127.0.0.1:3000", "Sec-Fetch-Site: same-site"), "Origin"},
		{"another scheme", request("POST", peer, own, "Origin: https://127.0.0.1:8000"), "Origin"},
		{"null", request("POST", peer, own, "Origin: null"), "Origin"},
		{"empty", request("POST", peer, own, "Origin: "), "Origin"},
		{"two origins", request("POST", peer, own, "Origin: http://127.0.0.1:8000", "Origin: http://evil.example"), "Origin"},
		{"a console in other letters", request("POST", peer, own, "Origin: https://ops.example.com.evil.example"), "Origin"},
		{"GET across sites without Origin", request("GET", peer, own, "Sec-Fetch-Site: cross-site"), "another site"},
		{"GET across ports without Origin", request("GET", peer, own, "Sec-Fetch-Site: same-site"), "another site"},
		{"rebinding", request("POST", peer, own, "Host: evil.example:8000", "Origin: http://evil.example:8000", "Sec-Fetch-Site: same-origin"), "Host"},
		{"localhost.evil", request("POST", peer, own, "Host: localhost.evil.example:8000"), "Host"},
		{"evil.localhost", request("POST", peer, own, "Host: evil.localhost:8000"), "Host"},
		{"0.0.0.0", request("POST", peer, own, "Host: 0.0.0.0:8000"), "Host"},
		{"another loopback", request("POST", peer, own, "Host: 127.0.0.2:8000"), "Host"},
		{"wrong port in Host", request("POST", peer, own, "Host: localhost:8001"), "Host"},
		{"no port in Host", request("POST", peer, own, "Host: localhost"), "Host"},
		{"no Host", request("POST", peer, own, "Host: "), "Host"},
		{"two ports", request("POST", peer, own, "Host: localhost:8000:8000"), "Host"},
		{"remote peer", request("POST", "192.0.2.7:50000", own), "peer"},
		{"private peer", request("POST", "10.0.0.7:50000", own), "peer"},
		{"a peer of a proxy that is trusted", request("POST", "8.8.8.8:0", own, "X-Forwarded-For: 8.8.8.8"), "peer"},
		{"no peer", request("POST", "@", own), "peer"},
		{"a listener to the network", request("POST", peer, "192.168.0.2:8000"), "listener"},
		{"a unix socket", request("POST", peer, "/tmp/x.sock"), "listener"},
		{"no listener", request("POST", peer, ""), "listener"},
		{"text", request("POST", peer, own, "Content-Type: -", "Content-Type: text/plain"), "JSON"},
		{"a form", request("POST", peer, own, "Content-Type: -", "Content-Type: application/x-www-form-urlencoded"), "JSON"},
		{"no type", request("POST", peer, own, "Content-Type: -"), "JSON"},
	} {
		if got := guard.Local(c.r, console); (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestRow37_TracesOfProxiesAreNotLocal(t *testing.T) {
	for _, name := range []string{
		"X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Forwarded-Anything", "Forwarded", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP", "X-Client-IP",
	} {
		r := request("GET", "127.0.0.1:50000", "127.0.0.1:8000", name+": 127.0.0.1")
		if got := guard.Local(r, nil); !strings.Contains(got, "proxy") {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAddressesHaveNoPort(t *testing.T) {
	for peer, want := range map[string]string{"127.0.0.1:5": "127.0.0.1", "[::ffff:10.0.0.1]:5": "10.0.0.1", "[fe80::1%eth0]:5": "fe80::1", "@": "@"} {
		if got := guard.Address(request("GET", peer, "")); got != want {
			t.Errorf("%s: %s, want %s", peer, got, want)
		}
	}
}
