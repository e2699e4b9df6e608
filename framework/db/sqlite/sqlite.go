//go:build cgo

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strconv"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

func init() {
	db.Register(db.SQLite, open)
}

func open(ctx context.Context, c db.Config) (*db.Pools, error) {
	if c.BusyTimeout == 0 {
		c.BusyTimeout = db.DefaultBusyTimeout
	}
	if c.StatementCache == 0 {
		c.StatementCache = 256
	}
	path := c.Name
	if path != db.Memory {
		var err error
		if path, err = createFile(c.Name); err != nil {
			return nil, fmt.Errorf("%s: %w", c, err)
		}
	}
	writer, err := openPool(ctx, c, path, writing)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, explain(err))
	}
	writer.SetMaxOpenConns(1)
	if path == db.Memory {
		return &db.Pools{Writer: writer}, nil
	}
	reader, err := openPool(ctx, c, path, reading)
	if err != nil {
		writer.Close()
		return nil, fmt.Errorf("%s: %w", c, explain(err))
	}
	limitReaders(reader, c)
	return &db.Pools{Writer: writer, Reader: reader}, nil
}

func openPool(ctx context.Context, c db.Config, path string, m mode) (*sql.DB, error) {
	pool := sql.OpenDB(newConnector(c, path, m))
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

func limitReaders(pool *sql.DB, c db.Config) {
	open := c.MaxOpen
	if open == 0 {
		open = max(4, runtime.GOMAXPROCS(0))
	}
	idle := c.MaxIdle
	if idle == 0 {
		idle = open
	}
	pool.SetMaxOpenConns(open)
	pool.SetMaxIdleConns(idle)
	pool.SetConnMaxLifetime(c.MaxLifetime)
	pool.SetConnMaxIdleTime(c.MaxIdleTime)
}

// createFile makes an empty database that only its owner can read, unless the file is there. SQLite gives the files
// of the log the same mode. The path that it returns stays right when the working directory changes.
func createFile(name string) (string, error) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case err == nil:
		return path, f.Close()
	case errors.Is(err, fs.ErrNotExist):
		return "", fmt.Errorf("the folder %s does not exist: create it", filepath.Dir(name))
	case errors.Is(err, fs.ErrPermission):
		return "", errors.New("no permission to write the file: change its owner or mode, or that of its folder")
	}
	if info, serr := os.Stat(path); serr == nil && info.IsDir() {
		return "", errors.New("is a folder: name a file")
	}
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return "", err
}

// A mode is what the connections of a pool are for.
type mode int

const (
	writing mode = iota
	reading
)

// dsn is the data source name of mattn/go-sqlite3.
func dsn(c db.Config, path string, m mode) string {
	q := url.Values{
		"_busy_timeout":    {strconv.FormatInt(c.BusyTimeout.Milliseconds(), 10)},
		"_foreign_keys":    {"1"},
		"_synchronous":     {"NORMAL"},
		"_stmt_cache_size": {strconv.Itoa(max(c.StatementCache, 0))},
	}
	switch {
	case path == db.Memory:
		q.Set("_txlock", "immediate")
		return "file::memory:?" + q.Encode()
	case m == writing:
		q.Set("_txlock", "immediate")
		q.Set("_journal_mode", "WAL")
	case m == reading:
		// Not mode=ro: that can not join a database in WAL mode while no writer has it open.
		q.Set("_query_only", "1")
	}
	q.Set("mode", "rw")
	u := url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}
	return u.String()
}
