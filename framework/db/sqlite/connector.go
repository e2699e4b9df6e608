//go:build cgo

package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mattn/go-sqlite3"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// A connector opens the connections of one pool.
type connector struct {
	driver sqlite3.SQLiteDriver
	dsn    string
	wait   time.Duration
	want   []pragma
}

// A pragma is a setting that a connection has to report.
type pragma struct{ name, value string }

func newConnector(c db.Config, path string, m mode) driver.Connector {
	k := &connector{dsn: dsn(c, path, m), wait: c.BusyTimeout, want: []pragma{
		{"foreign_keys", "1"},
		{"synchronous", "1"},
		{"busy_timeout", fmt.Sprint(c.BusyTimeout.Milliseconds())},
		{"journal_mode", "wal"},
	}}
	switch {
	case path == db.Memory:
		k.want[3].value = "memory"
	case m == reading:
		k.want = append(k.want, pragma{"query_only", "1"})
	}
	return k
}

func (k *connector) Driver() driver.Driver { return &k.driver }

// Connect opens a connection and checks its settings. SQLite does not heed the busy timeout where it turns a file to
// WAL mode while another connection writes, so that is tried again here.
func (k *connector) Connect(ctx context.Context) (driver.Conn, error) {
	end := time.Now().Add(k.wait)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		c, err := k.connect(ctx)
		if !busy(err) || time.Now().After(end) {
			return c, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
		}
	}
}

func (k *connector) connect(ctx context.Context) (driver.Conn, error) {
	opened, err := k.driver.Open(k.dsn)
	if err != nil {
		return nil, err
	}
	c := &conn{SQLiteConn: opened.(*sqlite3.SQLiteConn)}
	for _, p := range k.want {
		if err := c.verify(ctx, p); err != nil {
			c.Close()
			return nil, err
		}
	}
	return c, nil
}

// verify reads a setting back: SQLite ignores one that it can not honour.
func (c *conn) verify(ctx context.Context, p pragma) error {
	rows, err := c.SQLiteConn.QueryContext(ctx, "PRAGMA "+p.name, nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if got := fmt.Sprint(row[0]); got != p.value {
		return fmt.Errorf("pragma %s is %s, not %s: keep the file on a local disk", p.name, got, p.value)
	}
	return nil
}

func busy(err error) bool {
	var e sqlite3.Error
	return errors.As(err, &e) && (e.Code == sqlite3.ErrBusy || e.Code == sqlite3.ErrLocked)
}

// explain says what to do about an error of opening a database.
func explain(err error) error {
	var e sqlite3.Error
	if !errors.As(err, &e) {
		return err
	}
	cure := map[sqlite3.ErrNo]string{
		sqlite3.ErrNotADB:   "not a SQLite database, or one that is encrypted",
		sqlite3.ErrBusy:     "locked by another process: stop that, or wait longer with busy_timeout",
		sqlite3.ErrReadonly: "not writable: change the owner or mode of the file, of its -wal and -shm files and of their folder",
		sqlite3.ErrPerm:     "not writable: change the owner or mode of the file",
		sqlite3.ErrCantOpen: "can not be opened: the file and its folder must be writable",
		sqlite3.ErrCorrupt:  "damaged: restore it from a backup",
		sqlite3.ErrFull:     "the disk is full",
	}[e.Code]
	if cure == "" {
		return err
	}
	return fmt.Errorf("%s (%w)", cure, err)
}
