package data

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A CreateInput has rows to be made: 100 at the most.
type CreateInput struct {
	Target
	Data objects `json:"data"`
	// ReturnFields are what is answered of the rows, as in a query. None are nothing.
	ReturnFields    names         `json:"return_fields" api:"optional"`
	ReturnMaxLength api.Null[int] `json:"return_max_length" minimum:"1" maximum:"1000000"`
}

func (s *service) create(ctx context.Context, in *CreateInput) (*wire.Answer[*[]json.RawMessage], error) {
	t, err := s.target(ctx, in.Target, grant.DataCreate, len(in.Data))
	if err != nil {
		return nil, err
	}
	rows, err := t.rows(in.Data, true)
	if err != nil {
		return nil, err
	}
	var sel *selection
	if len(in.ReturnFields) > 0 {
		sel = &selection{table: t}
		if sel.outputs, err = s.outputs(ctx, t, in.ReturnFields); err != nil {
			return nil, err
		}
	}
	if len(rows) == 0 {
		return answered(sel, nil, 0), nil
	}
	if err := hash(ctx, rows); err != nil {
		return nil, err
	}
	var made [][]any
	e := audit.Entry{Action: grant.DataCreate, Fields: columns(rows)}
	err = s.write(ctx, t, e, func(ctx context.Context, e *audit.Entry) error {
		for _, r := range rows {
			key, err := t.insert(ctx, r)
			if err != nil {
				return err
			}
			e.Keys, e.Count = append(e.Keys, fmt.Sprint(key)), e.Count+1
			if sel == nil {
				continue
			}
			found, err := sel.one(ctx, key)
			if err != nil {
				return err
			}
			made = append(made, found...)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return answered(sel, made, in.ReturnMaxLength.Value), nil
}

// answered are the rows that were asked for, null if none were.
func answered(sel *selection, rows [][]any, longest int) *wire.Answer[*[]json.RawMessage] {
	if sel == nil {
		return wire.OK[*[]json.RawMessage](nil)
	}
	return wire.OK(new(sel.shown(rows, longest)))
}

// insert makes a row and returns its key.
func (t *table) insert(ctx context.Context, r row) (any, error) {
	entity, err := orm.Insert(ctx, t.db, t.Model, r.key, r.changes)
	if err != nil {
		return nil, err
	}
	v := reflect.Indirect(reflect.ValueOf(entity))
	if v.Kind() != reflect.Struct || !v.FieldByName(t.Key.GoName).IsValid() {
		return nil, fmt.Errorf("a hook of %s returns %T: want the entity", t.ref, entity)
	}
	return v.FieldByName(t.Key.GoName).Interface(), nil
}
