package tables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A DeleteInput names a row.
type DeleteInput struct {
	Target
	ID json.RawMessage `json:"id"`
}

func (s *service) delete(ctx context.Context, in *DeleteInput) (*wire.Answer[int], error) {
	t, err := s.writing(ctx, in.Target, grant.DataDelete, 1)
	if err != nil {
		return nil, err
	}
	key, err := t.columns[0].value(in.ID)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	removed := 0
	e := audit.Entry{Action: grant.DataDelete, Model: t.ident, Keys: []string{fmt.Sprint(key)}}
	err = s.audited(ctx, e, func(ctx context.Context, e *audit.Entry) error {
		err := orm.Atomic(ctx, t.db, func(ctx context.Context) (err error) {
			removed, err = t.remove(ctx, key)
			return err
		})
		e.Count = int64(removed)
		return err
	})
	return wire.OK(removed), err
}

// remove removes a row and returns how many went, with those that a foreign key took along.
func (t *table) remove(ctx context.Context, key any) (int, error) {
	along, err := t.cascade(ctx, []any{key}, 0)
	if err != nil {
		return 0, err
	}
	if err := orm.Remove(ctx, t.db, t.Model, key); errors.Is(err, orm.ErrNotFound) {
		return 0, nil
	} else if err != nil {
		return 0, err
	}
	left, err := t.keys(ctx, t.Model, t.Key.Column, []any{key})
	if err != nil {
		return 0, err
	}
	if len(left) > 0 { // a hook keeps the row, as one that is deleted softly
		return 1, nil
	}
	return 1 + along, nil
}

// Bounds on what is counted: rows beyond go all the same.
const (
	maxCascade = 10_000
	maxLevels  = 16
)

// cascade counts the rows that go with those of the keys.
func (t *table) cascade(ctx context.Context, keys []any, level int) (n int, err error) {
	if len(keys) == 0 || level == maxLevels {
		return 0, nil
	}
	for _, m := range t.db.ORM().Models {
		for _, fk := range m.ForeignKeys {
			if fk.RefTable != t.Table || fk.OnDelete != "CASCADE" || m.Key == nil {
				continue
			}
			found, err := t.keys(ctx, m, fk.Column, keys)
			if err != nil {
				return n, err
			}
			deeper, err := (&table{Model: m, db: t.db}).cascade(ctx, found, level+1)
			if n += len(found) + deeper; err != nil || n > maxCascade {
				return n, err
			}
		}
	}
	return n, nil
}

// keys finds rows of a model by a column, those too that nobody sees.
func (t *table) keys(ctx context.Context, m *orm.Model, column string, values []any) (l []any, err error) {
	drv := t.db.ORM().Driver
	b := sql.Dialect(drv.Dialect())
	for len(values) > 0 {
		some := values[:min(len(values), 500)]
		values = values[len(some):]
		at := b.Table(m.Table)
		text, args := b.Select(at.C(m.Key.Column)).From(at).Where(sql.In(at.C(column), some...)).Limit(maxCascade).Query()
		var rows sql.Rows
		if err := drv.Query(ctx, text, args, &rows); err != nil {
			return nil, err
		}
		for rows.Next() {
			var key any
			if err := rows.Scan(&key); err != nil {
				return nil, errors.Join(err, rows.Close())
			}
			if raw, ok := key.([]byte); ok {
				key = string(raw)
			}
			l = append(l, key)
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			return nil, err
		}
	}
	return l, nil
}
