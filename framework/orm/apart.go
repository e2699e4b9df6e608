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
	plan   *plan         // of the struct that has the edge
	joined *joined       // that struct, nil for the row itself
	key    reflect.Value // **K of the row scanned last
	keys   []any
	owners map[any][]reflect.Value // the structs that asked by a key
	all    []reflect.Value
}

// maxKeys bounds one query's arguments: SQLite takes 32766, PostgreSQL 65535.
const maxKeys = 8192

// later selects what the query of the edge e will ask by.
func (r *reading) later(p *plan, e *relation, j *joined, name func(string) string) {
	column, field := e.edge.Column, e.target.Key
	if e.edge.Stored != Here {
		column, field = p.model.Key.Column, p.model.Key
	}
	a := &apart{relation: e, plan: p, joined: j, key: reflect.New(reflect.PointerTo(field.GoType)), owners: map[any][]reflect.Value{}}
	r.selector.AppendSelect(name(column))
	r.dest = append(r.dest, a.key.Interface())
	r.apart = append(r.apart, a)
}

func (a *apart) note(row reflect.Value) {
	if a.joined != nil {
		row = a.joined.current
	}
	if !row.IsValid() {
		return
	}
	if a.many {
		row.FieldByIndex(a.index).Set(reflect.MakeSlice(a.typ, 0, 0)) // a list is empty, not absent
	}
	a.all = append(a.all, row)
	if a.key.Elem().IsNil() {
		return
	}
	k := a.key.Elem().Elem().Interface()
	if _, seen := a.owners[k]; !seen {
		a.keys = append(a.keys, k)
	}
	a.owners[k] = append(a.owners[k], row)
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
	for _, row := range a.all {
		if row.FieldByIndex(a.index).IsZero() {
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
	l := &link{keys: keys, keyType: a.key.Type().Elem().Elem(), column: a.linkColumn}
	v, err := sub.load(ctx, a.target.Query(conn().Client), l)
	if err != nil {
		return err
	}
	rows := reflect.ValueOf(v)
	if rows.Kind() != reflect.Slice || rows.Len() != len(l.owners) {
		return fmt.Errorf("orm: an interceptor of %s changes the rows of a query: %v cannot read the edge %s", a.target.Name, a.plan.typ, a.edge.Name)
	}
	for i, owner := range l.owners {
		for n, row := range a.owners[owner] {
			child := rows.Index(i)
			if n > 0 { // each owner has its own
				child = reflect.New(sub.typ)
				child.Elem().Set(rows.Index(i).Elem())
			}
			a.give(row, child)
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
func (a *apart) give(row, child reflect.Value) {
	f := row.FieldByIndex(a.index)
	switch {
	case a.relation.plan == nil && a.many:
		f.Set(reflect.Append(f, child.Elem().Field(0).Convert(a.elem)))
	case a.relation.plan == nil:
		key := reflect.New(a.elem)
		key.Elem().Set(child.Elem().Field(0).Convert(a.elem))
		a.put(row, key)
	case a.many && a.typ.Elem().Kind() != reflect.Pointer:
		f.Set(reflect.Append(f, child.Elem()))
	case a.many:
		f.Set(reflect.Append(f, child))
	case f.Kind() == reflect.Pointer:
		f.Set(child)
	default:
		f.Set(child.Elem())
	}
}
