package db

import (
	"context"
	"fmt"
	"time"
)

// A turn lets writers at a single connection one after the other, first come first served, and none wait forever:
// database/sql alone would let a statement wait without end for the transaction that its own caller holds.
type turn struct {
	taken chan struct{}
	wait  time.Duration
	name  string
}

func newTurn(name string, wait time.Duration) *turn {
	return &turn{taken: make(chan struct{}, 1), wait: wait, name: name}
}

// take waits for the turn. A nil turn is always free.
func (t *turn) take(ctx context.Context) error {
	if t == nil {
		return nil
	}
	select {
	case t.taken <- struct{}{}:
		return nil
	default:
	}
	timer := time.NewTimer(t.wait)
	defer timer.Stop()
	select {
	case t.taken <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return fmt.Errorf("%s: %w: waited %s for a transaction to end: keep transactions short, and inside Atomic use the context that it gives", t.name, ErrBusy, t.wait)
	}
}

// give passes the turn on.
func (t *turn) give() {
	if t != nil {
		<-t.taken
	}
}
