// Package store is the database of the operations module: a SQLite file or a PostgreSQL database of its own, or one that
// the application has open. Its tables begin with ops_, and its migrations are its own, kept apart from the application's.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// A Store is the database. Times in it are microseconds since 1970.
type Store struct {
	db  *db.DB
	own bool // it is opened and closed here

	mu    sync.Mutex
	ready bool // it has its tables
}

// New makes a Store of its own database, or of one that is there. It connects with Start.
func New(own db.Config, existing *db.DB) (*Store, error) {
	switch {
	case existing != nil && own != (db.Config{}):
		return nil, errors.New("there are two databases: set Database for one of its own, or DB for one that the service uses already")
	case existing != nil:
		return &Store{db: existing}, nil
	case own == (db.Config{}):
		return nil, errors.New(`there is no database: set Database, such as db.Config{Engine: db.SQLite, Name: "operations.db"}, or DB`)
	}
	d, err := db.New(own)
	if err != nil {
		return nil, err
	}
	return &Store{db: d, own: true}, nil
}

// DB is the database.
func (s *Store) DB() *db.DB { return s.db }

// Postgres tells it from SQLite.
func (s *Store) Postgres() bool { return s.db.Engine() == db.Postgres }

//go:embed migrations
var migrations embed.FS

// table is where the store's own migrations are kept.
const table = "ops_migrations"

// Files are the migrations for an engine.
func Files(engine string) ([]migrate.File, error) {
	folder := "postgres"
	if engine == db.SQLite {
		folder = "sqlite"
	}
	sub, err := fs.Sub(migrations, "migrations/"+folder)
	if err != nil {
		return nil, err
	}
	return migrate.Read(sub)
}

// Start connects and brings the tables up to date, under a lock that all processes share. After an error, such as that
// of a server which is away, it may be called again.
func (s *Store) Start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready {
		return nil
	}
	if err := s.db.Start(ctx); err != nil {
		return err
	}
	files, err := Files(s.db.Engine())
	if err != nil {
		return err
	}
	runner := &migrate.Runner{DB: s.db.SQL(), Dialect: s.db.Dialect(), Files: files, Table: table}
	if _, err := runner.Apply(ctx); err != nil {
		return fmt.Errorf("%s: %w", s.db, err)
	}
	s.db.Forget()
	s.ready = true
	return nil
}

// Ready tells whether Start has done its work.
func (s *Store) Ready() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready
}

// Stop closes the database if it is the store's own.
func (s *Store) Stop(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready = false
	if !s.own {
		return nil
	}
	return s.db.Close()
}

// Exec runs a statement without rows, with parameters as $1, $2.
func (s *Store) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return s.db.ExecContext(ctx, query, args...)
}

// Insert runs an INSERT ... RETURNING of one number, the key of the new row. It is false when the statement did nothing,
// as one with ON CONFLICT DO NOTHING.
func (s *Store) Insert(ctx context.Context, query string, args ...any) (id int64, done bool, err error) {
	err = s.Each(ctx, query, args, func(scan Scan) error {
		done = true
		return scan(&id)
	})
	return id, done, err
}

// Scan puts the columns of a row into what is pointed to.
type Scan func(dest ...any) error

// Each runs a query and calls f with each of its rows.
func (s *Store) Each(ctx context.Context, query string, args []any, f func(Scan) error) (err error) {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Atomic runs fn in a transaction; see db.DB.Atomic.
func (s *Store) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.db.Atomic(ctx, fn)
}

// Optional is NULL for zero.
func Optional(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
