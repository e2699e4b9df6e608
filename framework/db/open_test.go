package db_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	notADatabase := filepath.Join(dir, "notes.txt")
	if err := os.WriteFile(notADatabase, []byte(strings.Repeat("these are notes\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		c    db.Config
		want string
	}{
		{"nothing", db.Config{}, `no engine: set Engine to "sqlite3" or "postgres"`},
		{"mysql", db.Config{Engine: "mysql", Name: "n"}, "MySQL is not supported"},
		{"unknown", db.Config{Engine: "dbase", Name: "n"}, `unknown engine "dbase"`},
		{"no file", db.Config{Engine: "sqlite"}, "set the path of the file"},
		{"no database", db.Config{Engine: "postgresql"}, "set the name of the database"},
		{"port", db.Config{Engine: "postgresql", Name: "n", Port: 123456}, "Port 123456"},
		{"missing folder", db.Config{Engine: "sqlite", Name: filepath.Join(dir, "no", "app.db")}, "/no does not exist: create it"},
		{"a folder", db.Config{Engine: "sqlite", Name: dir}, "is a folder: name a file"},
		{"through a file", db.Config{Engine: "sqlite", Name: filepath.Join(notADatabase, "app.db")}, "not a directory"},
		{"not a database", db.Config{Engine: "sqlite", Name: notADatabase}, "not a SQLite database"},
		{"refused", db.Config{Engine: "postgres", Name: "n", Host: "127.0.0.1", Port: 1}, "connection refused: is PostgreSQL running at 127.0.0.1:1?"},
		{"no socket", db.Config{Engine: "postgres", Name: "n", Host: dir}, "with its socket in " + dir},
		{"sslmode", db.Config{Engine: "postgres", Name: "n", SSLMode: "on"}, `sslmode "on" is unknown`},
		{"weak system roots", db.Config{Engine: "postgres", Name: "n", SSLMode: "require", SSLRootCert: "system"}, "use verify-full"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := db.Open(t.Context(), test.c)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want it to contain %q", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}
