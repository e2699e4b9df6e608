package orm

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"entgo.io/ent/dialect/sql"
)

// apart is an edge that is read by a query of its own for all rows together.
type apart struct {
	*relation
	plan    *plan   // of the struct that has the edge
	joined  *joined // that struct, nil for the row itself
	key     cell    // what the row scanned last is asked for by
	keys    []any   // all of them, each once
	owners  map[any]*owners
	empty   reflect.Value // a list
	keyType reflect.Type
}

// owners are the structs that have one key, and how many rows belong to each.
type owners struct {
	rows     []reflect.Value
	children int
}

// maxKeys bounds one query's arguments: SQLite takes 32766, PostgreSQL 65535.
const maxKeys = 8192

// later selects what the query of the edge e will ask by.
func (r *reading) later(p *plan, e *relation, j *joined, name func(string) string) {
	column, field := e.edge.Column, e.target.Key
	if e.edge.Stored != Here {
		column, field = p.model.Key.Column, p.model.Key
	}
	a := &apart{relation: e, plan: p, joined: j, keyType: field.GoType, owners: map[any]*owners{}}
	if e.many {
		a.empty = reflect.MakeSlice(e.typ, 0, 0)
	}
	r.apart = append(r.apart, a)
	if j == nil && e.edge.Stored != Here {
		if r.key == nil {
			r.key = newNullCell(field.GoType)
		}
		a.key = r.key
		return
	}
	a.key = newNullCell(field.GoType)
	r.selector.AppendSelect(name(column))
	r.dest = append(r.dest, a.key.dest())
}

func (a *apart) note(row reflect.Value) {
	if a.joined != nil {
		row = a.joined.current
	}
	if !row.IsValid() {
		return
	}
	if a.many {
		row.FieldByIndex(a.index).Set(a.empty) // a list without rows is empty, not absent
	}
	v, ok, _ := a.key.value()
	if !ok {
		return
	}
	key := v.Interface()
	o := a.owners[key]
	if o == nil {
		o = &owners{}
		a.owners[key] = o
		a.keys = append(a.keys, key)
	}
	o.rows = append(o.rows, row)
}

func (a *apart) load(ctx context.Context, conn func() Conn) error {
	for part := range slices.Chunk(a.keys, maxKeys) {
		if err := a.loadPart(ctx, conn, part); err != nil {
			return err
		}
	}
	if a.many || a.typ.Kind() == reflect.Pointer || a.relation.plan == nil {
		return nil
	}
	for _, o := range a.owners {
		if o.children == 0 {
			return hiddenError(a.plan, a.relation)
		}
	}
	return nil
}

func (a *apart) loadPart(ctx context.Context, conn func() Conn, keys []any) error {
	sub := a.relation.plan
	if sub == nil {
		sub = a.keyPlan
	}
	l := &link{keys: keys, keyType: a.keyType, column: a.linkColumn}
	v, err := sub.load(ctx, a.target.Query(conn().Client), l)
	if err != nil {
		return err
	}
	rows := reflect.ValueOf(v)
	if rows.Kind() != reflect.Slice || rows.Len() != len(l.owners) {
		return fmt.Errorf("orm: an interceptor of %s changes the rows of a query: %v cannot read the edge %s", a.target.Name, a.plan.typ, a.edge.Name)
	}
	for _, key := range l.owners {
		o := a.owners[key]
		if o == nil { // a collation takes for equal what Go does not
			return fmt.Errorf("orm: %v: the edge %s leads to a row by the key %v, which no row has", a.plan.typ, a.edge.Name, key)
		}
		o.children++
	}
	for i, key := range l.owners {
		o := a.owners[key]
		for n, row := range o.rows {
			child := rows.Index(i)
			if n > 0 { // each owner has its own
				child = reflect.New(sub.typ)
				child.Elem().Set(rows.Index(i).Elem())
			}
			a.give(row, child, o.children)
		}
	}
	return nil
}

// linkColumn is the column that tells whose row it is.
func (a *apart) linkColumn(s *sql.Selector) string {
	switch a.edge.Stored {
	case Here:
		return s.C(a.target.Key.Column)
	case There:
		return s.C(a.edge.Column)
	}
	join := sql.Dialect(s.Dialect()).Table(a.edge.Table).As("m")
	s.Join(join).On(join.C(a.edge.Other), s.C(a.target.Key.Column))
	return join.C(a.edge.Column)
}

// give puts a child, a pointer to the schema of the edge or to a struct of its key, where its owner wants it.
// The owner gets so many children in all.
func (a *apart) give(row, child reflect.Value, children int) {
	f := row.FieldByIndex(a.index)
	v := child
	if a.relation.plan == nil {
		v = child.Elem().Field(0).Convert(a.elem)
	}
	switch {
	case a.many:
		if f.Len() == 0 {
			f.Grow(children)
		}
		if a.relation.plan != nil && a.typ.Elem().Kind() != reflect.Pointer {
			v = child.Elem()
		}
		push(f, v)
	case a.relation.plan == nil:
		a.put(row, v, true)
	case f.Kind() == reflect.Pointer:
		f.Set(child)
	default:
		f.Set(child.Elem())
	}
}
