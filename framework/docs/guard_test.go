//go:build !no_docs

package docs_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
	"github.com/utilmeta/utilmeta-go/framework/plugin/secure"
)

func TestRow49_DocsInProduction(t *testing.T) {
	paths := []string{"/docs", "/docs/", "/docs/openapi.json", "/docs/openapi.yaml", "/docs/theme.js"}
	statuses := func(s *httptest.Server, header ...string) (l []int) {
		for _, p := range paths {
			l = append(l, ask(t, s, "GET", p, append([]string{"Host", "notes.example"}, header...)...).status)
		}
		return l
	}
	seen, hidden := []int{308, 200, 200, 200, 200}, []int{404, 404, 404, 404, 404}

	closed := serve(t, production, &docs.Page{})
	if got := statuses(closed); !slices.Equal(got, hidden) {
		t.Errorf("in production: %v", got)
	}
	// Nothing tells it from an address where nothing is.
	a, b := ask(t, closed, "GET", "/docs/", "Host", "notes.example"), ask(t, closed, "GET", "/nothing", "Host", "notes.example")
	a.header.Del("Date")
	b.header.Del("Date")
	if diff := cmp.Diff(b.header, a.header) + cmp.Diff(string(b.body), string(a.body)); diff != "" {
		t.Errorf("the page shows that it is there:\n%s", diff)
	}
	if a := ask(t, closed, "POST", "/docs/openapi.json", "Host", "notes.example"); a.status != 404 {
		t.Errorf("POST in production: %d", a.status)
	}
	if got := statuses(serve(t, production, &docs.Page{Public: true})); !slices.Equal(got, seen) {
		t.Errorf("public: %v", got)
	}
	guarded := serve(t, production, &docs.Page{Allow: func(r *http.Request) bool { return r.Header.Get("X-Key") == "k" }})
	if got := statuses(guarded); !slices.Equal(got, hidden) {
		t.Errorf("guarded, without the key: %v", got)
	}
	if got := statuses(guarded, "X-Key", "k"); !slices.Equal(got, seen) {
		t.Errorf("guarded, with the key: %v", got)
	}
	if got := ask(t, guarded, "GET", "/docs/openapi.json", "Host", "notes.example", "X-Key", "k").header.Get("Cache-Control"); got != "private, no-cache" {
		t.Errorf("guarded: Cache-Control %q", got)
	}
	page := ask(t, guarded, "GET", "/docs/", "Host", "notes.example", "X-Key", "k")
	asset := regexp.MustCompile(`assets/[^"]+`).Find(page.body)
	if got := ask(t, guarded, "GET", "/docs/"+string(asset), "Host", "notes.example", "X-Key", "k").header.Get("Cache-Control"); got != "private, max-age=31536000, immutable" {
		t.Errorf("guarded: Cache-Control of %s: %q", asset, got)
	}
}

func TestRow24_DocsHeaders(t *testing.T) {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'%s; " +
		"worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
	want := func(other string) map[string]string {
		return map[string]string{
			"Content-Security-Policy":      strings.Replace(policy, "%s", other, 1),
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "no-referrer",
			"Cross-Origin-Opener-Policy":   "same-origin",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy":           "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
		}
	}
	// A part around it sets headers for data, which the page replaces.
	s := serve(t, framework.Config{Name: "notes", BaseURL: "https://notes.example/shop", Production: true}, &secure.Headers{HSTS: -1}, &docs.Page{Public: true})
	local := serve(t, framework.Config{Name: "notes", BaseURL: "https://notes.example", Hosts: []string{"127.0.0.1"}}, &docs.Page{})
	table := []struct {
		server       *httptest.Server
		method, path string
		host, other  string
	}{
		{s, "GET", "/docs", "notes.example", ""},
		{s, "GET", "/docs/", "notes.example", ""},
		{s, "HEAD", "/docs/", "Notes.Example", ""},
		{s, "POST", "/docs/", "notes.example", ""},
		{s, "GET", "/docs/theme.js", "notes.example", ""},
		{s, "GET", "/docs/openapi.json", "notes.example", ""},
		{local, "GET", "/docs/", "127.0.0.1", " https://notes.example"},
	}
	for _, r := range table {
		a := ask(t, r.server, r.method, r.path, "Host", r.host)
		got := map[string]string{}
		for name := range want("") {
			got[name] = strings.Join(a.header.Values(name), " | ")
		}
		if diff := cmp.Diff(want(r.other), got); diff != "" {
			t.Errorf("%s %s at %s:\n%s", r.method, r.path, r.host, diff)
		}
	}
}
