package data

import (
	"context"
	"strconv"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// A statement writes what a call asks for. Tables that relations lead to are read in subqueries, under names of their
// own, and their interceptors and policies hold there too.
type statement struct {
	ctx     context.Context
	dialect string
	names   int
}

// where is the condition that a row of the table is as the filter says; nil for any.
func (s *statement) where(f *filter, t *table, from *sql.SelectTable) (*sql.Predicate, error) {
	var all []*sql.Predicate
	for _, c := range f.tests {
		all = append(all, c.holds(from.C(c.column.name)))
	}
	for _, r := range f.related {
		inner, to, err := s.join(t, from, r.relation)
		if err != nil {
			return nil, err
		}
		where, err := s.where(&r.filter, r.target, to)
		if err != nil {
			return nil, err
		}
		found := sql.Exists(inner.Select(to.C(r.target.Key.Column)).Where(where))
		if r.none {
			found = sql.Not(found)
		}
		all = append(all, found)
	}
	if len(all) == 0 {
		return nil, nil
	}
	return sql.And(all...), nil
}

// value is what steps lead to in a column. Of several rows that is the first by its key.
func (s *statement) value(steps []*relation, c *column, t *table, from *sql.SelectTable) (sql.Querier, error) {
	if len(steps) == 0 {
		return sql.Raw(from.C(c.name)), nil
	}
	r := steps[0]
	inner, to, err := s.join(t, from, r)
	if err != nil {
		return nil, err
	}
	v, err := s.value(steps[1:], c, r.target, to)
	if err != nil {
		return nil, err
	}
	inner.SelectExpr(v)
	if !r.Unique {
		inner.OrderBy(to.C(r.target.Key.Column)).Limit(1)
	}
	return sql.ExprFunc(func(b *sql.Builder) {
		b.Wrap(func(b *sql.Builder) { b.Join(inner) })
	}), nil
}

// join begins a subquery over the rows that a relation leads to from a row.
func (s *statement) join(t *table, from *sql.SelectTable, r *relation) (*sql.Selector, *sql.SelectTable, error) {
	b := sql.Dialect(s.dialect)
	to := s.name(b.Table(r.target.Table))
	inner := b.Select().From(to)
	switch r.Stored {
	case orm.Here:
		inner.Where(written(to.C(r.target.Key.Column), " = ", from.C(r.Column)))
	case orm.There:
		inner.Where(written(to.C(r.Column), " = ", from.C(t.Key.Column)))
	default:
		between := s.name(b.Table(r.Edge.Table))
		inner.Join(between).On(between.C(r.Other), to.C(r.target.Key.Column))
		inner.Where(written(between.C(r.Column), " = ", from.C(t.Key.Column)))
	}
	seen, err := r.target.query().Filter(s.ctx, to)
	if err == nil && seen != nil {
		inner.Where(seen)
	}
	return inner, to, err
}

// name gives a table a name that no other in the statement has.
func (s *statement) name(t *sql.SelectTable) *sql.SelectTable {
	s.names++
	return t.As("t" + strconv.Itoa(s.names))
}
