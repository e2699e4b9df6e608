package data

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A QueryInput says which rows of a table are read, and what of them.
type QueryInput struct {
	Target
	// Query has conditions, all of which hold: of a column, or with a lookup behind two underscores, also along
	// relations. A relation to many holds if one of its rows does, and one row has to meet all that is asked of it.
	Query object `json:"query" api:"optional"`
	// Orders are names of columns, also along relations, with - the largest first. NULL is the least.
	Orders names `json:"orders" api:"optional"`
	Rows   int   `json:"rows" default:"10" minimum:"1" maximum:"100"`
	Page   int   `json:"page" default:"1" minimum:"1" maximum:"1000000000"`
	// Fields are names of columns, also along relations: of many rows the value of the first is answered. None are the
	// key, as pk, and all columns.
	Fields names `json:"fields" api:"optional"`
	// MaxLength is beyond how many characters a value is answered as its beginning alone.
	MaxLength api.Null[int] `json:"max_length" minimum:"1" maximum:"1000000"`
}

const (
	maxOffset = 100_000
	maxOrders = 10
	maxFields = 100
)

// An output is a member of the rows of an answer.
type output struct {
	name string
	*path
}

// An order puts rows in order by what a path leads to.
type order struct {
	*path
	descending bool
}

func (s *service) query(ctx context.Context, in *QueryInput) (*wire.Answer[[]json.RawMessage], error) {
	t, err := s.find(ctx, in.Target, grant.DataQuery)
	if err != nil {
		return nil, err
	}
	sel := &selection{table: t, rows: in.Rows, offset: (in.Page - 1) * in.Rows}
	if sel.offset > maxOffset {
		return nil, api.BadRequest("page", "page: %d rows can be left out at the most: ask for later ones by a query", maxOffset)
	}
	if sel.filter, err = s.filter(ctx, t, in.Query); err != nil {
		return nil, err
	}
	if sel.orders, err = s.orders(ctx, t, in.Orders); err != nil {
		return nil, err
	}
	if sel.outputs, err = s.outputs(ctx, t, in.Fields); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	rows, err := sel.read(ctx)
	if err != nil {
		return nil, s.refused(ctx, t, err)
	}
	count, err := sel.count(ctx)
	if err != nil {
		return nil, s.refused(ctx, t, err)
	}
	return wire.Page(sel.shown(rows, in.MaxLength.Value), count), nil
}

// orders reads names of what rows are ordered by. The key comes last, so that every order is one.
func (s *service) orders(ctx context.Context, t *table, given names) (l []order, err error) {
	if len(given) > maxOrders {
		return nil, api.BadRequest("orders", "orders takes %d names at the most", maxOrders)
	}
	for _, name := range given {
		name, descending := strings.CutPrefix(name, "-")
		p, err := s.path(ctx, t, name, false)
		if err != nil {
			return nil, err
		}
		if p.column.secret {
			return nil, api.BadRequest("secret", "%s is a secret: rows cannot be ordered by it", p.column.name)
		}
		l = append(l, order{p, descending})
	}
	return append(l, order{&path{column: t.key()}, false}), nil
}

// direction is what stands behind the column.
func (o order) direction() string {
	nullable := o.column.field.Nullable || len(o.steps) > 0
	switch {
	case o.descending && nullable:
		return " DESC NULLS LAST"
	case o.descending:
		return " DESC"
	case nullable:
		return " NULLS FIRST"
	}
	return ""
}

// outputs reads names of what is answered. None are the key and all columns.
func (s *service) outputs(ctx context.Context, t *table, given names) (l []output, err error) {
	if len(given) == 0 {
		l = append(l, output{"pk", &path{column: t.key()}})
		for _, c := range t.columns {
			l = append(l, output{c.name, &path{column: c}})
		}
		return l, nil
	}
	if len(given) > maxFields {
		return nil, api.BadRequest("fields", "fields takes %d names at the most", maxFields)
	}
	taken := map[string]bool{}
	for _, name := range given {
		if taken[name] {
			continue
		}
		taken[name] = true
		p, err := s.path(ctx, t, name, false)
		if err != nil {
			return nil, err
		}
		l = append(l, output{name, p})
	}
	return l, nil
}

// shown are rows as an answer has them: secrets are masked, and then what is long is cut.
func (s *selection) shown(rows [][]any, longest int) []json.RawMessage {
	l := make([]json.RawMessage, len(rows))
	for i, row := range rows {
		var b bytes.Buffer
		b.WriteByte('{')
		for j, o := range s.outputs {
			if j > 0 {
				b.WriteByte(',')
			}
			b.Write(encode(o.name))
			b.WriteByte(':')
			v := o.column.show(row[j])
			if o.name != "pk" {
				v = reduce(v, longest)
			}
			b.Write(v)
		}
		b.WriteByte('}')
		l[i] = b.Bytes()
	}
	return l
}
