package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
)

// postgres holds the advisory lock of a session.
type postgres struct{ locked bool }

// lockKey is the second half of the advisory lock's key; the first is the schema, as a database may hold several
// applications.
const lockKey = "hashtext(coalesce(current_schema(), '')), 1835365473"

// enter takes a lock of the session, not of a transaction: a file may run outside of one. It asks again and again
// instead of waiting inside PostgreSQL, since CREATE INDEX CONCURRENTLY in one process would wait for the waiting
// statement of another, and that for the lock.
func (e *postgres) enter(ctx context.Context, c *sql.Conn, l limits) error {
	ok, err := poll(ctx, l.wait, func() (ok bool, err error) {
		err = c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock("+lockKey+")").Scan(&ok)
		return ok, err
	})
	if err != nil {
		return fmt.Errorf("migrate: cannot lock: %w", err)
	}
	if !ok {
		return fmt.Errorf("migrate: another process has been migrating this database for %v; wait for it or end it", l.wait)
	}
	e.locked = true
	return settings(ctx, c, l)
}

// settings undoes what a file has SET for the session, such as its search_path, and sets what is ours: a statement
// timeout is meant for requests, not for this.
func settings(ctx context.Context, c *sql.Conn, l limits) error {
	_, err := c.ExecContext(ctx, fmt.Sprintf("RESET ALL; SET statement_timeout = 0; SET lock_timeout = %d", l.lock.Milliseconds()))
	return err
}

func (e *postgres) leave(ctx context.Context, c *sql.Conn) error {
	if !e.locked {
		return nil
	}
	var ok bool
	_, err := c.ExecContext(ctx, "RESET ALL")
	err = errors.Join(err, c.QueryRowContext(ctx, "SELECT pg_advisory_unlock("+lockKey+")").Scan(&ok))
	if err == nil && !ok {
		return errors.New("migrate: the lock was not held any more")
	}
	return err
}

func (e *postgres) begin(ctx context.Context, c *sql.Conn, l limits) error {
	if err := settings(ctx, c, l); err != nil {
		return err
	}
	_, err := c.ExecContext(ctx, "BEGIN")
	return err
}

func (e *postgres) verify(context.Context, *sql.Conn) error { return nil }

func (e *postgres) backup(context.Context, *sql.Conn, File) (*backup, error) { return &backup{}, nil }

func (*postgres) tableExists(table string) string {
	return "SELECT to_regclass(quote_ident(current_schema()) || '." + table + "') IS NOT NULL"
}

func (*postgres) createTable(table string) string {
	return "CREATE TABLE IF NOT EXISTS " + table + " (version text NOT NULL PRIMARY KEY, name text NOT NULL, " +
		"checksum text NOT NULL, applied_at timestamptz NOT NULL, duration_ms bigint NOT NULL)"
}

func (*postgres) insert(table string) string {
	return "INSERT INTO " + table + " (version, name, checksum, applied_at, duration_ms) VALUES ($1, $2, $3, $4, $5)"
}
