package framework

import (
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
)

// An engine that nobody has made migrations for must not look as if there were nothing to do.
func TestMigrationsOfAnotherEngine(t *testing.T) {
	d, err := db.New(db.Config{Engine: db.SQLite, Name: filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{Name: "x", Logger: quiet})
	s.Use(d, &Migrations{DB: d, Files: fstest.MapFS{"postgres/20260101000000_initial.sql": {Data: []byte("SELECT 1;")}}})
	for _, args := range [][]string{{"migrate"}, {"showmigrations"}} {
		if err := s.Execute(t.Context(), args...); err == nil || !strings.Contains(err.Error(), "migrations/sqlite has no migrations, and migrations/postgres has") {
			t.Errorf("%v: %v", args, err)
		}
	}
	if err := s.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "has no migrations") {
		t.Errorf("start: %v", err)
	}
}
