package logs

import (
	"context"
	"strconv"
	"time"
)

const (
	maxCounted  = 10_000                 // up to which a count is exact
	shortBudget = time.Second            // for counting that far
	countBudget = 300 * time.Millisecond // for counting farther
)

// count is how many rows a selection has: exact up to 10,000, and beyond if they are counted in 300 ms; an estimate
// otherwise. A condition that took too long is not tried again for a minute.
func (r *reader) count(ctx context.Context, s *selection) (n int64, err error) {
	over, err := within(ctx, shortBudget, func(ctx context.Context) (err error) {
		n, err = number(ctx, r.Store, "SELECT count(*) FROM (SELECT 1 FROM "+s.name+s.where.String()+" LIMIT "+strconv.Itoa(maxCounted+1)+") AS first", s.where.args...)
		return err
	})
	if err != nil && !over || err == nil && n <= maxCounted {
		return n, err
	}
	key := s.name + s.where.key()
	if _, slow := r.slow.get(key); !over && !slow {
		var all int64
		over, err = within(ctx, countBudget, func(ctx context.Context) (err error) {
			all, err = number(ctx, r.Store, "SELECT count(*) FROM "+s.name+s.where.String(), s.where.args...)
			return err
		})
		if err == nil || !over {
			return all, err
		}
		r.slow.put(key, struct{}{})
	}
	err = limited(ctx, func(ctx context.Context) error {
		estimate, err := r.estimate(ctx, s)
		n = max(n, estimate)
		return err
	})
	return n, err
}

// estimate counts the rows of a sample of ids. They are given in the order in which rows are stored, so that a bound of time
// is about one of ids.
func (r *reader) estimate(ctx context.Context, s *selection) (int64, error) {
	first, last, err := r.ids(ctx, s)
	if err != nil || last == 0 {
		return 0, err
	}
	return sampled(ctx, r.Store, s.table, "1", s.where, first, last)
}

// ids are about the first and the last id of a selection; 0 for none.
func (r *reader) ids(ctx context.Context, s *selection) (first, last int64, err error) {
	begin, end, args := "ORDER BY id LIMIT 1", "ORDER BY id DESC LIMIT 1", []any(nil)
	if s.where.from != nil {
		begin, args = "WHERE time >= ? ORDER BY time, id LIMIT 1", []any{*s.where.from}
	}
	if first, err = number(ctx, r.Store, "SELECT id FROM "+s.name+" "+begin, args...); err != nil {
		return 0, 0, err
	}
	args = nil
	if s.where.to != nil {
		end, args = "WHERE time <= ? ORDER BY time DESC, id DESC LIMIT 1", []any{*s.where.to}
	}
	last, err = number(ctx, r.Store, "SELECT id FROM "+s.name+" "+end, args...)
	return first, max(first, last), err
}
