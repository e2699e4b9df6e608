package db

import "context"

// A scope is a context that carries a transaction, or, when tx is nil, hides those of the contexts around it.
type scope struct {
	context.Context
	tx *Tx
}

// ofDB asks a context for its innermost transaction on one database, or on any when db is nil.
type ofDB struct{ db *DB }

func (s scope) Value(key any) any {
	k, ok := key.(ofDB)
	switch {
	case !ok:
	case s.tx == nil:
		return nil
	case k.db == nil || k.db == s.tx.db:
		return s.tx
	}
	return s.Context.Value(key)
}

// tx is the transaction of this database that ctx carries, nil for none.
func (d *DB) tx(ctx context.Context) *Tx {
	tx, _ := ctx.Value(ofDB{d}).(*Tx)
	return tx
}

// Detach returns ctx without its transactions, of any DB: for work that goes on after they end. What runs with it
// before they do sees nothing of them, and on SQLite a write waits for them.
func Detach(ctx context.Context) context.Context {
	if ctx.Value(ofDB{}) == nil {
		return ctx
	}
	return scope{Context: ctx}
}

// AfterCommit calls fn once the transaction that ctx carries has committed, or at once if it carries none. Of nested
// transactions that is the outermost one; fn is dropped when any of them rolls back. Of transactions on two
// databases it is the one begun last. The context is over by then: fn takes its own, from [Detach] for one.
func AfterCommit(ctx context.Context, fn func()) {
	tx, _ := ctx.Value(ofDB{}).(*Tx)
	if tx == nil || tx.after(committed, fn) {
		fn()
	}
}

// AfterRollback calls fn once the transaction that ctx carries, or one around it, has been rolled back, also by a
// commit that failed; the last that was asked for goes first. Without a transaction it is never called.
func AfterRollback(ctx context.Context, fn func()) {
	tx, _ := ctx.Value(ofDB{}).(*Tx)
	if tx != nil && tx.after(rolledBack, fn) {
		fn()
	}
}
