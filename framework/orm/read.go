package orm

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"entgo.io/ent/dialect/sql"
)

// Init reads one row by its key as the schema S. A row that is not there, or that interceptors hide, is a
// [*NotFoundError].
func Init[S View](ctx context.Context, db DB, key any) (*S, error) {
	p, err := readable(reflect.TypeFor[S]())
	if err != nil {
		return nil, err
	}
	m, conn := p.model, db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	if m.Key == nil {
		return nil, fmt.Errorf("orm: %s has no key: use Serialize", m.Name)
	}
	k, err := m.keyFrom(key)
	if err != nil {
		return nil, err
	}
	q := m.Query(conn.Client)
	q.Where(func(s *sql.Selector) { s.Where(sql.EQ(s.C(m.Key.Column), k)) })
	list, err := serialize[S](ctx, p, q)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &NotFoundError{Model: m.Name, Key: k}
	}
	return list[0], nil
}

// Serialize runs the query and reads its rows as the schema S, in their order. The list is never nil.
//
//	orm.Serialize[PostSchema](ctx, client.Post.Query().Where(post.Published(true)).Limit(20))
func Serialize[S View](ctx context.Context, query Source) ([]*S, error) {
	p, err := readable(reflect.TypeFor[S]())
	if err != nil {
		return nil, err
	}
	q := query.ORM()
	if m := q.Model(); m != p.model {
		return nil, fmt.Errorf("orm: the query is of %s.%s: %v is a schema of %s.%s", m.Package, m.Name, p.typ, p.model.Package, p.model.Name)
	}
	return serialize[S](ctx, p, q)
}

func serialize[S View](ctx context.Context, p *plan, q Query) ([]*S, error) {
	v, err := p.load(ctx, q, nil)
	if err != nil {
		return nil, err
	}
	list, ok := v.([]*S)
	if !ok {
		return nil, fmt.Errorf("orm: an interceptor of %s returns %T: want what it was given, %T", p.model.Name, v, list)
	}
	return list, nil
}

func readable(t reflect.Type) (*plan, error) {
	if t.Kind() == reflect.Pointer {
		return nil, fmt.Errorf("orm: %v is a pointer: name the schema itself", t)
	}
	p, err := planOf(t)
	if err != nil {
		return nil, err
	}
	return p, errors.Join(p.unread...)
}
