// Package tests holds what only the whole can show.
package tests

import (
	"encoding/json"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/utilmeta/utilmeta-go/"

// forbidden says which packages must not know which, directly or through others.
var forbidden = []struct {
	from  []string // packages, or folders with a slash at the end
	to    []string
	but   []string // packages of from that may
	cause string
}{
	{from: []string{"framework/schema"}, to: []string{"net/http", "framework/api", "framework/orm"}, cause: "schema knows neither HTTP nor a database"},
	{from: []string{"framework/orm", "framework/db", "framework/db/", "framework/migrate"}, to: []string{"net/http", "framework/api"}, cause: "a database knows no HTTP"},
	{from: []string{"framework/api"}, to: []string{"framework/orm", "framework/db", "framework/auth", "entgo.io/ent", "framework"}, cause: "the contract knows no database"},
	{from: []string{"framework", "framework/", "ent/"}, to: []string{"github.com/mattn/go-sqlite3"}, but: []string{"framework/db/sqlite"}, cause: "an application on PostgreSQL needs no cgo"},
	{from: []string{"framework", "framework/"}, to: []string{"entgo.io/ent/entc", "ariga.io/atlas/sql/migrate", "golang.org/x/tools/go/packages", "github.com/swaggo/swag"}, but: []string{"framework/auth/internal/authtest"}, cause: "an application does not carry its tools"},
	{from: []string{"framework", "framework/", "ent/", "internal/"}, to: []string{"ops", "ops/log", "ops/store"}, but: []string{"internal/scaffold"}, cause: "a service is operated without knowing it"},
	{from: []string{"ops", "ops/"}, to: []string{"github.com/mattn/go-sqlite3", "github.com/urfave/cli/v2"}, cause: "operations carry neither a driver nor a command line"},
	{from: []string{"framework", "framework/", "ent/", "internal/"}, to: []string{"github.com/urfave/cli/v2"}, cause: "only cmd/meta knows the command line"},
}

// direct says which packages alone may import which.
var direct = map[string][]string{
	"github.com/labstack/echo/v4": {"framework/internal/router", "framework/api/echoware"},
	"github.com/swaggo/swag":      {"internal/swagger"},
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
}

func TestArrowsPointOneWay(t *testing.T) {
	for _, p := range listPackages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		for dep, who := range direct {
			if slices.Contains(p.Imports, dep) && !slices.Contains(who, name) {
				t.Errorf("%s imports %s: only %v may", name, dep, who)
			}
		}
		for _, rule := range forbidden {
			if !slices.ContainsFunc(rule.from, func(f string) bool { return within(name, f) }) || slices.Contains(rule.but, name) {
				continue
			}
			for _, to := range rule.to {
				if full := qualify(to); slices.Contains(p.Deps, full) && full != p.ImportPath {
					t.Errorf("%s depends on %s: %s", name, to, rule.cause)
				}
			}
		}
	}
}

func within(name, folder string) bool {
	return name == folder || strings.HasSuffix(folder, "/") && strings.HasPrefix(name, folder)
}

func qualify(p string) string {
	first, _, _ := strings.Cut(p, "/")
	if first == "framework" || first == "ent" || first == "internal" || first == "ops" {
		return module + p
	}
	return p
}

func listPackages(t *testing.T) (l []goPackage) {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		if err := dec.Decode(&p); err == io.EOF {
			return l
		} else if err != nil {
			t.Fatal(err)
		}
		l = append(l, p)
	}
}
