package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// backupsKept is how many copies of a database stay beside it.
const backupsKept = 3

// sqlite holds the pragmas that enter changed.
type sqlite struct {
	entered                  bool
	foreignKeys, busyTimeout int
}

// enter turns foreign keys off: a table that is rebuilt is dropped, which would cascade into its children, and
// inside a transaction the pragma does nothing. A rebuild that fails leaves legacy_alter_table on.
func (e *sqlite) enter(ctx context.Context, c *sql.Conn, _ limits) error {
	if err := errors.Join(
		c.QueryRowContext(ctx, "PRAGMA foreign_keys").Scan(&e.foreignKeys),
		c.QueryRowContext(ctx, "PRAGMA busy_timeout").Scan(&e.busyTimeout),
	); err != nil {
		return fmt.Errorf("migrate: cannot read the database's pragmas: %w", err)
	}
	e.entered = true
	_, err := c.ExecContext(ctx, "PRAGMA foreign_keys = OFF; PRAGMA busy_timeout = 100; PRAGMA legacy_alter_table = OFF")
	return err
}

func (e *sqlite) leave(ctx context.Context, c *sql.Conn) error {
	if !e.entered {
		return nil
	}
	_, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA foreign_keys = %d; PRAGMA busy_timeout = %d; PRAGMA legacy_alter_table = OFF", e.foreignKeys, e.busyTimeout))
	return err
}

// begin takes the write lock at once, which is the lock between processes too. It waits in small steps, since
// SQLite's own wait cannot be cancelled.
func (e *sqlite) begin(ctx context.Context, c *sql.Conn, l limits) error {
	ok, err := poll(ctx, l.wait, func() (bool, error) {
		_, err := c.ExecContext(ctx, "BEGIN IMMEDIATE")
		if err != nil && strings.Contains(err.Error(), "locked") {
			return false, nil
		}
		return err == nil, err
	})
	if err == nil && !ok {
		return fmt.Errorf("the database stayed locked for %v; is another process migrating or writing?", l.wait)
	}
	return err
}

// verify looks for rows that point nowhere: foreign keys were off.
func (e *sqlite) verify(ctx context.Context, c *sql.Conn) (err error) {
	rows, err := c.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	if !rows.Next() {
		return rows.Err()
	}
	var (
		child, parent string
		id            sql.NullInt64
		key           int
	)
	if err := rows.Scan(&child, &id, &parent, &key); err != nil {
		return err
	}
	return fmt.Errorf("row %d of %s refers to a row of %s that does not exist (PRAGMA foreign_key_check lists all)", id.Int64, child, parent)
}

// backup copies the main database with VACUUM INTO, which sees committed data only and works beside writers.
func (e *sqlite) backup(ctx context.Context, c *sql.Conn, f File) (*backup, error) {
	var file string
	err := c.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file)
	if err != nil || file == "" { // in memory
		return &backup{}, err
	}
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	b := &backup{
		temporary: fmt.Sprintf("%s.%d.tmp", file, os.Getpid()),
		path:      fmt.Sprintf("%s.before-%s.bak", file, f.Version),
		prune:     func() { pruneBackups(file) },
	}
	// Made beforehand, so that the copy is never readable by more people than the original.
	if err := os.WriteFile(b.temporary, nil, info.Mode().Perm()); err != nil {
		return nil, err
	}
	if _, err := c.ExecContext(ctx, "VACUUM INTO ?", b.temporary); err != nil {
		b.discard()
		return nil, err
	}
	return b, nil
}

// pruneBackups removes all but the newest copies. It is no reason to stop when one cannot be removed.
func pruneBackups(file string) {
	entries, err := os.ReadDir(filepath.Dir(file))
	if err != nil {
		return
	}
	var copies []string
	for _, e := range entries {
		if n := e.Name(); strings.HasPrefix(n, filepath.Base(file)+".before-") && strings.HasSuffix(n, ".bak") {
			copies = append(copies, n)
		}
	}
	slices.Sort(copies) // by version
	for _, name := range copies[:max(0, len(copies)-backupsKept)] {
		_ = os.Remove(filepath.Join(filepath.Dir(file), name))
	}
}

func (*sqlite) tableExists(table string) string {
	return "SELECT count(*) > 0 FROM sqlite_master WHERE type = 'table' AND name = '" + table + "'"
}

func (*sqlite) createTable(table string) string {
	return "CREATE TABLE IF NOT EXISTS " + table + " (version TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, " +
		"checksum TEXT NOT NULL, applied_at TIMESTAMP NOT NULL, duration_ms INTEGER NOT NULL)"
}

func (*sqlite) insert(table string) string {
	return "INSERT INTO " + table + " (version, name, checksum, applied_at, duration_ms) VALUES (?, ?, ?, ?, ?)"
}
