package logs

import (
	"context"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A reader answers questions about the logs.
type reader struct {
	Options
	cursors   recent[place, cursor]
	slow      recent[string, struct{}] // conditions whose rows take too long to count
	endpoints endpoints
}

// limit is how long a statement may run.
const limit = 5 * time.Second

// visible is the condition of rows that may be seen.
func (r *reader) visible() *where {
	w := &where{}
	if node := r.Node(); node != "" {
		w.and("(service = ? OR node_id = ?)", r.Service, node)
	} else {
		w.and("service = ?", r.Service)
	}
	return w
}

// contains is the function that finds a text in another.
func (r *reader) contains() string {
	if r.Store.Postgres() {
		return "strpos"
	}
	return "instr"
}

// each runs a query, with a ? for each of args.
func (r *reader) each(ctx context.Context, query string, args []any, f func(store.Scan) error) error {
	return r.Store.Each(ctx, numbered(query), args, f)
}

// number runs a query for one number, with a ? for each of args: 0 for NULL or no row.
func number(ctx context.Context, s *store.Store, query string, args ...any) (n int64, err error) {
	err = s.Each(ctx, numbered(query), args, func(scan store.Scan) error {
		var value *int64
		if err := scan(&value); err != nil || value == nil {
			return err
		}
		n = *value
		return nil
	})
	return n, err
}

// limited runs f for as long as statements may run.
func limited(ctx context.Context, f func(ctx context.Context) error) error {
	over, err := within(ctx, limit, f)
	if over {
		return api.BadRequest("too_slow", "this takes longer than %v: narrow the time, by time_gte and time_lte or by start and end", limit).Cause(err)
	}
	return err
}

// within runs f for that time, and tells whether it was cut off. Then there is nothing else to say of it.
func within(ctx context.Context, d time.Duration, f func(ctx context.Context) error) (over bool, err error) {
	short, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	err = f(short)
	return err != nil && short.Err() != nil && ctx.Err() == nil, err
}

// notFound answers for a row that is not there, or may not be seen.
func notFound() error { return api.NotFound("not_found", "not found") }
