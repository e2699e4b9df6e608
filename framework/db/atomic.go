package db

import (
	"context"
	"database/sql"
	"fmt"

	"entgo.io/ent/dialect"
)

// Atomic runs fn in a transaction: committed when fn returns nil, rolled back on an error, on a panic, which goes on,
// and when ctx is cancelled. What runs on this DB with the context that fn gets joins the transaction. Under a
// context that carries one already, Atomic is a savepoint in it.
//
// The error is fn's own, unless beginning or committing failed. Nothing is tried again.
func (d *DB) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := d.begin(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // refused when it has ended, as it has unless fn failed
	if err := fn(scope{ctx, tx}); err != nil {
		return err
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return tx.Commit()
}

// Tx begins a transaction that the caller ends: client.Tx of ent. It does not travel in the context; prefer Atomic.
func (d *DB) Tx(ctx context.Context) (dialect.Tx, error) {
	return d.BeginTx(ctx, nil)
}

// BeginTx is Tx with options. One that only reads takes a connection of the readers. Under a context that carries a
// transaction it is a savepoint, which has no options.
func (d *DB) BeginTx(ctx context.Context, opts *sql.TxOptions) (dialect.Tx, error) {
	tx, err := d.begin(ctx, opts)
	if err != nil {
		return nil, err // not tx: a nil *Tx in an interface is not nil
	}
	return tx, nil
}

func (d *DB) begin(ctx context.Context, opts *sql.TxOptions) (*Tx, error) {
	if outer := d.tx(ctx); outer != nil {
		if opts != nil && *opts != (sql.TxOptions{}) {
			return nil, fmt.Errorf("db: a transaction inside another has its isolation: pass the options to the outer one")
		}
		return outer.nest(ctx)
	}
	c, err := d.open(ctx)
	if err != nil {
		return nil, err
	}
	pool, turn := c.write, c.turn
	if opts != nil && opts.ReadOnly && c.read != c.write {
		pool, turn = c.read, nil
	}
	if err := turn.take(ctx); err != nil {
		return nil, err
	}
	under, err := pool.BeginTx(ctx, opts)
	if err != nil {
		turn.give()
		return nil, err
	}
	return newTx(ctx, d, under, turn), nil
}
