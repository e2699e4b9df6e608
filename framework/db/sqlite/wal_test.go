//go:build cgo

package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// Many open a new file at once, as the processes of an application do when it is first started.
func TestOpenNewFileTogether(t *testing.T) {
	for range 5 {
		c := db.Config{Engine: db.SQLite, Name: filepath.Join(t.TempDir(), "new.db")}
		var wg sync.WaitGroup
		errs := make([]error, 12)
		for i := range errs {
			wg.Go(func() {
				var d *db.DB
				if d, errs[i] = db.Open(t.Context(), c); errs[i] == nil {
					errs[i] = d.Close()
				}
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
}

// A file that another program writes in its old mode is waited for.
func TestOpenWaitsForWriter(t *testing.T) {
	name := filepath.Join(t.TempDir(), "old.db")
	old, err := sql.Open("sqlite3", name)
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	old.SetMaxOpenConns(1)
	for _, query := range []string{"CREATE TABLE t (n integer)", "BEGIN IMMEDIATE", "INSERT INTO t VALUES (1)"} {
		if _, err := old.Exec(query); err != nil {
			t.Fatal(err)
		}
	}
	c := db.Config{Engine: db.SQLite, Name: name}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if _, err := db.Open(ctx, c); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want it to wait until its context ends", err)
	}
	if _, err := old.Exec("COMMIT"); err != nil {
		t.Fatal(err)
	}
	d, err := db.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}
