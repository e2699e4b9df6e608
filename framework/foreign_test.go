package framework

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

const legacy = `{"swagger": "2.0", "info": {"title": "Legacy", "version": "1"}, "paths": {
	"/old": {"get": {"operationId": "hello", "responses": {"200": {"description": "OK"}}}}, "/api/echo": {"post": {"responses": {"200": {"description": "OK"}}}}}}`

// Sources are loaded when they are first needed, once, and again when somebody asks for it.
func TestOpenAPISources(t *testing.T) {
	var asked atomic.Int32
	var broken atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(legacy))
	}))
	defer server.Close()
	broken.Store(true)
	s := newHello(Config{Title: "Hello", BaseURL: server.URL})
	s.Use(OpenAPI{Sources: []openapi.Source{openapi.URL(server.URL+"/legacy.json", "127.0.0.1")}}, OpenAPI{License: &openapi.License{Name: "MIT"}})
	if err := s.Check(); err != nil || asked.Load() != 0 {
		t.Fatalf("the check asked %d times: %v", asked.Load(), err)
	}
	if _, err := s.OpenAPI(""); err == nil || err.Error() != "openapi: "+server.URL+"/legacy.json: answers with 502" {
		t.Fatalf("a source that is broken: %v", err)
	}
	broken.Store(false)
	for range 3 {
		doc, err := s.OpenAPI("")
		if err != nil {
			t.Fatal(err)
		}
		item, _ := doc.Paths.Get("/old")
		op, _ := item.Get("get")
		if op == nil || op.OperationID != "hello_1" || doc.Info.License == nil || len(doc.Clashes) != 1 {
			t.Errorf("%+v, clashes %v", op, doc.Clashes)
		}
	}
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
	if err := s.LoadOpenAPI(context.Background()); err != nil || asked.Load() != 3 {
		t.Errorf("loading anew: %v, asked %d times", err, asked.Load())
	}
	broken.Store(true)
	if err := s.LoadOpenAPI(context.Background()); err == nil {
		t.Error("a source that is broken now is no error")
	}
	if doc, err := s.OpenAPI("/old"); err != nil || len(doc.Paths) != 1 {
		t.Errorf("what was loaded is lost: %v", err)
	}
}

func TestOpenAPICommandMerges(t *testing.T) {
	dir := t.TempDir()
	file, more, out := filepath.Join(dir, "legacy.json"), filepath.Join(dir, "more.yaml"), filepath.Join(dir, "out.yaml")
	for name, text := range map[string]string{file: legacy, more: "openapi: 3.0.0\ninfo: {title: More, version: '1'}\npaths: {/more: {get: {responses: {default: {description: D}}}}}"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	defer server.Close()
	run := func(args ...string) error {
		return newHello(Config{Title: "Hello"}).Execute(context.Background(), append([]string{"openapi"}, args...)...)
	}
	if err := run("--merge", file, "--merge", more, "--to", out); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\n  /old:\n", "\n  /more:\n", "operationId: hello_1\n", "operationId: get_more\n", "\n  - name: More\n", "\n  - name: Legacy\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	// The host that somebody types is allowed, and the document is served there.
	if err := run("--merge", server.URL+"/more.yaml", "--prefix", "/more", "--to", out); err != nil {
		t.Fatal(err)
	}
	text, _ = os.ReadFile(out)
	if !strings.Contains(string(text), "url: "+server.URL) || strings.Contains(string(text), "/api/") {
		t.Errorf("%s", text)
	}
	if err := run("--merge", file, "--split", filepath.Join(dir, "split")); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "split", "hello_1.json")); err != nil {
		t.Error(err)
	}
	for want, args := range map[string][]string{
		"1 openapi: absent.json: no such file":        {"--merge", "absent.json"},
		"1 openapi: " + server.URL + "/gone: answers": {"--merge", server.URL + "/gone"},
		"2 openapi: flag needs an argument":           {"--merge"},
	} {
		err := run(args...)
		code, text, _ := strings.Cut(want, " ")
		if err == nil || code != string(rune('0'+ExitCode(err))) || !strings.HasPrefix(err.Error(), text) {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
}
