package data

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"time"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// An UpdateInput has rows to be changed: 100 at the most. Each has its key, as pk or id, and the new values.
type UpdateInput struct {
	Target
	Data objects `json:"data"`
	// Expected has, for each row of Data in turn, values that have to be there still, as a query answers them. If one
	// is not, or the row is gone, nothing is changed, and the answer is 409.
	Expected objects `json:"expected" api:"optional"`
}

func (s *service) update(ctx context.Context, in *UpdateInput) (*wire.Answer[int64], error) {
	t, err := s.target(ctx, in.Target, grant.DataUpdate, len(in.Data))
	if err != nil {
		return nil, err
	}
	rows, err := t.rows(in.Data, false)
	if err != nil {
		return nil, err
	}
	expected, err := t.expected(in.Expected, len(rows))
	if err != nil {
		return nil, err
	}
	e := audit.Entry{Action: grant.DataUpdate, Fields: columns(rows)}
	for _, r := range rows {
		if r.key != nil {
			e.Keys = append(e.Keys, fmt.Sprint(r.key))
		}
	}
	if len(e.Keys) == 0 {
		return wire.OK[int64](0), nil
	}
	if err := hash(ctx, rows); err != nil {
		return nil, err
	}
	var changed int64
	err = s.write(ctx, t, e, func(ctx context.Context, e *audit.Entry) error {
		for i, r := range rows {
			if r.key == nil {
				continue
			}
			if err := t.unchanged(ctx, r.key, expected[i]); err != nil {
				return err
			}
			if len(r.changes) == 0 {
				continue
			}
			_, err := orm.Modify(ctx, t.db, t.Model, r.key, r.changes)
			if errors.Is(err, orm.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			changed++
		}
		e.Count = changed
		return nil
	})
	return wire.OK(changed), err
}

// An expectation is a value that a column has to have.
type expectation struct {
	column *column
	text   json.RawMessage
}

// expected reads what each row has to be like.
func (t *table) expected(sent objects, rows int) ([][]expectation, error) {
	l := make([][]expectation, rows)
	if len(sent) > 0 && len(sent) != rows {
		return nil, api.BadRequest("expected", "expected has %d rows and data %d: give as many, empty ones for those that may be as they like", len(sent), rows)
	}
	for i, one := range sent {
		for _, name := range slices.Sorted(maps.Keys(one)) {
			c := t.byName[name]
			switch {
			case c == nil:
				return nil, t.unknown(name)
			case c.secret:
				return nil, api.BadRequest("secret", "%s is a secret: its value cannot be expected", c.name)
			}
			l[i] = append(l[i], expectation{c, one[name]})
		}
	}
	return l, nil
}

// unchanged is nil if the row is as expected. It stays so until the transaction ends.
func (t *table) unchanged(ctx context.Context, key any, expected []expectation) error {
	if len(expected) == 0 {
		return nil
	}
	sel := &selection{table: t, lock: true}
	for _, e := range expected {
		sel.outputs = append(sel.outputs, output{e.column.name, &path{column: e.column}})
	}
	rows, err := sel.one(ctx, key)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return api.Conflict("changed", "the row %v is gone: read again", key)
	}
	for i, e := range expected {
		if !e.met(rows[0][i]) {
			return api.Conflict("changed", "%s of the row %v has another value by now: read again", e.column.name, key)
		}
	}
	return nil
}

// met tells whether a value as the driver gives it is what was expected: as an answer shows it, or exactly.
func (e expectation) met(v any) bool {
	shown := e.column.show(v)
	if sameJSON(shown, e.text) || v == nil {
		return sameJSON(shown, e.text)
	}
	want, err := e.column.argument(e.text)
	if err != nil {
		return false
	}
	if at, ok := v.(time.Time); ok {
		return at.Equal(want.(time.Time))
	}
	is, err := e.column.argument(shown)
	return err == nil && reflect.DeepEqual(want, is)
}

// sameJSON tells whether two texts are the same value.
func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	for text, v := range map[*json.RawMessage]*any{&a: &x, &b: &y} {
		d := json.NewDecoder(bytes.NewReader(*text))
		d.UseNumber()
		if d.Decode(v) != nil {
			return false
		}
	}
	return reflect.DeepEqual(x, y)
}

// one reads the row with that key, if it is to be seen.
func (s *selection) one(ctx context.Context, key any) ([][]any, error) {
	c := s.table.key()
	s.filter = filter{tests: []test{{c, func(column string) *sql.Predicate { return sql.EQ(column, key) }}}}
	return s.read(ctx)
}
