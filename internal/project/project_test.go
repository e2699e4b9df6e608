package project

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// folder makes a folder of files and goes into it; what the machine says of databases does not count there.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	t.Setenv("DATABASE_URL", "")
	return dir
}

func TestEnter(t *testing.T) {
	dir := folder(t, map[string]string{
		"meta.ini": "[utilmeta]\nname = demo\nmain = cmd/demo\n", "go.mod": "module example.com/demo\n", "user/api.go": "package user\n",
	})
	p, err := Enter("user")
	if err != nil {
		t.Fatal(err)
	}
	if here, _ := os.Getwd(); here != dir || p.Dir() != dir || p.Module != "example.com/demo" || p.RootPackage() != "cmd/demo" || p.mainPackage() != "./cmd/demo" {
		t.Errorf("in %s: %+v", here, p)
	}
	for want, files := range map[string]map[string]string{
		"meta.ini: not in ":                       {},
		"meta.ini:1: no name: add a line name = ": {"meta.ini": "[utilmeta]\n", "go.mod": "module demo\n"},
		"meta.ini: no go.mod beside it":           {"meta.ini": "[utilmeta]\nname = demo\n"},
		"go.mod: no line that names the module":   {"meta.ini": "[utilmeta]\nname = demo\n", "go.mod": "go 1.26\n"},
		`meta.ini:2: unknown key "nme"`:           {"meta.ini": "[utilmeta]\nnme = demo\n"},
	} {
		folder(t, files)
		if _, err := Enter("."); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
}

func TestTarget(t *testing.T) {
	sqlite, postgres := Target{Dialect: db.SQLite, Dir: "migrations/sqlite"}, Target{Dialect: db.Postgres, Dir: "migrations/postgres"}
	local := postgres
	local.DevURL = "postgres://localhost:5432/app?connect_timeout=5&sslmode=prefer"
	remote := postgres
	remote.DevURL = "postgres://ada:p%40ss@db.example.com:6000/app?connect_timeout=5&sslmode=require"
	socket := postgres
	socket.DevURL = "postgres:///app?connect_timeout=5&host=%2Frun%2Fpostgresql&port=5432&sslmode=prefer"
	for _, tt := range []struct {
		env, file string
		folders   []string
		want      Target
		err       string
	}{
		{env: "sqlite:app.db", want: sqlite},
		{file: "DATABASE_URL=sqlite:app.db\n", want: sqlite},
		{env: "postgres:///app", file: "DATABASE_URL=sqlite:app.db\n", want: local},
		{env: "postgres://ada:p%40ss@db.example.com:6000/app?sslmode=require&max_open=5", want: remote},
		{env: "postgresql:///app?host=/run/postgresql", want: socket},
		{folders: []string{"sqlite"}, want: sqlite},
		{folders: []string{"postgres"}, err: "DATABASE_URL is not set"},
		{folders: []string{"postgres", "sqlite"}, err: "DATABASE_URL is not set"},
		{err: "DATABASE_URL is not set: add one to .env"},
		{env: "mysql://x/y", err: "MySQL is not supported"},
		{file: "no line\n", err: ".env:1:"},
	} {
		files := map[string]string{}
		if tt.file != "" {
			files[".env"] = tt.file
		}
		for _, f := range tt.folders {
			files["migrations/"+f+"/meta.sum"] = ""
		}
		folder(t, files)
		t.Setenv("DATABASE_URL", tt.env)
		got, err := new(Project).Target()
		if tt.err != "" {
			if err == nil || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%+v: error %v", tt, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%+v: %s", tt, diff)
		}
	}
}

func TestModelsAreStamped(t *testing.T) {
	folder(t, map[string]string{"ent/schema/user.go": "package schema\n", "ent/user.go": "package ent\n", "go.mod": "module demo\n"})
	p := &Project{}
	if p.ModelsFresh() {
		t.Error("fresh before they were ever generated")
	}
	before, err := digests(ModelsDir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(WorkDir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(modelsStamp, []byte(stamp(before)), 0o644); err != nil {
		t.Fatal(err)
	}
	if !p.ModelsFresh() {
		t.Error("stale though nothing changed")
	}
	for _, change := range []struct{ name, text string }{{"ent/schema/user.go", "package schema // changed\n"}, {"ent/new.go", "package ent\n"}} {
		if err := os.WriteFile(change.name, []byte(change.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove("ent/user.go"); err != nil {
		t.Fatal(err)
	}
	after, err := digests(ModelsDir)
	if err != nil {
		t.Fatal(err)
	}
	if got := differences(before, after); !slices.Equal(got, []string{"ent/new.go", "ent/schema/user.go", "ent/user.go"}) {
		t.Errorf("differences %v", got)
	}
	if p.ModelsFresh() {
		t.Error("fresh after a change")
	}
	if err := os.RemoveAll("ent/schema"); err != nil {
		t.Fatal(err)
	}
	if p.HasModels() || !p.ModelsFresh() {
		t.Error("without schemas there is nothing to generate")
	}
}

func TestImports(t *testing.T) {
	dir := folder(t, map[string]string{
		"server/server.go":   "package server\n\nimport _ \"example.com/driver\"\n",
		"ent/client.go":      "package ent\n\nimport _ \"example.com/elsewhere\"\n",
		".hidden/x.go":       "package x\n\nimport _ \"example.com/hidden\"\n",
		"broken/broken.go":   "package\n",
		"testdata/broken.go": "package x\n\nimport _ \"example.com/testdata\"\n",
	})
	for path, want := range map[string]bool{"example.com/driver": true, "example.com/elsewhere": false, "example.com/hidden": false, "example.com/testdata": false} {
		if got := imports(dir, path); got != want {
			t.Errorf("imports(%s) = %t", path, got)
		}
	}
}

func TestCompilerLines(t *testing.T) {
	got := compilerLines("# demo/user\nuser/api.go:3:1: wrong\n\n# demo\nmain.go:1:1: wrong too\n")
	if diff := cmp.Diff([]string{"user/api.go:3:1: wrong", "main.go:1:1: wrong too"}, got); diff != "" {
		t.Error(diff)
	}
}
