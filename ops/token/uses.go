package token

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/store"
)

// pause is between two times that the uses of one token are written.
const pause = time.Minute

// uses counts how often tokens are used. The first use is written at once, those that follow together.
type uses struct {
	store  *store.Store
	logger *slog.Logger
	update string // with parameters: how often, the last time, the row

	mu   sync.Mutex
	rows map[int64]*use
}

type use struct {
	count         int64
	last, written time.Time
}

// add counts one. What cannot be written now is written later: it keeps nobody out.
func (u *uses) add(ctx context.Context, id int64, now time.Time) {
	if n := u.count(id, now); n > 0 {
		if err := u.write(context.WithoutCancel(ctx), id, n, now); err != nil {
			u.logger.WarnContext(ctx, "operations: uses of a token are not written yet", "error", err)
		}
	}
}

// count is how many uses are to be written now.
func (u *uses) count(id int64, now time.Time) int64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.rows == nil {
		u.rows = map[int64]*use{}
	}
	row := u.rows[id]
	if row == nil {
		row = &use{}
		u.rows[id] = row
	}
	row.count, row.last = row.count+1, now
	if now.Sub(row.written) < pause {
		return 0
	}
	n := row.count
	row.count, row.written = 0, now
	return n
}

// began counts a use that is in the row already.
func (u *uses) began(id int64, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.rows == nil {
		u.rows = map[int64]*use{}
	}
	u.rows[id] = &use{last: now, written: now}
}

func (u *uses) write(ctx context.Context, id, n int64, last time.Time) error {
	_, err := u.store.Exec(ctx, u.update, n, last.UnixMicro(), id)
	if err != nil {
		u.mu.Lock()
		defer u.mu.Unlock()
		if row := u.rows[id]; row != nil {
			row.count += n
		}
	}
	return err
}

// flush writes what is counted and has waited long enough, or all of it, and forgets tokens that were not used for a
// while.
func (u *uses) flush(ctx context.Context, now time.Time, all bool) (err error) {
	for id, row := range u.take(now, all) {
		err = errors.Join(err, u.write(ctx, id, row.count, row.last))
	}
	return err
}

func (u *uses) take(now time.Time, all bool) map[int64]use {
	u.mu.Lock()
	defer u.mu.Unlock()
	taken := map[int64]use{}
	for id, row := range u.rows {
		switch {
		case row.count > 0 && (all || now.Sub(row.written) >= pause):
			taken[id] = *row
			row.count, row.written = 0, now
		case row.count == 0 && now.Sub(row.last) >= pause:
			delete(u.rows, id)
		}
	}
	return taken
}
