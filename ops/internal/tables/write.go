package tables

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// maxRows is how many rows a call writes.
const maxRows = 100

// A CreateInput is rows to be made, and what is answered of them.
type CreateInput struct {
	Target
	Data            objects       `json:"data"`
	ReturnFields    list          `json:"return_fields" api:"optional"`
	ReturnMaxLength api.Null[int] `json:"return_max_length" minimum:"1" maximum:"1000000"`
}

func (s *service) create(ctx context.Context, in *CreateInput) (*wire.Answer[*[]json.RawMessage], error) {
	t, err := s.writing(ctx, in.Target, grant.DataCreate, len(in.Data))
	if err != nil {
		return nil, err
	}
	sel := &selection{table: t, most: in.ReturnMaxLength.Value}
	if len(in.ReturnFields) > 0 {
		if sel.outputs, err = s.outputs(ctx, t, in.ReturnFields); err != nil {
			return nil, err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	var rows []json.RawMessage
	e := audit.Entry{Action: grant.DataCreate, Model: t.ident, Fields: named(in.Data), Count: int64(len(in.Data))}
	err = s.audited(ctx, e, func(ctx context.Context, e *audit.Entry) error {
		return orm.Atomic(ctx, t.db, func(ctx context.Context) error {
			for i, data := range in.Data {
				key, err := t.insert(ctx, data)
				if err != nil {
					return at(i, err)
				}
				e.Keys = append(e.Keys, fmt.Sprint(key))
				if sel.outputs == nil {
					continue
				}
				sel.where = []filter{{&path{column: t.columns[0]}, func(column string) *sql.Predicate { return sql.EQ(column, key) }}}
				row, err := sel.rows(ctx, 1, 0)
				if err != nil {
					return err
				}
				rows = append(rows, row...)
			}
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	if sel.outputs == nil {
		return wire.OK[*[]json.RawMessage](nil), nil
	}
	return wire.OK(&rows), nil
}

// writing is the table that a call writes, if the caller may.
func (s *service) writing(ctx context.Context, target Target, scope string, rows int) (*table, error) {
	t, err := s.find(ctx, target, scope)
	if err == nil {
		err = s.writable(ctx, scope, t)
	}
	if err == nil && rows > maxRows {
		err = api.BadRequest("too_many", "data has %d rows: %d are the most", rows, maxRows)
	}
	return t, err
}

// named lists the names of what rows have.
func named(rows []map[string]json.RawMessage) (l []string) {
	for _, row := range rows {
		for name := range row {
			if len(name) <= 100 && !slices.Contains(l, name) && len(l) < maxFields {
				l = append(l, name)
			}
		}
	}
	slices.Sort(l)
	return l
}

// at says in which row something is wrong.
func at(i int, err error) error {
	if p := api.ProblemOf(err); p.Status == 400 && i > 0 {
		return api.BadRequest(p.Code, "data[%d]: %s", i, p.Detail)
	}
	return err
}

// changes looks up the names of a row, and reads their values. Asterisks for a secret mean that it stays.
func (t *table) changes(data map[string]json.RawMessage, isNew bool) (key any, l []orm.Change, err error) {
	for _, name := range sortedNames(data) {
		c := t.byName[name]
		if c == nil {
			return nil, nil, t.unknown(name)
		}
		text := data[name]
		if isSecretMask(c, text) {
			if isNew {
				return nil, nil, api.BadRequest("value", "field %s has asterisks: give the value itself", c.name)
			}
			continue
		}
		var v any
		if !isNull(text) {
			if v, err = c.value(text); err != nil {
				return nil, nil, err
			}
		}
		switch {
		case c.key:
			key = v
		case c.edge != nil && c.field.Edge == "":
			l = append(l, orm.Change{Edge: c.edge, Value: v})
		case isNew && c.field.Immutable && c.field.HasDefault:
			return nil, nil, api.BadRequest("readonly", "field %s is set by the service", c.name)
		default:
			l = append(l, orm.Change{Field: c.field, Value: v})
		}
	}
	return key, l, nil
}

func isSecretMask(c *column, text json.RawMessage) bool {
	var s string
	return c.secret && json.Unmarshal(text, &s) == nil && mask.IsMask(s)
}

// insert makes a row and returns its key.
func (t *table) insert(ctx context.Context, data map[string]json.RawMessage) (any, error) {
	key, changes, err := t.changes(data, true)
	if err != nil {
		return nil, err
	}
	entity, err := orm.Insert(ctx, t.db, t.Model, key, changes)
	if err != nil {
		return nil, err
	}
	return reflect.ValueOf(entity).Elem().FieldByName(t.Key.GoName).Interface(), nil
}

// An UpdateInput is rows to be changed. Each has its key as pk or id, and the new values. Expected has, for each row in
// turn, values that it must still have; otherwise nothing is changed, and the answer is 409.
type UpdateInput struct {
	Target
	Data     objects `json:"data"`
	Expected objects `json:"expected" api:"optional"`
}

func (s *service) update(ctx context.Context, in *UpdateInput) (*wire.Answer[int], error) {
	t, err := s.writing(ctx, in.Target, grant.DataUpdate, len(in.Data))
	if err != nil {
		return nil, err
	}
	if len(in.Expected) > 0 && len(in.Expected) != len(in.Data) {
		return nil, api.BadRequest("expected", "expected has %d rows, data %d: give one for each", len(in.Expected), len(in.Data))
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	changed := 0
	e := audit.Entry{Action: grant.DataUpdate, Model: t.ident, Fields: named(in.Data)}
	err = s.audited(ctx, e, func(ctx context.Context, e *audit.Entry) error {
		err := orm.Atomic(ctx, t.db, func(ctx context.Context) error {
			for i, data := range in.Data {
				var expected map[string]json.RawMessage
				if len(in.Expected) > 0 {
					expected = in.Expected[i]
				}
				key, err := t.modify(ctx, data, expected)
				if err != nil {
					return at(i, err)
				}
				if key != nil {
					changed++
					e.Keys = append(e.Keys, fmt.Sprint(key))
				}
			}
			return nil
		})
		e.Count = int64(changed)
		return err
	})
	return wire.OK(changed), err
}

// modify changes a row and returns its key: nil for a row that is not there, or for which there is nothing to change.
func (t *table) modify(ctx context.Context, data, expected map[string]json.RawMessage) (any, error) {
	key, changes, err := t.changes(data, false)
	if err != nil || key == nil || len(changes) == 0 {
		return nil, err
	}
	where, err := t.expected(expected)
	if err != nil {
		return nil, err
	}
	_, err = orm.Modify(ctx, t.db, t.Model, key, changes, where...)
	switch {
	case errors.Is(err, orm.ErrNotFound) && len(where) > 0:
		return nil, api.Conflict(conflictCode, "the row %v has changed meanwhile, or is gone: read it again", key)
	case errors.Is(err, orm.ErrNotFound):
		return nil, nil
	}
	return key, err
}

// expected are the conditions that values are still what they were.
func (t *table) expected(values map[string]json.RawMessage) (l []func(*sql.Selector), err error) {
	for _, name := range sortedNames(values) {
		c := t.column(name)
		if c == nil {
			return nil, t.unknown(name)
		}
		p := &path{column: c}
		if err := p.usable("expected"); err != nil {
			return nil, err
		}
		holds, err := p.condition(name, values[name])
		if err != nil {
			return nil, err
		}
		l = append(l, func(s *sql.Selector) { s.Where(holds(s.C(c.name))) })
	}
	return l, nil
}
