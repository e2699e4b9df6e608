//go:build cgo

package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"github.com/mattn/go-sqlite3"
)

// errLost answers statements on a transaction that SQLite has rolled back on its own, as it does when a write is
// interrupted or the disk is full. Without it they would run one by one, each committed at once.
var errLost = errors.New("sqlite: the transaction has been rolled back because of an earlier error in it")

// A conn is mattn's connection, made safe in what it leaves open.
type conn struct {
	*sqlite3.SQLiteConn
	inTx bool
}

var (
	_ driver.ConnBeginTx        = (*conn)(nil)
	_ driver.QueryerContext     = (*conn)(nil)
	_ driver.ExecerContext      = (*conn)(nil)
	_ driver.ConnPrepareContext = (*conn)(nil)
	_ driver.NamedValueChecker  = (*conn)(nil)
	_ driver.SessionResetter    = (*conn)(nil)
	_ driver.Validator          = (*conn)(nil)
)

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if _, err := c.SQLiteConn.BeginTx(ctx, opts); err != nil {
		return nil, err
	}
	c.inTx = true
	return tx{c}, nil
}

// lost reports that the transaction on the connection is no more.
func (c *conn) lost() bool { return c.inTx && c.AutoCommit() }

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.lost() {
		return nil, errLost
	}
	return c.SQLiteConn.ExecContext(ctx, query, args)
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.lost() {
		return nil, errLost
	}
	return c.SQLiteConn.QueryContext(ctx, query, args)
}

func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.lost() {
		return nil, errLost
	}
	return c.SQLiteConn.PrepareContext(ctx, query)
}

// CheckNamedValue brings times to UTC: SQLite compares them as text.
func (c *conn) CheckNamedValue(nv *driver.NamedValue) error {
	v, err := driver.DefaultParameterConverter.ConvertValue(nv.Value)
	if err != nil {
		return err
	}
	if t, ok := v.(time.Time); ok {
		v = t.UTC()
	}
	nv.Value = v
	return nil
}

// ResetSession and IsValid let database/sql keep a connection after a transaction on it was cancelled. It would
// close it otherwise, and with it a database in memory.
func (c *conn) ResetSession(context.Context) error { return nil }

// IsValid reports that the connection can be used again.
func (c *conn) IsValid() bool { return true }

type tx struct{ c *conn }

func (t tx) Commit() error {
	if t.c.lost() {
		t.c.inTx = false
		return errLost
	}
	t.c.inTx = false
	_, err := t.c.SQLiteConn.ExecContext(context.Background(), "COMMIT", nil)
	if err != nil && !t.c.AutoCommit() {
		t.c.SQLiteConn.ExecContext(context.Background(), "ROLLBACK", nil)
	}
	return err
}

func (t tx) Rollback() error {
	lost := t.c.lost()
	t.c.inTx = false
	if lost {
		return nil
	}
	_, err := t.c.SQLiteConn.ExecContext(context.Background(), "ROLLBACK", nil)
	return err
}
