package data

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A DeleteInput names a row.
type DeleteInput struct {
	Target
	ID json.RawMessage `json:"id"` // its key
}

func (s *service) delete(ctx context.Context, in *DeleteInput) (*wire.Answer[int64], error) {
	t, err := s.target(ctx, in.Target, grant.DataDelete, 1)
	if err != nil {
		return nil, err
	}
	if isNullJSON(in.ID) {
		return nil, api.BadRequest("id", "id is required: the key of the row")
	}
	key, err := t.key().value(in.ID)
	if err != nil {
		return nil, api.BadRequest("id", "id %s", err.Error())
	}
	var removed int64
	e := audit.Entry{Action: grant.DataDelete, Keys: []string{fmt.Sprint(key)}}
	err = s.write(ctx, t, e, func(ctx context.Context, e *audit.Entry) (err error) {
		removed, err = t.remove(ctx, key)
		e.Count = removed
		return err
	})
	return wire.OK(removed), err
}

// remove removes a row, and says how many went with it and itself.
func (t *table) remove(ctx context.Context, key any) (int64, error) {
	c := &cascade{conn: t.db.ORM()}
	along, err := c.count(ctx, t.Model, key)
	if err != nil {
		return 0, err
	}
	err = orm.Remove(ctx, t.db, t.Model, key)
	var broken *orm.ConstraintError
	switch {
	case errors.Is(err, orm.ErrNotFound):
		return 0, nil
	case errors.As(err, &broken) && broken.Kind == orm.Reference:
		return 0, api.BadRequest("reference", "other rows lead to the row %v: remove or change them first", key).Cause(err)
	case err != nil:
		return 0, err
	}
	left, err := c.keys(ctx, t.Model, t.Key.Column, []any{key})
	if len(left) > 0 { // it is only marked, as by a soft delete, and takes nothing along
		along = 0
	}
	return 1 + along, err
}
