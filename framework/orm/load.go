package orm

import (
	"context"
	"fmt"
	"reflect"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// link asks for the rows that belong to rows read before. It is where a query for an edge differs from others.
type link struct {
	column  func(*sql.Selector) string // the column that says whose row it is
	keys    []any
	keyType reflect.Type
	owners  []any // filled in: the owner of each row
}

// load runs q and returns a []*T of the plan's type, complete with its edges.
func (p *plan) load(ctx context.Context, q Query, l *link) (any, error) {
	return q.Run(ctx, func(ctx context.Context, drv dialect.Driver, s *sql.Selector, distinct bool) (any, error) {
		r := &reading{plan: p, conn: q.Conn, selector: s, link: l}
		if distinct {
			r.distinct()
		}
		if err := r.build(ctx); err != nil {
			return nil, err
		}
		if err := r.scan(ctx, drv); err != nil {
			return nil, err
		}
		for _, a := range r.apart {
			if err := a.load(ctx, r.conn); err != nil {
				return nil, err
			}
		}
		return r.rows.Interface(), nil
	})
}

// reading is one query on its way from plan to structs.
type reading struct {
	layout
	dest     []any // for rows.Scan, without what ent selected
	plan     *plan
	conn     func() Conn
	selector *sql.Selector
	link     *link
	aliases  int
	cells    int // of ours; what ent selected stands before them

	key   cell          // of the row, in the column that ent selected; nil when no edge asks by it
	apart []*apart      // edges that have queries of their own
	owner cell          // whose row it is, when there is a link
	rows  reflect.Value // []*T
}

// distinct makes rows of a traversal differ by all of their columns, the key included, and gives ORDER BY the columns
// that it may name: PostgreSQL wants them selected.
func (r *reading) distinct() {
	r.selector.Distinct()
	for _, f := range r.plan.model.Fields {
		r.selector.AppendSelect(r.selector.C(f.Column))
	}
}

// build adds the columns of the plan to the selector.
func (r *reading) build(ctx context.Context) error {
	s := r.selector
	if r.link != nil {
		r.owner = newNullCell(r.link.keyType)
		column := r.link.column(s)
		s.AppendSelect(column).Where(sql.In(column, pad(r.link.keys)...))
		r.dest = append(r.dest, r.owner.dest())
	}
	own := qualify(s.Dialect(), s.C)
	r.columns(&r.layout, r.plan, own, false)
	for _, e := range r.plan.edges {
		done, err := r.join(ctx, &r.layout, r.plan, e, own)
		if err != nil {
			return err
		}
		if !done {
			r.later(r.plan, e, nil, own)
		}
	}
	r.cells = len(r.dest)
	return nil
}

// columns adds the columns of one struct of the row.
func (r *reading) columns(l *layout, p *plan, name func(string) string, outer bool) {
	for _, c := range p.columns {
		r.selector.AppendSelect(name(c.field.Column))
		l.add(&r.dest, c, outer)
	}
}

func (r *reading) scan(ctx context.Context, drv dialect.Driver) error {
	query, args := r.selector.Query()
	if err := r.selector.Err(); err != nil {
		return err
	}
	rows := &sql.Rows{}
	if err := drv.Query(ctx, query, args, rows); err != nil {
		return err
	}
	defer rows.Close()
	dest, before, err := r.destinations(rows)
	if err != nil {
		return err
	}
	r.rows = reflect.New(reflect.SliceOf(reflect.PointerTo(r.plan.typ))).Elem()
	r.rows.Grow(1) // the list is never nil
	for rows.Next() {
		row := reflect.New(r.plan.typ)
		r.aim(dest[before:], row.Elem())
		if err := rows.Scan(dest...); err != nil {
			return fmt.Errorf("orm: %v: %w", r.plan.typ, err)
		}
		if err := r.settle(r.plan, row.Elem()); err != nil {
			return err
		}
		r.note(row.Elem())
		push(r.rows, row)
	}
	return rows.Err()
}

// destinations puts what ent selected, the key first, before what we did.
func (r *reading) destinations(rows *sql.Rows) (dest []any, before int, err error) {
	names, err := rows.Columns()
	if err != nil {
		return nil, 0, err
	}
	before = len(names) - r.cells
	if before < 0 || before == 0 && r.key != nil {
		return nil, 0, fmt.Errorf("orm: %v: an interceptor took columns out of the query", r.plan.typ)
	}
	dest = make([]any, before, len(names))
	for i := range dest {
		dest[i] = new(sql.UnknownType)
	}
	if r.key != nil {
		dest[0] = r.key.dest()
	}
	return append(dest, r.dest...), before, nil
}

// note remembers whose row it was, and what its other queries ask by.
func (r *reading) note(row reflect.Value) {
	if r.link != nil {
		key, _, _ := r.owner.value() // it is one of the link's keys
		r.link.owners = append(r.link.owners, key.Interface())
	}
	for _, a := range r.apart {
		a.note(row)
	}
}

// push appends to an addressable list in place.
func push(list, v reflect.Value) {
	n := list.Len()
	list.Grow(1)
	list.SetLen(n + 1)
	list.Index(n).Set(v)
}

// pad repeats the last key up to a power of two, so that few different statements are there to be prepared.
func pad(keys []any) []any {
	n := 1
	for n < len(keys) {
		n *= 2
	}
	out := make([]any, n)
	for i := copy(out, keys); i < n; i++ {
		out[i] = keys[len(keys)-1]
	}
	return out
}
