package migrate

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// engine is what differs between the dialects. One engine serves one session.
type engine interface {
	// enter prepares the connection, which leave undoes; leave is called without enter, too.
	enter(ctx context.Context, c *sql.Conn, l limits) error
	leave(ctx context.Context, c *sql.Conn) error

	// begin opens a transaction in which nobody else migrates.
	begin(ctx context.Context, c *sql.Conn, l limits) error
	// verify is asked before the commit.
	verify(ctx context.Context, c *sql.Conn) error
	// backup copies the database where it is a file.
	backup(ctx context.Context, c *sql.Conn, f File) (*backup, error)

	tableExists(table string) string
	createTable(table string) string
	insert(table string) string
}

// limits are the times of a runner, its defaults filled in.
type limits struct{ wait, lock time.Duration }

func newEngine(dialect string) (engine, error) {
	switch dialect {
	case "sqlite3":
		return &sqlite{}, nil
	case "postgres":
		return &postgres{}, nil
	}
	return nil, fmt.Errorf("migrate.Runner: dialect %q: want sqlite3 or postgres", dialect)
}

// poll tries until it succeeds, with pauses that grow to a fifth of a second. It reports whether it did in time.
func poll(ctx context.Context, limit time.Duration, try func() (ok bool, err error)) (bool, error) {
	deadline := time.Now().Add(limit)
	for pause := 5 * time.Millisecond; ; pause = min(2*pause, 200*time.Millisecond) {
		if ok, err := try(); ok || err != nil {
			return ok, err
		}
		if !time.Now().Before(deadline) {
			return false, nil
		}
		select {
		case <-ctx.Done():
			return false, ctx.Err()
		case <-time.After(pause):
		}
	}
}
