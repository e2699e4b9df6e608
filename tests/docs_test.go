package tests

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// block is a block of Go in a page, with the file that it is said to be a part of.
type block struct {
	page string
	line int
	file string // in examples/demo-user, "" for a block of its own
	text string
}

var fileComment = regexp.MustCompile(`^<!-- file: (\S+) -->$`)

func docBlocks(t *testing.T) (l []block) {
	t.Helper()
	pages, err := filepath.Glob("../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(pages, "../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		var open *block
		file := ""
		for i, line := range strings.Split(string(text), "\n") {
			switch m := fileComment.FindStringSubmatch(line); {
			case open != nil && line == "```":
				l = append(l, *open)
				open, file = nil, ""
			case open != nil:
				open.text += line + "\n"
			case m != nil:
				file = m[1]
			case line == "```go":
				open = &block{page: filepath.Base(page), line: i + 1, file: file}
			}
		}
	}
	return l
}

// A block that names a file of the example is a part of it, word for word: the example is compiled and tested.
func TestDocBlocksStandInTheExample(t *testing.T) {
	for _, b := range docBlocks(t) {
		if b.file == "" {
			continue
		}
		text, err := os.ReadFile(filepath.Join("../examples/demo-user", b.file))
		if err != nil {
			t.Errorf("%s:%d: %v", b.page, b.line, err)
		} else if !strings.Contains(string(text), b.text) {
			t.Errorf("%s:%d: the block does not stand in %s", b.page, b.line, b.file)
		}
	}
}

// Other blocks of a page are compiled, together where one needs what another declares: each page is a package.
func TestDocBlocksCompile(t *testing.T) {
	packages := map[string][]block{}
	for _, b := range docBlocks(t) {
		if b.file == "" {
			packages[b.page] = append(packages[b.page], b)
		}
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(root, "tests", "testdata", "docs")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	dir, err = os.MkdirTemp(dir, "build")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var folders []string
	for page, blocks := range packages {
		name := "doc_" + strings.TrimSuffix(strings.ToLower(page), ".md")
		folder := filepath.Join(dir, name)
		if err := os.Mkdir(folder, 0o755); err != nil {
			t.Fatal(err)
		}
		for i, b := range blocks {
			file := filepath.Join(folder, fmt.Sprintf("block%d.go", i))
			if err := os.WriteFile(file, []byte(goFile(name, b)), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		folders = append(folders, "./"+name)
	}
	cmd := exec.Command("go", append([]string{"vet"}, folders...)...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// imports are what blocks use without saying so.
var imports = map[string]string{
	"context": "context", "errors": "errors", "fmt": "fmt", "time": "time", "testing": "testing", "http": "net/http", "strings": "strings", "netip": "net/netip", "iter": "iter", "cookiejar": "net/http/cookiejar", "io": "io", "os": "os", "slog": "log/slog",
	"framework": module + "framework", "api": module + "framework/api", "orm": module + "framework/orm", "db": module + "framework/db",
	"auth": module + "framework/auth", "session": module + "framework/auth/session", "password": module + "framework/auth/password",
	"users":   module + "internal/clienttest/demouser",
	"openapi": module + "framework/openapi", "docs": module + "framework/docs", "schema": module + "framework/schema", "echo": "github.com/labstack/echo/v4", "echoware": module + "framework/api/echoware",
	"cache": module + "framework/cache", "cached": module + "framework/auth/session/cached", "compress": module + "framework/plugin/compress",
	"cors": module + "framework/plugin/cors", "httpcache": module + "framework/plugin/httpcache", "ratelimit": module + "framework/plugin/ratelimit",
	"requestid": module + "framework/plugin/requestid", "secure": module + "framework/plugin/secure", "timeout": module + "framework/plugin/timeout",
	"ops":    module + "ops",
	"config": module + "framework/config", "mixin": module + "ent/mixin", "ent": "entgo.io/ent", "field": "entgo.io/ent/schema/field", "edge": "entgo.io/ent/schema/edge",
}

// goFile makes a block a file: with its package and the imports that it uses, its statements in a function.
func goFile(pkg string, b block) string {
	var f strings.Builder
	fmt.Fprintf(&f, "package %s\n\n", pkg)
	for name, path := range imports {
		if regexp.MustCompile(`\b` + name + `\.[A-Z]`).MatchString(b.text) {
			fmt.Fprintf(&f, "import %s %q\n", name, path)
		}
	}
	fmt.Fprintf(&f, "\n//line %s:%d\n", b.page, b.line+1)
	if regexp.MustCompile(`(?m)^(type|func|var|const) `).MatchString(b.text) {
		f.WriteString(b.text)
	} else {
		fmt.Fprintf(&f, "func _() {\n//line %s:%d\n%s}\n", b.page, b.line+1, b.text)
	}
	return f.String()
}
