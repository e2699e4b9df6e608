package orm

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect/sql"
)

// Delete removes the row of the entity M with that key, through ent's hooks: orm.Delete[ent.User](ctx, client, id).
// A row that is not there, or that interceptors hide, is a [*NotFoundError].
func Delete[M any](ctx context.Context, db DB, key any) error {
	m, err := Schema[M]{}.ormModel()
	if err != nil {
		return err
	}
	return Remove(ctx, db, m, key)
}

// Remove is [Delete] for a model that is known at run time only.
func Remove(ctx context.Context, db DB, m *Model, key any) error {
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return err
	}
	if m.Delete == nil {
		return fmt.Errorf("orm: %s has no key of its own: delete it through ent", m.Name)
	}
	k, err := m.keyFrom(key)
	if err != nil {
		return err
	}
	b := m.Delete(conn.Client, k)
	if err := onlyVisible(ctx, conn, m, b); err != nil {
		return err
	}
	_, err = b.Save(ctx)
	if missing, ok := err.(*NotFoundError); ok {
		missing.Model, missing.Key = m.Name, k
	}
	return err
}

// onlyVisible keeps a write from a row that a query would not show: ent asks its interceptors for queries only.
func onlyVisible(ctx context.Context, conn Conn, m *Model, b Builder) error {
	filter := func(t *sql.SelectTable) (*sql.Predicate, error) {
		return m.Query(conn.Client).Filter(ctx, t) // a fresh query each time: it collects what interceptors add
	}
	where, err := filter(sql.Dialect(conn.Driver.Dialect()).Table(m.Table))
	if err != nil || where == nil { // ent trips over a condition that turns out to be none
		return err
	}
	mutation, ok := b.Mutation.(interface{ WhereP(...func(*sql.Selector)) })
	if !ok {
		return fmt.Errorf("orm: %T has no WhereP: a %s that is hidden could be changed", b.Mutation, m.Name)
	}
	mutation.WhereP(func(s *sql.Selector) {
		where, err := filter(s.Table())
		if err != nil {
			s.AddError(err)
		} else if where != nil {
			s.Where(where)
		}
	})
	return nil
}
