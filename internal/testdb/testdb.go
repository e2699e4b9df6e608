// Package testdb opens real databases for tests: SQLite files, and fresh databases on a PostgreSQL server.
//
// The server is the one at META_TEST_POSTGRES, a URL, or else at 127.0.0.1:5432. Where none answers, tests that need
// it are skipped with a line that says so; with META_TEST_REQUIRE=all they fail.
package testdb

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/postgres" // the engines that tests run on
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
)

// SQLite opens a new database file that goes with the test.
func SQLite(t testing.TB) *db.DB {
	t.Helper()
	return Open(t, db.Config{Engine: db.SQLite, Name: filepath.Join(t.TempDir(), "test.db")})
}

// Postgres opens a new database that is dropped after the test.
func Postgres(t testing.TB) *db.DB {
	t.Helper()
	c, err := db.Parse(PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	return Open(t, c)
}

// Each runs fn as a subtest on SQLite and on PostgreSQL.
func Each(t *testing.T, fn func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { fn(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { fn(t, Postgres(t)) })
}

// Open opens a database and closes it after the test.
func Open(t testing.TB, c db.Config) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("closing %s: %v", d, err)
		}
	})
	return d
}
