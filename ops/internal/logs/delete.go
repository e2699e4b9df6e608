package logs

import (
	"context"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// step is how many rows are removed in one transaction, so that writers get in between.
const step = 1000

func (r *reader) deleteService(ctx context.Context, in *ServiceFilter) (*wire.Answer[*struct{}], error) {
	s, err := r.served(ctx, in)
	if err != nil {
		return nil, err
	}
	return r.delete(ctx, s)
}

func (r *reader) deleteRequest(ctx context.Context, in *RequestFilter) (*wire.Answer[*struct{}], error) {
	r.Flush(ctx)
	w, err := in.condition(r)
	if err != nil {
		return nil, err
	}
	return r.delete(ctx, &selection{table: requestLog, where: w})
}

// delete removes what is selected, as far as it is there now, and counts it.
func (r *reader) delete(ctx context.Context, s *selection) (*wire.Answer[*struct{}], error) {
	defer r.cursors.forget()
	last, err := number(ctx, r.Store, "SELECT max(id) FROM "+s.name)
	if err != nil {
		return nil, err
	}
	w, oldest := s.where.with("id <= ?", last), order{column: "time"}
	answer := wire.Page[*struct{}](nil, 0)
	for {
		ids := make([]any, 0, step)
		var end cursor
		err := limited(ctx, func(ctx context.Context) error {
			return r.each(ctx, "SELECT id, time FROM "+s.name+w.String()+oldest.String()+" LIMIT "+strconv.Itoa(step), w.args, func(scan store.Scan) error {
				err := scan(&end.id, &end.value)
				ids = append(ids, end.id)
				return err
			})
		})
		if err != nil || len(ids) == 0 {
			return answer, err
		}
		n, err := r.remove(ctx, s.table, ids)
		if err != nil {
			return nil, err
		}
		answer.Count += n
		w = oldest.after(s.where.with("id <= ?", last), end)
	}
}

// remove removes rows with all that belongs to them.
func (r *reader) remove(ctx context.Context, t *table, ids []any) (n int64, err error) {
	in := " WHERE id IN (?" + strings.Repeat(", ?", len(ids)-1) + ")"
	err = r.Store.Atomic(ctx, func(ctx context.Context) error {
		res, err := r.Store.Exec(ctx, numbered("DELETE FROM "+t.name+in), ids...)
		if err != nil {
			return err
		}
		if t == serviceLog {
			if _, err := r.Store.Exec(ctx, numbered("DELETE FROM ops_log_detail"+in), ids...); err != nil {
				return err
			}
		}
		n, err = res.RowsAffected()
		return err
	})
	return n, err
}
