package db_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
)

// A command that needs no database must not make one.
func TestNewConnectsAtFirstUse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lazy.db")
	d, err := db.New(db.Config{Engine: db.SQLite, Name: file})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err == nil || d.SQL() != nil || d.Stats() != (db.Stats{}) {
		t.Error("connected without being asked to")
	}
	d.Forget()
	ctx := context.Background()
	if _, err := d.ExecContext(ctx, "CREATE TABLE t (id INTEGER)"); err != nil {
		t.Fatal(err)
	}
	if err := d.Stop(ctx); err != nil {
		t.Fatal(err)
	}
	if err := d.Ping(ctx); !errors.Is(err, db.ErrClosed) {
		t.Errorf("used after Stop: %v", err)
	}
	if err := d.Atomic(ctx, func(context.Context) error { return nil }); !errors.Is(err, db.ErrClosed) {
		t.Errorf("a transaction after Stop: %v", err)
	}
	if err := d.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := d.ExecContext(ctx, "INSERT INTO t VALUES (1)"); err != nil {
		t.Errorf("started again: %v", err)
	}
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

func TestNewRefusesWhatCannotWork(t *testing.T) {
	if _, err := db.New(db.Config{Engine: "mysql"}); err == nil {
		t.Error("an engine that there is not")
	}
}
