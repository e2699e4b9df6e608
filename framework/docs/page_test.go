//go:build !no_docs

package docs_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/docs"
)

var development = framework.Config{Name: "notes", Title: "Notes"}

var production = framework.Config{Name: "notes", Production: true, BaseURL: "https://notes.example"}

// serve serves a service with these parts.
func serve(t *testing.T, c framework.Config, parts ...any) *httptest.Server {
	t.Helper()
	s := framework.New(c)
	s.Use(parts...)
	s.Mount("/api", &rootAPI{Note: newNotes()})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	t.Cleanup(server.Close)
	return server
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask sends a request as it is: no redirect is followed, nothing is unpacked.
func ask(t *testing.T, s *httptest.Server, method, path string, header ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Encoding", "identity")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
		if header[i] == "Host" {
			r.Host = header[i+1]
		}
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, body}
}

func TestPage(t *testing.T) {
	s := serve(t, development, &docs.Page{})
	if a := ask(t, s, "GET", "/docs"); a.status != 308 || a.header.Get("Location") != "docs/" {
		t.Errorf("/docs: %d to %q, want 308 to docs/", a.status, a.header.Get("Location"))
	}
	page := ask(t, s, "GET", "/docs/")
	if page.status != 200 || page.header.Get("Content-Type") != "text/html; charset=utf-8" || !bytes.Contains(page.body, []byte("<!doctype html>")) {
		t.Fatalf("/docs/: %d %s\n%s", page.status, page.header, page.body)
	}
	if got := page.header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("/docs/: Cache-Control %q", got)
	}
	// What the page asks for is there.
	links := regexp.MustCompile(`(?:src|href)="\./([^"]+)"`).FindAllSubmatch(page.body, -1)
	if len(links) < 4 {
		t.Fatalf("the page has %d files:\n%s", len(links), page.body)
	}
	for _, l := range links {
		name := string(l[1])
		a := ask(t, s, "GET", "/docs/"+name)
		want := "no-cache"
		if strings.HasPrefix(name, "assets/") {
			want = "public, max-age=31536000, immutable"
		}
		if a.status != 200 || a.header.Get("Cache-Control") != want {
			t.Errorf("%s: %d, Cache-Control %q, want %q", name, a.status, a.header.Get("Cache-Control"), want)
		}
	}
	for _, name := range []string{"assets/none.js", "../page.go", "index.html.gz", "dist/index.html", "x"} {
		if a := ask(t, s, "GET", "/docs/"+name); a.status != 404 {
			t.Errorf("%s: %d, want 404", name, a.status)
		}
	}
	if a := ask(t, s, "GET", "/api/note"); a.status != 200 || a.header.Get("Content-Security-Policy") != "" {
		t.Errorf("the API: %d %v", a.status, a.header)
	}
	if a := ask(t, s, "GET", "/docs/THIRD_PARTY.txt"); a.status != 200 || !bytes.Contains(a.body, []byte("svelte ")) {
		t.Errorf("THIRD_PARTY.txt: %d", a.status)
	}
}

func TestDocument(t *testing.T) {
	s := serve(t, development, &docs.Page{})
	a := ask(t, s, "GET", "/docs/openapi.json")
	var doc struct {
		Info  struct{ Title string }
		Paths map[string]any
	}
	if err := json.Unmarshal(a.body, &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Info.Title != "Notes" || doc.Paths["/api/note"] == nil || a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-cache" {
		t.Errorf("openapi.json: %+v %v", doc, a.header)
	}
	y := ask(t, s, "GET", "/docs/openapi.yaml")
	if !bytes.Contains(y.body, []byte("\n  /api/note:")) || y.header.Get("Content-Type") != "application/yaml" {
		t.Errorf("openapi.yaml: %v\n%s", y.header, y.body)
	}
}

func TestPath(t *testing.T) {
	s := serve(t, development, &docs.Page{Path: "/internal/reference"})
	if a := ask(t, s, "GET", "/internal/reference"); a.header.Get("Location") != "reference/" {
		t.Errorf("redirected to %q", a.header.Get("Location"))
	}
	if a := ask(t, s, "GET", "/internal/reference/openapi.json"); a.status != 200 {
		t.Errorf("the document: %d", a.status)
	}
	if a := ask(t, s, "GET", "/docs/"); a.status != 404 {
		t.Errorf("/docs/: %d", a.status)
	}
	top := serve(t, development, &docs.Page{Path: "/"})
	for _, p := range []string{"/", "/openapi.json", "/healthz", "/api/note"} {
		if a := ask(t, top, "GET", p); a.status != 200 {
			t.Errorf("at the top, %s: %d", p, a.status)
		}
	}
}

func TestMistakes(t *testing.T) {
	table := []struct {
		page   *docs.Page
		prefix string
		want   string
	}{
		{&docs.Page{Path: "docs"}, "/api", `docs: path "docs" is none: write it as /docs`},
		{&docs.Page{Path: "/docs/"}, "/api", `docs: path "/docs/" is none`},
		{&docs.Page{Path: "/a/../b"}, "/api", `docs: path "/a/../b" is none`},
		{&docs.Page{Path: "/{x}"}, "/api", `docs: path "/{x}" is none`},
		{&docs.Page{Path: "/readyz"}, "/api", "docs: path /readyz is that of a probe"},
		{&docs.Page{Public: true, Allow: func(*http.Request) bool { return true }}, "/api", "docs: Public shows the page to everybody"},
		{&docs.Page{Path: "/api/note"}, "/api", "noteAPI.Get at /api/note is where the page is"},
		{&docs.Page{Path: "/x"}, "/x/assets", ""},
	}
	for _, r := range table {
		s := framework.New(development)
		s.Use(r.page)
		s.Mount(r.prefix, &rootAPI{Note: newNotes()})
		err := s.Check()
		if r.want == "" && err != nil || r.want != "" && (err == nil || !strings.Contains(err.Error(), r.want)) {
			t.Errorf("%+q: %v, want %q", r.page.Path, err, r.want)
		}
		if again := s.Check(); cmp.Diff(err == nil, again == nil) != "" || err != nil && err.Error() != again.Error() {
			t.Errorf("%q: asked again: %v, was %v", r.page.Path, again, err)
		}
	}
}

func TestBanner(t *testing.T) {
	page := &docs.Page{}
	if got := page.Banner(framework.New(development)); got != "API docs at http://127.0.0.1:8000/docs" {
		t.Errorf("development: %q", got)
	}
	if got := page.Banner(framework.New(production)); got != "" {
		t.Errorf("production: %q", got)
	}
}

func TestMethods(t *testing.T) {
	s := serve(t, development, &docs.Page{})
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} {
		for _, p := range []string{"/docs", "/docs/", "/docs/openapi.json"} {
			a := ask(t, s, method, p)
			if a.status != 405 || a.header.Get("Allow") != "GET, HEAD" || a.header.Get("Content-Type") != "application/problem+json" || !bytes.Contains(a.body, []byte("method_not_allowed")) {
				t.Errorf("%s %s: %d %v %s", method, p, a.status, a.header, a.body)
			}
		}
	}
}

func TestProbesAndHostsStandBefore(t *testing.T) {
	s := serve(t, development, &docs.Page{Path: "/"})
	if a := ask(t, s, "GET", "/docs", "Host", "evil.example"); a.status != 400 {
		t.Errorf("another host: %d, want 400", a.status)
	}
	if a := ask(t, s, "GET", "/healthz", "Host", "evil.example"); a.status != 200 || string(a.body) != "ok\n" {
		t.Errorf("the probe: %d %s", a.status, a.body)
	}
}
