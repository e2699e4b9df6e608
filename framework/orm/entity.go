package orm

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// ModelOf describes the entity M.
func ModelOf[M any]() (*Model, error) { return Schema[M]{}.ormModel() }

// Find reads the one entity M whose field holds the value, all of its columns, as ent itself would: its edges can be
// queried. The field has to be the key or unique. A row that is not there, or that interceptors hide, is a
// [*NotFoundError].
func Find[M any](ctx context.Context, db DB, field string, value any) (*M, error) {
	m, err := ModelOf[M]()
	if err != nil {
		return nil, err
	}
	conn := db.ORM()
	if err := conn.of(m); err != nil {
		return nil, err
	}
	f := m.Field(field)
	if f == nil {
		return nil, fmt.Errorf("orm: %s has no field %q", m.Name, field)
	}
	v, ok := fit(reflect.ValueOf(value), f.GoType)
	if !ok {
		return nil, fmt.Errorf("orm: %s.%s is %v: cannot be found by %T", m.Name, field, f.GoType, value)
	}
	q, err := entityQuery[M](m, conn.Client)
	if err != nil {
		return nil, err
	}
	q.WhereP(func(s *sql.Selector) { s.Where(sql.EQ(s.C(f.Column), v.Interface())) })
	e, err := q.Only(ctx)
	var refused schema.Refusal
	if errors.As(err, &refused) {
		if reason, _ := refused.Refusal(); reason == schema.NotFound {
			return nil, &NotFoundError{Model: m.Name, Key: v.Interface(), Err: err}
		}
	}
	return e, err
}

// querying is what Find needs of a generated query.
type querying[M any] interface {
	WhereP(...func(*sql.Selector))
	Only(ctx context.Context) (*M, error)
}

// entityQuery is client.<Name>.Query(), whose type generic code cannot write.
func entityQuery[M any](m *Model, client any) (querying[M], error) {
	if c := reflect.ValueOf(client).Elem().FieldByName(m.Name); c.IsValid() {
		if query := c.MethodByName("Query"); query.IsValid() && query.Type().NumIn() == 0 && query.Type().NumOut() == 1 {
			if q, ok := query.Call(nil)[0].Interface().(querying[M]); ok {
				return q, nil
			}
		}
	}
	return nil, fmt.Errorf("orm: %T cannot query %s: generate its package with meta generate", client, m.Name)
}

// EntityField finds the struct field of the entity M that holds a field of its model, "signup_time" in SignupTime.
// Ent's naming knows acronyms, so the two are compared without case and underscores.
func EntityField[M any](name string) (reflect.StructField, error) {
	t := reflect.TypeFor[M]()
	m, err := ModelOf[M]()
	if err != nil {
		return reflect.StructField{}, err
	}
	f := m.Field(name)
	if f == nil {
		return reflect.StructField{}, fmt.Errorf("orm: %s has no field %q", m.Name, name)
	}
	folded := strings.ReplaceAll(name, "_", "")
	for i := range t.NumField() {
		sf := t.Field(i)
		ofType := sf.Type == f.GoType || sf.Type.Kind() == reflect.Pointer && sf.Type.Elem() == f.GoType
		if sf.IsExported() && ofType && strings.EqualFold(sf.Name, folded) {
			return sf, nil
		}
	}
	return reflect.StructField{}, fmt.Errorf("orm: %v has no struct field for %q", t, name)
}
