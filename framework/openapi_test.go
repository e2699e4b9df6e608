package framework

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

func TestOpenAPICommand(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	run := func(args ...string) error {
		s := newHello(Config{Title: "Hello", Version: "2.0.0", BaseURL: "https://hello.test/"})
		s.Use(OpenAPI{License: &openapi.License{Name: "MIT", Identifier: "MIT"}})
		return s.Execute(context.Background(), append([]string{"openapi"}, args...)...)
	}
	for _, args := range [][]string{
		{"--to", file("a.json")}, {"--to", file("a.yml")}, {"--to", file("b.json"), "--format", "yaml"}, {"--split", file("split")},
		{"--diff", file("a.yml")},
	} {
		if err := run(args...); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
	}
	text, err := os.ReadFile(file("a.json"))
	if err != nil {
		t.Fatal(err)
	}
	var read struct {
		Info    openapi.Info
		Servers []openapi.Server
		Paths   map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	if read.Info.Title != "Hello" || read.Info.Version != "2.0.0" || read.Info.License.Name != "MIT" || read.Servers[0].URL != "https://hello.test" || read.Paths["/api/echo"]["post"].OperationID != "echo" {
		t.Errorf("the document is %s", text)
	}
	same(t, file("a.yml"), file("b.json"))
	for _, name := range []string{"hello.json", "echo.json", "peer.json"} {
		if _, err := os.Stat(filepath.Join(file("split"), name)); err != nil {
			t.Error(err)
		}
	}
	older := strings.Replace(string(text), `"/api/echo"`, `"/api/gone"`, 1)
	if err := os.WriteFile(file("older.json"), []byte(older), 0o600); err != nil {
		t.Fatal(err)
	}
	for want, args := range map[string][]string{
		"1 older.json: 1 breaking change": {"--diff", file("older.json")},
		"1 open":                          {"--diff", file("absent.json")},
		"1 --prefix /other: there is no operation below it":   {"--to", file("none.json"), "--prefix", "/other"},
		"2 openapi: format \"xml\" is neither json nor yaml":  {"--format", "xml"},
		"2 openapi: prefix \"api\" must start with /":         {"--prefix", "api"},
		"2 openapi: \"x\" is too much":                        {"x"},
		"1 " + "a.bad: the old document: is not of OpenAPI 3": {"--diff", bad(t, file("a.bad"))},
	} {
		err := run(args...)
		code, text, _ := strings.Cut(want, " ")
		if err == nil || code != string(rune('0'+ExitCode(err))) || !strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v, want %s", args, err, want)
		}
	}
}

func bad(t *testing.T, name string) string {
	t.Helper()
	if err := os.WriteFile(name, []byte("swagger: '2.0'"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func same(t *testing.T, a, b string) {
	t.Helper()
	x, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	if y, err := os.ReadFile(b); err != nil || string(x) != string(y) || !strings.HasPrefix(string(x), "openapi: 3.1.1\n") {
		t.Errorf("%s and %s: %v\n%s", a, b, err, x)
	}
}
