package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// DB is an open database. It is ent's driver:
//
//	client := ent.NewClient(ent.Driver(conn))
//
// Statements whose context carries a transaction of this DB run in it; see [DB.Atomic]. A DB is safe for use by
// any number of goroutines.
type DB struct {
	config Config
	engine Engine

	opening sync.Mutex
	conns   atomic.Pointer[conns] // nil until the DB is used
	closed  atomic.Bool

	observer atomic.Pointer[Observer] // nil for none
}

var _ dialect.Driver = (*DB)(nil)

// New makes a DB that connects when it is first used, or by Start. What can be wrong without connecting is an
// error. The package of the engine has to be imported.
func New(c Config) (*DB, error) {
	c, err := c.check()
	if err != nil {
		return nil, err
	}
	engine, err := engineOf(c)
	if err != nil {
		return nil, err
	}
	return &DB{config: c, engine: engine}, nil
}

// Open makes a DB, connects and verifies that it answers.
func Open(ctx context.Context, c Config) (*DB, error) {
	d, err := New(c)
	if err == nil {
		err = d.Start(ctx)
	}
	if err != nil {
		return nil, err
	}
	return d, nil
}

// Start connects and verifies that the database answers. It may follow Stop.
func (d *DB) Start(ctx context.Context) error {
	d.closed.Store(false)
	_, err := d.open(ctx)
	return err
}

// Stop closes all connections.
func (d *DB) Stop(context.Context) error { return d.Close() }

// DefaultBusyTimeout is the BusyTimeout of a Config that has none.
const DefaultBusyTimeout = 10 * time.Second

// Dialect is the engine under ent's name for it: "sqlite3" or "postgres".
func (d *DB) Dialect() string { return d.config.Engine }

// Engine is SQLite or Postgres.
func (d *DB) Engine() string { return d.config.Engine }

// String is the URL of the database without its password.
func (d *DB) String() string { return d.config.String() }

// SQL is the pool that writes. What runs on it directly joins no transaction; on SQLite it has one connection.
// It is nil before the DB has connected.
func (d *DB) SQL() *sql.DB {
	if c := d.conns.Load(); c != nil {
		return c.write.DB()
	}
	return nil
}

// Reader is the pool that reads; the same as SQL on PostgreSQL and for a database in memory.
// It is nil before the DB has connected.
func (d *DB) Reader() *sql.DB {
	if c := d.conns.Load(); c != nil {
		return c.read.DB()
	}
	return nil
}

// Exec runs a statement that returns no rows. args is a []any; v is nil or a *sql.Result to fill.
func (d *DB) Exec(ctx context.Context, query string, args, v any) error {
	return d.observed(ctx, query, args, v, d.exec)
}

func (d *DB) exec(ctx context.Context, query string, args, v any) error {
	if tx := d.tx(ctx); tx != nil {
		return tx.exec(ctx, query, args, v)
	}
	c, err := d.open(ctx)
	if err != nil {
		return err
	}
	if err := c.turn.take(ctx); err != nil {
		return err
	}
	defer c.turn.give()
	return c.write.Exec(ctx, query, args, v)
}

// Query runs a statement that returns rows. args is a []any; v is ent's *sql.Rows to fill. The caller closes them.
func (d *DB) Query(ctx context.Context, query string, args, v any) error {
	return d.observed(ctx, query, args, v, d.query)
}

func (d *DB) query(ctx context.Context, query string, args, v any) error {
	if tx := d.tx(ctx); tx != nil {
		return tx.query(ctx, query, args, v)
	}
	c, err := d.open(ctx)
	if err != nil {
		return err
	}
	if c.read != c.write && reads(query) {
		return c.read.Query(ctx, query, args, v)
	}
	if err := c.turn.take(ctx); err != nil {
		return err
	}
	defer c.turn.give()
	return c.write.Query(ctx, query, args, v)
}

// ExecContext is Exec in the manner of database/sql.
func (d *DB) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return execContext(ctx, d, query, args)
}

// QueryContext is Query in the manner of database/sql.
func (d *DB) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return queryContext(ctx, d, query, args)
}

// Ping asks the database for a row.
func (d *DB) Ping(ctx context.Context) error {
	rows, err := d.QueryContext(ctx, "SELECT 1")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
	}
	return rows.Err()
}

// Forget makes all connections drop their prepared statements. Call it after the schema has changed.
func (d *DB) Forget() {
	if c := d.conns.Load(); c != nil && c.pools.Forget != nil {
		c.pools.Forget()
	}
}

// Close closes all connections. What uses the DB afterwards gets an error.
func (d *DB) Close() error {
	d.opening.Lock()
	defer d.opening.Unlock()
	d.closed.Store(true)
	c := d.conns.Swap(nil)
	if c == nil {
		return nil
	}
	return c.close()
}

func execContext(ctx context.Context, on dialect.ExecQuerier, query string, args []any) (sql.Result, error) {
	var result sql.Result
	if err := on.Exec(ctx, query, args, &result); err != nil {
		return nil, err
	}
	return result, nil
}

func queryContext(ctx context.Context, on dialect.ExecQuerier, query string, args []any) (*sql.Rows, error) {
	var rows entsql.Rows
	if err := on.Query(ctx, query, args, &rows); err != nil {
		return nil, err
	}
	if r, ok := rows.ColumnScanner.(*sql.Rows); ok {
		return r, nil
	}
	// ent's session variables hide the rows behind a closer of their own.
	return nil, errors.Join(errors.New("db: QueryContext knows no session variables: use Query"), rows.Close())
}
