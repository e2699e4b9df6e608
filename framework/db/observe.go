package db

import (
	"context"
	"time"
)

// A Statement is one that has run, for an [Observer].
type Statement struct {
	Query string
	Took  time.Duration // of a query until its first row can be read
	Err   error
}

// An Observer is told of every statement after it has run, by the goroutine that ran it.
type Observer func(ctx context.Context, s Statement)

// Observe has o told of the statements of the DB, in transactions too, besides the observers that there are.
func (d *DB) Observe(o Observer) {
	for {
		before := d.observer.Load()
		both := o
		if before != nil {
			both = func(ctx context.Context, s Statement) {
				(*before)(ctx, s)
				o(ctx, s)
			}
		}
		if d.observer.CompareAndSwap(before, &both) {
			return
		}
	}
}

// observed runs a statement and tells the observer.
func (d *DB) observed(ctx context.Context, query string, args, v any, run func(ctx context.Context, query string, args, v any) error) error {
	o := d.observer.Load()
	if o == nil {
		return run(ctx, query, args, v)
	}
	begun := time.Now()
	err := run(ctx, query, args, v)
	(*o)(ctx, Statement{Query: query, Took: time.Since(begun), Err: err})
	return err
}
