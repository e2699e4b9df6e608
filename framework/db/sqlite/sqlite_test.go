package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func exec(t *testing.T, d *db.DB, query string) {
	t.Helper()
	if _, err := d.ExecContext(t.Context(), query); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestRow60_FileModes(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "app.db")
	d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name})
	exec(t, d, "CREATE TABLE t (n integer)")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(name + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o, want 600", info.Name(), mode)
		}
	}
	shared := filepath.Join(dir, "shared.db")
	if err := os.WriteFile(shared, nil, 0o640); err != nil {
		t.Fatal(err)
	}
	testdb.Open(t, db.Config{Engine: db.SQLite, Name: shared})
	if info, err := os.Stat(shared); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("a file that was there has mode %v (%v), want 640", info.Mode(), err)
	}
}

func TestPragmas(t *testing.T) {
	d := testdb.SQLite(t)
	for _, on := range []string{"write", "read"} {
		pool := d.SQL()
		if on == "read" {
			pool = d.Reader()
		}
		for _, test := range []struct{ pragma, want string }{
			{"journal_mode", "wal"}, {"foreign_keys", "1"}, {"synchronous", "1"}, {"busy_timeout", "10000"},
			{"query_only", map[string]string{"write": "0", "read": "1"}[on]},
		} {
			var got string
			if err := pool.QueryRow("PRAGMA " + test.pragma).Scan(&got); err != nil || got != test.want {
				t.Errorf("%s: %s is %s (%v), want %s", on, test.pragma, got, err, test.want)
			}
		}
	}
}

func TestForeignKeysHold(t *testing.T) {
	d := testdb.SQLite(t)
	exec(t, d, "CREATE TABLE a (id integer PRIMARY KEY)")
	exec(t, d, "CREATE TABLE b (a integer REFERENCES a)")
	if _, err := d.ExecContext(t.Context(), "INSERT INTO b VALUES (1)"); err == nil {
		t.Error("a row that refers to nothing was accepted")
	}
}

// A name means the same file whatever is in it and wherever the process goes.
func TestNames(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	for _, name := range []string{"app.db", "a b.db", "what?.db", "a#b.db", "100%.db", "ü.db", "a&_foreign_keys=0.db"} {
		t.Run(name, func(t *testing.T) {
			t.Chdir(dir)
			d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name})
			exec(t, d, "CREATE TABLE t (n integer)")
			t.Chdir(t.TempDir())
			d.Reader().SetMaxIdleConns(0) // so that the next one is opened from here
			var n int
			if err := d.Reader().QueryRow("SELECT count(*) FROM t").Scan(&n); err != nil {
				t.Error(err)
			}
			if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
				t.Error(err)
			}
		})
	}
}

// The log is moved into the database when it is closed, so that the file alone can be copied.
func TestCloseLeavesOneFile(t *testing.T) {
	dir := t.TempDir()
	d, err := db.Open(t.Context(), db.Config{Engine: db.SQLite, Name: filepath.Join(dir, "app.db")})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, d, "CREATE TABLE t (n integer)")
	if err := d.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("left %v (%v), want app.db alone", entries, err)
	}
}

// A memory database has one connection, and outlives whatever happens on it.
func TestMemory(t *testing.T) {
	d := testdb.Open(t, db.Config{Engine: "sqlite", Name: db.Memory})
	exec(t, d, "CREATE TABLE t (n integer)")
	for i := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Atomic(ctx, func(ctx context.Context) error {
			cancel()
			_, err := d.ExecContext(ctx, "INSERT INTO t VALUES (1)")
			return err
		})
		if err == nil {
			t.Fatal("a cancelled transaction was committed")
		}
		if err := d.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
		exec(t, d, fmt.Sprintf("INSERT INTO t VALUES (%d)", i))
	}
}

func TestLockedByAnother(t *testing.T) {
	name := filepath.Join(t.TempDir(), "app.db")
	holder := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name})
	other := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name, BusyTimeout: 1e6})
	exec(t, holder, "CREATE TABLE t (n integer)")
	err := holder.Atomic(t.Context(), func(ctx context.Context) error {
		if _, err := holder.ExecContext(ctx, "INSERT INTO t VALUES (1)"); err != nil {
			return err
		}
		_, err := other.ExecContext(t.Context(), "INSERT INTO t VALUES (2)")
		if err == nil || !strings.Contains(err.Error(), "locked") {
			t.Errorf("got %v, want the database to be locked", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, other, "INSERT INTO t VALUES (2)")
}
