package swagger

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestRead(t *testing.T) {
	text, err := Read(context.Background(), "testdata/shop/handlers")
	if err != nil {
		t.Fatal(err)
	}
	docs, err := openapi.Read(context.Background(), openapi.Text(text))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := docs[0].Doc("")
	if err != nil {
		t.Fatal(err)
	}
	got, err := doc.YAML()
	if err != nil {
		t.Fatal(err)
	}
	const file = "testdata/shop.yaml"
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s is not what was expected: look at the difference, then run with -update:\n%s", file, d)
	}
}

func TestReadRefuses(t *testing.T) {
	empty := t.TempDir()
	twice := filepath.Join(t.TempDir(), "twice")
	const handlers = "package twice\n\n// A answers.\n//\n// @Success 200\n// @Router /a [get]\nfunc A() {}\n\n// B answers.\n//\n// @Success 200\n// @Router /a [get]\nfunc B() {}\n"
	for name, text := range map[string]string{"go.mod": "module twice\n\ngo 1.26\n", "twice.go": handlers} {
		if err := os.MkdirAll(twice, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(twice, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"testdata/absent":      "is no folder",
		"swagger.go":           "is no folder",
		empty:                  "has no Go files",
		"testdata/shop/plain":  "no function below it has a comment with @Router",
		"testdata/shop/broken": "testdata/shop/broken/handlers.go",
		twice:                  "route GET /a is declared multiple times",
	} {
		_, err := Read(context.Background(), dir)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), dir+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", dir, err, want)
		}
	}
}
