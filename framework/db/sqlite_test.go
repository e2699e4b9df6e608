package db_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

var readOnly = &sql.TxOptions{ReadOnly: true}

// 50 writers read, change and write a counter: none is refused and no change is lost.
func TestRow07_FiftySQLiteWriters(t *testing.T) {
	const writers, rounds = 50, 10
	d := testdb.SQLite(t)
	ctx := t.Context()
	run(t, d, "CREATE TABLE counter (n integer)")
	run(t, d, "INSERT INTO counter VALUES (0)")
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			for range rounds {
				errs[i] = errors.Join(errs[i], d.Atomic(ctx, func(ctx context.Context) error {
					n, err := number(ctx, d, "SELECT n FROM counter")
					if err != nil {
						return err
					}
					_, err = d.ExecContext(ctx, "UPDATE counter SET n = ?", n+1)
					return err
				}))
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if n, err := number(ctx, d, "SELECT n FROM counter"); n != writers*rounds || err != nil {
		t.Errorf("counter is %d (%v), want %d", n, err, writers*rounds)
	}
}

// Two DBs on one file stand for two processes.
func TestTwoProcessesWrite(t *testing.T) {
	c := db.Config{Engine: db.SQLite, Name: t.TempDir() + "/shared.db"}
	const rounds = 40
	var wg sync.WaitGroup
	errs := make([]error, 6)
	for i := range errs {
		wg.Go(func() {
			d, err := db.Open(t.Context(), c)
			if err != nil {
				errs[i] = err
				return
			}
			defer d.Close()
			_, errs[i] = d.ExecContext(t.Context(), "CREATE TABLE IF NOT EXISTS t (n integer)")
			for range rounds {
				_, err := d.ExecContext(t.Context(), "INSERT INTO t VALUES (1)")
				errs[i] = errors.Join(errs[i], err)
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	d := testdb.Open(t, c)
	if n, err := number(t.Context(), d, "SELECT count(*) FROM t"); n != rounds*len(errs) || err != nil {
		t.Errorf("%d rows (%v), want %d", n, err, rounds*len(errs))
	}
}

func number(ctx context.Context, d *db.DB, query string, args ...any) (int, error) {
	rows, err := d.QueryContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var n int
	if !rows.Next() {
		return 0, errors.Join(rows.Err(), fmt.Errorf("%s: no row", query))
	}
	if err := rows.Scan(&n); err != nil {
		return 0, err
	}
	return n, rows.Err()
}

// Readers do not wait for a transaction that writes, and see its changes once it has committed.
func TestReadersBesideAWriter(t *testing.T) {
	d := testdb.SQLite(t)
	ctx := t.Context()
	table(t, d)
	err := d.Atomic(ctx, func(tx context.Context) error {
		if err := insert(tx, d, "a"); err != nil {
			return err
		}
		if got := names(t, ctx, d); got != "" {
			t.Errorf("outside the transaction: %q, want nothing yet", got)
		}
		if got := names(t, tx, d); got != "a" {
			t.Errorf("inside the transaction: %q, want a", got)
		}
		snapshot, err := d.BeginTx(ctx, readOnly)
		if err != nil {
			return err
		}
		return snapshot.Rollback()
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(t, ctx, d); got != "a" {
		t.Errorf("after the transaction: %q, want a", got)
	}
}

// Reads are told from writes by their text: ent's INSERT is a Query.
func TestWritesGoToTheWriter(t *testing.T) {
	d := testdb.SQLite(t)
	ctx := t.Context()
	table(t, d)
	for i, query := range []string{
		"INSERT INTO names (name) VALUES ('0') RETURNING name",
		"  insert into names (name) values ('1') returning name",
		"WITH v (x) AS (SELECT '2') INSERT INTO names (name) SELECT x FROM v RETURNING name",
		"SELECT 1; INSERT INTO names (name) VALUES ('3') RETURNING name",
		"/* a note */ INSERT INTO names (name) VALUES ('4') RETURNING name",
	} {
		rows, err := d.QueryContext(ctx, query)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		rows.Next()
		var got string
		if err := rows.Scan(&got); err != nil || got != fmt.Sprint(i) {
			t.Errorf("%s: got %q, %v", query, got, err)
		}
		rows.Close()
	}
	if _, err := d.Reader().Exec("DELETE FROM names"); err == nil {
		t.Error("the pool of readers wrote")
	}
}

// Inside Atomic a write with the context from outside waits for the transaction around it, but not for ever.
func TestBusy(t *testing.T) {
	for _, name := range []string{t.TempDir() + "/busy.db", db.Memory} {
		d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name, BusyTimeout: 20 * time.Millisecond})
		ctx := t.Context()
		table(t, d)
		err := d.Atomic(ctx, func(context.Context) error { return insert(ctx, d, "a") })
		if !errors.Is(err, db.ErrBusy) || !strings.Contains(err.Error(), "use the context that it gives") {
			t.Errorf("%s: got %v, want ErrBusy with its cure", name, err)
		}
		var refusal schema.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("%s: %v is no refusal", name, err)
		} else if reason, _ := refusal.Refusal(); reason != schema.Busy {
			t.Errorf("%s: refused as %d, want busy", name, reason)
		}
		if err := insert(ctx, d, "b"); err != nil {
			t.Errorf("%s: after the transaction: %v", name, err)
		}
	}
}

// A transaction by hand whose context is cancelled is rolled back and frees the writer, though nobody ends it.
// Rows that are still being read hold the connection as a transaction does.
func TestBusyReading(t *testing.T) {
	for name, query := range map[string]string{
		db.Memory:                            "SELECT name FROM names",
		filepath.Join(t.TempDir(), "app.db"): "UPDATE names SET name = name RETURNING name",
	} {
		d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name, BusyTimeout: 20 * time.Millisecond})
		table(t, d)
		run(t, d, "INSERT INTO names VALUES ('a'), ('b')")
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		rows, err := d.QueryContext(ctx, query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		rows.Next()
		if err := insert(ctx, d, "c"); !errors.Is(err, db.ErrBusy) {
			t.Errorf("%s: a write while rows are read: %v, want ErrBusy", d, err)
		}
		rows.Close()
		if err := insert(ctx, d, "c"); err != nil {
			t.Errorf("%s: a write after that: %v", d, err)
		}
	}
}

func TestTxAbandoned(t *testing.T) {
	for _, name := range []string{t.TempDir() + "/a.db", db.Memory} {
		d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: name})
		table(t, d)
		ctx, cancel := context.WithCancel(t.Context())
		tx, err := d.Tx(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.Exec(ctx, "INSERT INTO names VALUES ('a')", []any{}, nil); err != nil {
			t.Fatal(err)
		}
		cancel()
		if err := insert(t.Context(), d, "b"); err != nil {
			t.Fatal(err)
		}
		if got := names(t, t.Context(), d); got != "b" {
			t.Errorf("%s: rows %q, want b: the database is gone or kept what was rolled back", name, got)
		}
		if err := tx.Exec(t.Context(), "INSERT INTO names VALUES ('c')", []any{}, nil); err == nil {
			t.Error("a transaction that was rolled back took a statement")
		}
	}
}

// SQLite ends a transaction when a write in it is interrupted. What follows must not be committed bit by bit.
func TestInterruptedWriteEndsTheTransaction(t *testing.T) {
	d := testdb.SQLite(t)
	ctx := t.Context()
	table(t, d)
	err := d.Atomic(ctx, func(ctx context.Context) error {
		if err := insert(ctx, d, "before"); err != nil {
			return err
		}
		short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
		defer cancel()
		_, err := d.ExecContext(short, "INSERT INTO names WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c) SELECT x FROM c")
		if !errors.Is(err, context.DeadlineExceeded) {
			return fmt.Errorf("the long insert: %w", err)
		}
		if err := insert(ctx, d, "after"); err == nil {
			t.Error("a statement ran though the transaction was gone")
		}
		return nil
	})
	if err == nil {
		t.Error("committed a transaction that was gone")
	}
	if got := names(t, ctx, d); got != "" {
		t.Errorf("rows %q, want none", got)
	}
	if err := insert(ctx, d, "next"); err != nil {
		t.Errorf("the next statement: %v", err)
	}
}
