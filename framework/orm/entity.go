package orm

import (
	"context"
	"fmt"
	"reflect"

	"entgo.io/ent/dialect/sql"
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
	if !storable(v) {
		return nil, &NotFoundError{Model: m.Name, Key: v.Interface()}
	}
	e, err := m.Only(ctx, conn.Client, func(s *sql.Selector) { s.Where(sql.EQ(s.C(f.Column), v.Interface())) })
	if missing, ok := err.(*NotFoundError); ok {
		missing.Model, missing.Key = m.Name, v.Interface()
	}
	return entity[M](e, err)
}

// EntityField finds the struct field of the entity M that holds a field of its model: SignupTime for "signup_time".
func EntityField[M any](name string) (reflect.StructField, error) {
	m, err := ModelOf[M]()
	if err != nil {
		return reflect.StructField{}, err
	}
	f := m.Field(name)
	if f == nil {
		return reflect.StructField{}, fmt.Errorf("orm: %s has no field %q", m.Name, name)
	}
	sf, ok := reflect.TypeFor[M]().FieldByName(f.GoName)
	if !ok {
		return sf, fmt.Errorf("orm: %v has no field %s: generate its package again with meta generate", reflect.TypeFor[M](), f.GoName)
	}
	return sf, nil
}
