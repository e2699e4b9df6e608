package token

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
)

const (
	window     = 10 * time.Second
	maxRows    = 20 // of refusals in a window
	maxWriting = 2 * time.Second
)

// refusals writes who was refused: the first in each window one by one, the others as one row with their number, so
// that nobody fills the database by being refused.
type refusals struct {
	audit  *audit.Log
	logger *slog.Logger
	now    func() time.Time

	mu      sync.Mutex
	began   time.Time // of the window
	rows    int       // written in it
	counted int64     // and not written
}

func (r *refusals) add(ctx context.Context, e audit.Entry) {
	write, counted := r.count()
	if counted > 0 {
		r.write(ctx, more(counted))
	}
	if write {
		r.write(ctx, e)
	}
}

// count tells whether this one is written, and how many of windows before were only counted.
func (r *refusals) count() (write bool, counted int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := r.now(); now.Sub(r.began) >= window {
		r.began, r.rows = now, 0
		counted, r.counted = r.counted, 0
	}
	if r.rows >= maxRows {
		r.counted++
		return false, counted
	}
	r.rows++
	return true, counted
}

// flush writes the number of those that were only counted.
func (r *refusals) flush(ctx context.Context) error {
	r.mu.Lock()
	counted := r.counted
	r.counted = 0
	r.mu.Unlock()
	if counted == 0 {
		return nil
	}
	return r.audit.Write(ctx, more(counted))
}

func more(n int64) audit.Entry {
	return audit.Entry{Action: "refusals", Outcome: audit.Refused, Count: n, Detail: fmt.Sprintf("%d more were refused", n)}
}

// write adds a row. A database that is away makes nobody wait for long, and lets nobody in.
func (r *refusals) write(ctx context.Context, e audit.Entry) {
	if !r.audit.Store.Ready() {
		r.logger.WarnContext(ctx, "operations: a call was refused", "action", e.Action, "path", e.Path, "ip", e.Address, "reason", e.Detail)
		return
	}
	ctx, cancel := context.WithTimeout(ctx, maxWriting)
	defer cancel()
	if err := r.audit.Write(ctx, e); err != nil {
		r.logger.WarnContext(ctx, "operations: a refusal is not in the audit", "error", err)
	}
}
