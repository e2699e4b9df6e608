package tables

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// A QueryInput says which rows of a table are read, and what of them.
type QueryInput struct {
	Target
	Query     map[string]json.RawMessage `json:"query" api:"optional" maxProperties:"50"`
	Orders    list                       `json:"orders" api:"optional"`
	Rows      int                        `json:"rows" default:"10" minimum:"1" maximum:"100"`
	Page      int                        `json:"page" default:"1" minimum:"1" maximum:"100000"`
	Fields    list                       `json:"fields" api:"optional"`
	MaxLength api.Null[int]              `json:"max_length" minimum:"1" maximum:"1000000"`
}

const (
	maxFields = 100
	maxOrders = 10
)

// An output is a value of each row, under a name.
type output struct {
	name string
	path *path
}

// An order is by what a path leads to.
type order struct {
	path       *path
	descending bool
}

// A selection is a query whose names have been looked up.
type selection struct {
	table   *table
	where   []filter
	orders  []order
	outputs []output
	most    int // characters of a value; 0 for all
}

type filter struct {
	path  *path
	holds condition
}

func (s *service) query(ctx context.Context, in *QueryInput) (*wire.Answer[[]json.RawMessage], error) {
	t, err := s.find(ctx, in.Target, grant.DataQuery)
	if err != nil {
		return nil, err
	}
	sel, err := s.selection(ctx, t, in)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	rows, err := sel.rows(ctx, in.Rows, in.Rows*(in.Page-1))
	if err != nil {
		return nil, s.failed(ctx, err)
	}
	count, err := sel.count(ctx)
	return wire.Page(rows, count), s.failed(ctx, err)
}

// selection looks up every name of a query.
func (s *service) selection(ctx context.Context, t *table, in *QueryInput) (*selection, error) {
	sel := &selection{table: t, most: in.MaxLength.Value}
	for _, name := range sortedNames(in.Query) {
		p, err := s.path(ctx, t, name, true)
		if err == nil {
			err = errors.Join(p.usable("asked for"), p.possible(t.db.ORM().Driver.Dialect()))
		}
		if err != nil {
			return nil, err
		}
		holds, err := p.condition(name, in.Query[name])
		if err != nil {
			return nil, err
		}
		sel.where = append(sel.where, filter{p, holds})
	}
	if len(in.Orders) > maxOrders || len(in.Fields) > maxFields {
		return nil, api.BadRequest("too_many", "orders are at most %d, fields %d", maxOrders, maxFields)
	}
	for _, name := range in.Orders {
		plain, descending := strings.CutPrefix(name, "-")
		p, err := s.path(ctx, t, plain, false)
		if err == nil {
			err = p.usable("ordered by")
		}
		if err != nil {
			return nil, err
		}
		sel.orders = append(sel.orders, order{p, descending})
	}
	var err error
	sel.outputs, err = s.outputs(ctx, t, in.Fields)
	return sel, err
}

func sortedNames(m map[string]json.RawMessage) (l []string) {
	for name := range m {
		l = append(l, name)
	}
	slices.Sort(l)
	return l
}

// outputs are the values of a row: those that are named, or the key and every column.
func (s *service) outputs(ctx context.Context, t *table, names []string) (l []output, err error) {
	if len(names) == 0 {
		l = append(l, output{"pk", &path{column: t.columns[0]}})
		for _, c := range t.columns {
			l = append(l, output{c.name, &path{column: c}})
		}
		return l, nil
	}
	for _, name := range names {
		p, err := s.path(ctx, t, name, false)
		if err != nil {
			return nil, err
		}
		l = append(l, output{name, p})
	}
	return l, nil
}

// run lets ent prepare a query, adds the conditions, and hands it over.
func (sel *selection) run(ctx context.Context, finish func(q *query, s *sql.Selector, t *sql.SelectTable) error, read func(*sql.Rows) error) error {
	t := sel.table
	_, err := t.Query(t.db.ORM().Client).Run(ctx, func(ctx context.Context, drv dialect.Driver, s *sql.Selector, _ bool) (any, error) {
		q := &query{ctx: ctx, dialect: drv.Dialect()}
		for _, f := range sel.where {
			p, err := q.exists(t.db, s.Table(), t, f.path, func(at *sql.SelectTable) *sql.Predicate { return f.holds(at.C(f.path.column.name)) })
			if err != nil {
				return nil, err
			}
			s.Where(p)
		}
		if err := finish(q, s, s.Table()); err != nil {
			return nil, err
		}
		text, args := s.Query()
		if err := s.Err(); err != nil {
			return nil, err
		}
		var rows sql.Rows
		if err := drv.Query(ctx, text, args, &rows); err != nil {
			return nil, err
		}
		return nil, errors.Join(read(&rows), rows.Err(), rows.Close())
	})
	return err
}

// rows reads a page.
func (sel *selection) rows(ctx context.Context, limit, offset int) ([]json.RawMessage, error) {
	l := []json.RawMessage{}
	t := sel.table
	err := sel.run(ctx, func(q *query, s *sql.Selector, at *sql.SelectTable) error {
		s.Select()
		for _, o := range sel.outputs {
			v, err := q.value(t.db, at, t, o.path)
			if err != nil {
				return err
			}
			s.AppendSelectExpr(v)
		}
		keyed := false
		for _, o := range sel.orders {
			v, err := q.value(t.db, at, t, o.path)
			if err != nil {
				return err
			}
			keyed = keyed || o.path.column.key && len(o.path.steps) == 0
			s.OrderExpr(direction(v, o.descending))
		}
		if !keyed { // so that pages do not overlap
			s.OrderBy(at.C(t.Key.Column))
		}
		s.Limit(limit).Offset(offset)
		return nil
	}, func(rows *sql.Rows) error {
		return sel.scan(rows, &l)
	})
	return l, err
}

// direction orders by an expression. NULLs come first, and last if it descends, on every database.
func direction(v sql.Querier, descending bool) sql.Querier {
	return sql.ExprFunc(func(b *sql.Builder) {
		b.Join(v)
		switch postgres := b.Dialect() == dialect.Postgres; {
		case descending && postgres:
			b.WriteString(" DESC NULLS LAST")
		case descending:
			b.WriteString(" DESC")
		case postgres:
			b.WriteString(" NULLS FIRST")
		}
	})
}

// scan writes rows as objects, with their members in order.
func (sel *selection) scan(rows *sql.Rows, l *[]json.RawMessage) error {
	values := make([]any, len(sel.outputs))
	dest := make([]any, len(values))
	for i := range values {
		dest[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		var b bytes.Buffer
		b.WriteByte('{')
		for i, o := range sel.outputs {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(encode(o.name))
			b.WriteByte(':')
			shown := o.path.column.show(values[i])
			if o.name != "pk" {
				shown = reduce(shown, sel.most)
			}
			b.Write(shown)
		}
		b.WriteByte('}')
		*l = append(*l, b.Bytes())
	}
	return nil
}

// count is how many rows there are on all pages.
func (sel *selection) count(ctx context.Context) (n int64, err error) {
	err = sel.run(ctx, func(_ *query, s *sql.Selector, _ *sql.SelectTable) error {
		s.Select(sql.Count("*"))
		return nil
	}, func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(&n); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}
