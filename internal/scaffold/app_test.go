package scaffold

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// newProject writes a project, without what the go command adds.
func newProject(t *testing.T, engine string) string {
	t.Helper()
	s := &Setup{Name: "demo", Engine: engine, Description: "Say \"hello\"\nto all.", Framework: Framework{Path: frameworkPath, Version: "v0.1.0"}}
	parent := t.TempDir()
	if err := s.Write(parent, nil); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(parent, "demo")
}

func read(t *testing.T, root, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestSetup(t *testing.T) {
	for engine, tt := range map[string]struct{ has, lacks string }{
		db.SQLite:   {"sqlite:demo.db", "nothing of this"},
		db.Postgres: {"postgres://postgres@localhost:5432/demo", "sqlite"},
	} {
		root := newProject(t, engine)
		var all strings.Builder
		for _, name := range []string{".env", ".env.example", "config/config.go", "server/server.go", "Dockerfile", "README.md", "meta.ini", "go.mod"} {
			all.WriteString(read(t, root, name))
		}
		if text := all.String(); !strings.Contains(text, tt.has) || strings.Contains(text, tt.lacks) || strings.Contains(text, "<no value>") {
			t.Errorf("%s: want %q, and no %q in\n%s", engine, tt.has, tt.lacks, text)
		}
		if text := read(t, root, "server/server.go"); !strings.Contains(text, `Description: "Say \"hello\" to all.",`) {
			t.Error(text)
		}
	}
}

func TestSetupIsWholeOrNotAtAll(t *testing.T) {
	s := &Setup{Name: "demo", Engine: db.SQLite}
	parent := t.TempDir()
	if err := s.Write(parent, func(string) error { return os.ErrInvalid }); err == nil {
		t.Error("a failure is no error")
	}
	if left, _ := os.ReadDir(parent); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Mkdir(filepath.Join(parent, "demo"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(parent, nil); err == nil || !strings.Contains(err.Error(), "there already") {
		t.Errorf("over a folder: %v", err)
	}
}

func TestAddApps(t *testing.T) {
	root := newProject(t, db.SQLite)
	for _, app := range []App{{Name: "account", Accounts: true}, {Name: "entry"}} {
		app.Module, app.Server, app.SQLite = "demo", "server", true
		plan, err := app.Plan(root)
		if err != nil {
			t.Fatal(err)
		}
		if plan.Manual != nil || !slices.Contains(plan.Lines(), "change server/server.go") {
			t.Errorf("%s: %v, %v", app.Name, plan.Lines(), plan.Manual)
		}
		if err := plan.Apply(root); err != nil {
			t.Fatal(err)
		}
		if _, err := app.Plan(root); err == nil || !strings.Contains(err.Error(), "already") {
			t.Errorf("%s twice: %v", app.Name, err)
		}
	}
	server := read(t, root, "server/server.go")
	for _, line := range []string{"\t\"demo/account\"\n", "\tAccount *account.API\n", "\tEntry   *entry.API\n", "\t\tEntry:   entry.New(database),\n"} {
		if !strings.Contains(server, line) {
			t.Errorf("no %q in\n%s", line, server)
		}
	}
	if text := read(t, root, "account/auth.go"); !strings.Contains(text, "auth.Users[ent.Account]{") || strings.Contains(text, "entuser") {
		t.Error(text)
	}
	if text := read(t, root, "entry/api.go"); !strings.Contains(text, "// List returns entries in") || !strings.Contains(text, "// Post makes an entry.") {
		t.Error(text)
	}
	first, second := read(t, root, "ent/schema/account.go"), read(t, root, "ent/schema/entry.go")
	if !strings.HasPrefix(first, "// Package schema") || !strings.HasPrefix(second, "package schema") {
		t.Errorf("the package's comment is not in its first file alone:\n%s\n%s", first, second)
	}
}

func TestAddWritesAllOrNothing(t *testing.T) {
	root := newProject(t, db.SQLite)
	app := App{Name: "note", Module: "demo", Server: "server", SQLite: true}
	plan, err := app.Plan(root)
	if err != nil {
		t.Fatal(err)
	}
	// somebody else makes one of the files meanwhile
	last := plan.Files[len(plan.Files)-1].Path
	if err := os.MkdirAll(filepath.Join(root, filepath.Dir(last)), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, last), []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := plan.Apply(root); err == nil {
		t.Fatal("a file was written over")
	}
	if read(t, root, last) != "mine" {
		t.Error("somebody's file is gone")
	}
	for _, f := range plan.Files[:len(plan.Files)-1] {
		if _, err := os.Stat(filepath.Join(root, f.Path)); err == nil {
			t.Errorf("%s is left behind", f.Path)
		}
	}
	if _, err := os.Stat(filepath.Join(root, "ent", "schema")); err == nil {
		t.Error("a folder is left behind")
	}
	if strings.Contains(read(t, root, "server/server.go"), "note") {
		t.Error("server.go was changed")
	}
}

func TestNamesThatServerUses(t *testing.T) {
	root := newProject(t, db.SQLite)
	for _, name := range []string{"service", "cfg", "framework"} {
		app := App{Name: name, Module: "demo", Server: "server"}
		if _, err := app.Plan(root); err == nil || !strings.Contains(err.Error(), "server/server.go: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCheckout(t *testing.T) {
	f, err := Installed()
	if err != nil {
		t.Fatal(err)
	}
	if again, err := Checkout(f.Dir); err != nil || again != f {
		t.Errorf("%+v, %v; want %+v", again, err, f)
	}
	if _, err := Checkout(t.TempDir()); err == nil || !strings.Contains(err.Error(), "not the checkout") {
		t.Errorf("an empty folder: %v", err)
	}
}
