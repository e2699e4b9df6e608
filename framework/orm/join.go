package orm

import (
	"context"
	"strconv"

	"entgo.io/ent/dialect/sql"
)

// join reads an edge to one in the same row. It is false for what needs a query of its own: many rows, and targets
// whose interceptors wrap the execution.
func (r *reading) join(ctx context.Context, l *layout, p *plan, e *relation, own func(string) string) (bool, error) {
	if e.many {
		return false, nil
	}
	q := e.target.Query(r.conn().Client)
	if !q.Joinable() {
		return false, nil
	}
	s := r.selector
	r.aliases++
	alias := "j" + strconv.Itoa(r.aliases)
	table := sql.Dialect(s.Dialect()).Table(e.target.Table).As(alias)
	where, err := q.Filter(ctx, table)
	if err != nil {
		return false, err
	}
	if e.plan == nil && where == nil && e.edge.Stored == Here {
		s.AppendSelect(own(e.edge.Column))
		l.add(&r.dest, e.column, true)
		return true, nil
	}
	name := qualify(s.Dialect(), table.C)
	outer := where != nil || !e.edge.Required || e.edge.Stored != Here || l != &r.layout
	s.LeftJoin(table)
	if e.edge.Stored == Here {
		s.On(name(e.target.Key.Column), own(e.edge.Column))
	} else {
		s.On(name(e.edge.Column), own(p.model.Key.Column))
	}
	if where != nil {
		s.OnP(where)
	}
	if e.plan == nil {
		s.AppendSelect(name(e.target.Key.Column))
		l.add(&r.dest, e.column, true)
		return true, nil
	}
	return true, r.nest(ctx, l, e, name, outer)
}

// nest reads the columns and edges of a joined schema. Outer tells that there may be no such row.
func (r *reading) nest(ctx context.Context, l *layout, e *relation, name func(string) string, outer bool) error {
	j := &joined{relation: e}
	l.joined = append(l.joined, j)
	if outer {
		j.key = newNullCell(e.target.Key.GoType)
		r.selector.AppendSelect(name(e.target.Key.Column))
		r.dest = append(r.dest, j.key.dest())
	}
	r.columns(&j.layout, e.plan, name, outer)
	for _, inner := range e.plan.edges {
		done, err := r.join(ctx, &j.layout, e.plan, inner, name)
		if err != nil {
			return err
		}
		if !done {
			r.later(e.plan, inner, j, name)
		}
	}
	return nil
}
