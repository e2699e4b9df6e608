package devserver

import (
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/internal/project"
)

func TestIgnored(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "sqlite:data/main")
	p := &project.Project{Project: config.Project{Name: "demo", PIDFile: "service.pid"}}
	for name, want := range map[string]bool{
		"main.go":                       false,
		".env":                          false,
		"user":                          false,
		"user/handler.go":               false,
		"web/index.html":                false,
		"migrations/sqlite/meta.sum":    false,
		"ent":                           false,
		"ent/schema":                    false,
		"ent/schema/user.go":            false,
		"ent/user.go":                   true,
		"ent/user":                      true,
		"user/api_gen.go":               true,
		".meta":                         true,
		".git":                          true,
		".entc":                         true,
		"user/.handler.go.swp":          true,
		"user/handler.go~":              true,
		"demo.db":                       true,
		"demo.db-wal":                   true,
		"demo.db.before-2026112110.bak": true,
		"data/main":                     true,
		"data/main-wal":                 true,
		"service.pid":                   true,
		"web/node_modules":              true,
	} {
		if got := ignored(p, name); got != want {
			t.Errorf("ignored(%q) = %t", name, got)
		}
	}
}

func TestConcernsModels(t *testing.T) {
	for name, want := range map[string]bool{"ent/schema/user.go": true, ".": true, "user/schema.go": false, "ent/schemas.go": false} {
		if got := concernsModels([]string{"a.go", name}); got != want {
			t.Errorf("concernsModels(%q) = %t", name, got)
		}
	}
}

func TestDescribe(t *testing.T) {
	if got := describe([]string{"a.go"}); got != "a.go changed" {
		t.Error(got)
	}
	if got := describe([]string{"a.go", "b.go", "c.go"}); got != "a.go and 2 more changed" {
		t.Error(got)
	}
}
