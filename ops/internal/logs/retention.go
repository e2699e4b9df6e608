package logs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Retention keeps the logs within their age and size. It removes rows in small transactions and rests after each, so that
// writers get in between. Neither engine gives the room back to the system: SQLite puts new rows into freed pages, and
// PostgreSQL into what its autovacuum has cleared. Nothing but the logs is touched, the audit above all.
type Retention struct {
	Store *store.Store

	// Service names whose rows get old; the size is that of all services' rows.
	Service string

	VolatileMaintain time.Duration               // age of volatile rows; 0 is 7 days
	MaxRetention     time.Duration               // age of all rows; 0 is 90 days
	Levels           map[log.Level]time.Duration // ages of rows of a level, volatile or not, in the place of both
	MaxBytes         int64                       // of all rows; above it the oldest go, volatile ones first. 0 for no bound

	Now func() time.Time // time.Now if it is nil
}

const (
	day             = 24 * time.Hour
	defaultVolatile = 7 * day
	defaultAge      = 90 * day
)

// Run removes what is too old or too much, and counts it.
func (t *Retention) Run(ctx context.Context) (removed int64, err error) {
	for _, log := range []*table{serviceLog, requestLog} {
		n, err := t.expire(ctx, log)
		removed += n
		if err != nil {
			return removed, fmt.Errorf("retention of %s: %w", log.name, err)
		}
	}
	if t.MaxBytes == 0 {
		return removed, nil
	}
	n, err := t.shrink(ctx)
	if err != nil {
		err = fmt.Errorf("retention of the logs' size: %w", err)
	}
	return removed + n, err
}

// expire removes rows that are too old. Ids are in the order of storing: behind the last row of the youngest age that
// there is, none is too old, but for one that was stored late and goes another time.
func (t *Retention) expire(ctx context.Context, of *table) (int64, error) {
	expired, youngest := t.expired(of)
	expired.equal("service", t.Service)
	last, err := number(ctx, t.Store, "SELECT id FROM "+of.name+" WHERE time < ? ORDER BY time DESC, id DESC LIMIT 1", youngest)
	if err != nil {
		return 0, err
	}
	return t.sweep(ctx, of, expired, last, 0)
}

// expired is the condition of rows that are too old, and the time before which the first of them may be. The plus sign
// keeps the rows in the order of their ids: without it, an index of times would be read.
func (t *Retention) expired(of *table) (w *where, youngest int64) {
	now := time.Now
	if t.Now != nil {
		now = t.Now
	}
	before := func(age, otherwise time.Duration) int64 {
		if age == 0 {
			age = otherwise
		}
		micros := now().Add(-age).UnixMicro()
		youngest = max(youngest, micros)
		return micros
	}
	term, args := "CASE volatile WHEN 1 THEN CAST(? AS bigint) ELSE CAST(? AS bigint) END", []any{before(t.VolatileMaintain, defaultVolatile), before(t.MaxRetention, defaultAge)}
	if of == serviceLog && len(t.Levels) > 0 {
		cases, own := "CASE level", []any(nil)
		for _, level := range slices.Sorted(maps.Keys(t.Levels)) {
			cases += " WHEN ? THEN CAST(? AS bigint)"
			own = append(own, level.Stored(), before(t.Levels[level], defaultAge))
		}
		term, args = cases+" ELSE "+term+" END", append(own, args...)
	}
	w = &where{}
	w.and("+time < "+term, args...)
	return w, youngest
}

// sweep removes rows that fit, up to the id last and, unless most is 0, about that many: the first ones.
func (t *Retention) sweep(ctx context.Context, of *table, w *where, last, most int64) (removed int64, err error) {
	for next := int64(1); next <= last; {
		size := int64(step)
		if most > 0 {
			size = min(size, most-removed)
		}
		if size == 0 {
			break
		}
		fit := w.with("id >= ? AND id <= ?", next, last)
		first, err := number(ctx, t.Store, "SELECT id FROM "+of.name+fit.String()+" ORDER BY id LIMIT 1", fit.args...)
		if err != nil || first == 0 {
			return removed, err
		}
		begun := time.Now()
		next = min(first+size, last+1)
		n, err := t.remove(ctx, of, w, first, next)
		removed += n
		if err != nil {
			return removed, err
		}
		if err := rest(ctx, time.Since(begun)); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// remove removes rows that fit, from the id first and before the id next, with all that belongs to them.
func (t *Retention) remove(ctx context.Context, of *table, w *where, first, next int64) (n int64, err error) {
	err = t.Store.Atomic(ctx, func(ctx context.Context) error {
		fit := w.with("id >= ? AND id < ?", first, next)
		res, err := t.Store.Exec(ctx, numbered("DELETE FROM "+of.name+fit.String()), fit.args...)
		if err != nil {
			return err
		}
		if of == serviceLog {
			_, err = t.Store.Exec(ctx, `DELETE FROM ops_log_detail WHERE id >= $1 AND id < $2
AND NOT EXISTS (SELECT 1 FROM ops_log WHERE ops_log.id = ops_log_detail.id)`, first, next)
			if err != nil {
				return err
			}
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}

// rest lets writers work for as long as it took to remove rows.
func rest(ctx context.Context, took time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(max(took, time.Millisecond)):
		return nil
	}
}
