package db

import (
	"context"
	"database/sql"
	"errors"
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
	pools  *Pools
	write  *entsql.Driver
	read   *entsql.Driver
	turn   *turn // nil where several connections write
}

var _ dialect.Driver = (*DB)(nil)

func newDB(c Config, pools *Pools) *DB {
	d := &DB{config: c, pools: pools, write: entsql.OpenDB(c.Engine, pools.Writer)}
	d.read = d.write
	if pools.Reader != nil {
		d.read = entsql.OpenDB(c.Engine, pools.Reader)
	}
	if pools.Writer.Stats().MaxOpenConnections == 1 {
		wait := c.BusyTimeout
		if wait == 0 {
			wait = DefaultBusyTimeout
		}
		d.turn = newTurn(c.String(), wait)
	}
	return d
}

// DefaultBusyTimeout is the BusyTimeout of a Config that has none.
const DefaultBusyTimeout = 10 * time.Second

// Dialect is the engine under ent's name for it: "sqlite3" or "postgres".
func (d *DB) Dialect() string { return d.config.Engine }

// Engine is SQLite or Postgres.
func (d *DB) Engine() string { return d.config.Engine }

// String is the URL of the database without its password.
func (d *DB) String() string { return d.config.String() }

// SQL is the pool that writes. What runs on it directly joins no transaction; on SQLite it has one connection.
func (d *DB) SQL() *sql.DB { return d.write.DB() }

// Reader is the pool that reads; the same as SQL on PostgreSQL and for a database in memory.
func (d *DB) Reader() *sql.DB { return d.read.DB() }

// Exec runs a statement that returns no rows. args is a []any; v is nil or a *sql.Result to fill.
func (d *DB) Exec(ctx context.Context, query string, args, v any) error {
	if tx := d.tx(ctx); tx != nil {
		return tx.Exec(ctx, query, args, v)
	}
	if err := d.turn.take(ctx); err != nil {
		return err
	}
	defer d.turn.give()
	return d.write.Exec(ctx, query, args, v)
}

// Query runs a statement that returns rows. args is a []any; v is ent's *sql.Rows to fill. The caller closes them.
func (d *DB) Query(ctx context.Context, query string, args, v any) error {
	if tx := d.tx(ctx); tx != nil {
		return tx.Query(ctx, query, args, v)
	}
	if d.read != d.write && reads(query) {
		return d.read.Query(ctx, query, args, v)
	}
	if err := d.turn.take(ctx); err != nil {
		return err
	}
	defer d.turn.give()
	return d.write.Query(ctx, query, args, v)
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
	if d.pools.Forget != nil {
		d.pools.Forget()
	}
}

// Close closes all connections.
func (d *DB) Close() error {
	if d.read == d.write {
		return d.write.Close()
	}
	// The writer goes last: as the last connection to the file it moves the log into the database.
	return errors.Join(d.read.Close(), d.write.Close())
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
