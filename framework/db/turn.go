package db

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// A turn lets writers at a single connection one after the other, first come first served, and none wait forever:
// database/sql alone would let a statement wait without end for the transaction that its own caller holds, or for the
// rows that it is reading.
type turn struct {
	taken chan struct{}
	pool  *sql.DB
	wait  time.Duration
	name  string
}

func newTurn(name string, pool *sql.DB, wait time.Duration) *turn {
	return &turn{taken: make(chan struct{}, 1), pool: pool, wait: wait, name: name}
}

// take waits for the turn, and for the connection to be free. A nil turn is always free.
func (t *turn) take(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case t.taken <- struct{}{}:
		if t.pool.Stats().InUse == 0 {
			return nil
		}
		t.give()
	default:
	}
	short, cancel := context.WithTimeoutCause(ctx, t.wait, t.busy())
	defer cancel()
	select {
	case t.taken <- struct{}{}:
	case <-short.Done():
		return context.Cause(short)
	}
	conn, err := t.pool.Conn(short)
	if err == nil {
		return conn.Close()
	}
	t.give()
	if short.Err() != nil {
		return context.Cause(short)
	}
	return err
}

func (t *turn) busy() error {
	return fmt.Errorf("%s: %w: waited %s for it: keep transactions short, inside Atomic use the context that it gives, and close rows before the next statement", t.name, ErrBusy, t.wait)
}

// give passes the turn on.
func (t *turn) give() {
	if t != nil {
		<-t.taken
	}
}
