package postgres_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// A statement ends with its context, whenever that comes: the server may miss that it is asked to cancel it.
func TestStatementsEndWithTheirContext(t *testing.T) {
	d := testdb.Postgres(t)
	if _, err := d.ExecContext(t.Context(), "CREATE TABLE counts (n bigint)"); err != nil {
		t.Fatal(err)
	}
	long := "generate_series(1, 10000000) a, generate_series(1, 10000000) b"
	for i := range 12 {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Millisecond)
		done := make(chan error, 1)
		go func() {
			if i%2 == 0 {
				_, err := d.ExecContext(ctx, "INSERT INTO counts SELECT count(*) FROM "+long)
				done <- err
				return
			}
			rows, err := d.QueryContext(ctx, "SELECT count(*) FROM "+long)
			if err == nil {
				for rows.Next() {
				}
				err = errors.Join(rows.Err(), rows.Close())
			}
			done <- err
		}()
		select {
		case err := <-done:
			if err == nil {
				t.Error("the statement came to its end")
			}
		case <-time.After(30 * time.Second):
			t.Fatal("the statement goes on without end")
		}
		cancel()
	}
	if err := d.Ping(t.Context()); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	if n := d.Stats().Write.InUse; n != 0 {
		t.Errorf("%d connections are still in use", n)
	}
}

// Who canceled is what counts, not what the server says to it.
func TestCanceledIsTheContextsError(t *testing.T) {
	d := testdb.Postgres(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := d.ExecContext(ctx, "SELECT pg_sleep(20)"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}
