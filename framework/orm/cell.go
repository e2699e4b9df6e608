package orm

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"reflect"
	"time"

	"entgo.io/ent/schema/field"
)

// cell receives a column that may be NULL or has to be decoded. It is used again for each row.
type cell interface {
	dest() any
	// value is what was scanned, good until the next row; ok is false for NULL.
	value() (v reflect.Value, ok bool, err error)
}

func newCell(c *column) cell {
	switch {
	case c.field.Cell != nil:
		dest, value := c.field.Cell()
		return &foreignCell{c.elem, dest, value}
	case c.field.Kind == field.TypeJSON:
		return &jsonCell{typ: c.elem}
	}
	return newNullCell(c.elem)
}

func newNullCell(t reflect.Type) cell {
	if make, ok := nullCells[t]; ok {
		return make()
	}
	return &pointerCell{reflect.New(reflect.PointerTo(t))}
}

// nullCells are the types that are worth a cell without an allocation for each row.
var nullCells = map[reflect.Type]func() cell{
	reflect.TypeFor[string]():    newTypedCell[string],
	reflect.TypeFor[int]():       newTypedCell[int],
	reflect.TypeFor[int32]():     newTypedCell[int32],
	reflect.TypeFor[int64]():     newTypedCell[int64],
	reflect.TypeFor[float64]():   newTypedCell[float64],
	reflect.TypeFor[bool]():      newTypedCell[bool],
	reflect.TypeFor[time.Time](): newTypedCell[time.Time],
}

type typedCell[T any] struct {
	null sql.Null[T]
	v    reflect.Value
}

func newTypedCell[T any]() cell {
	c := &typedCell[T]{}
	c.v = reflect.ValueOf(&c.null.V).Elem()
	return c
}

func (c *typedCell[T]) dest() any { return &c.null }

func (c *typedCell[T]) value() (reflect.Value, bool, error) { return c.v, c.null.Valid, nil }

// pointerCell holds a **T: database/sql makes it nil for NULL and points it to a new value for anything else.
type pointerCell struct{ p reflect.Value }

func (c *pointerCell) dest() any { return c.p.Interface() }

func (c *pointerCell) value() (reflect.Value, bool, error) {
	p := c.p.Elem()
	return p.Elem(), !p.IsNil(), nil
}

type jsonCell struct {
	typ reflect.Type
	raw []byte
}

func (c *jsonCell) dest() any { return &c.raw }

func (c *jsonCell) value() (reflect.Value, bool, error) {
	if c.raw == nil {
		return reflect.Value{}, false, nil
	}
	v := reflect.New(c.typ)
	return v.Elem(), true, json.Unmarshal(c.raw, v.Interface())
}

// foreignCell is one of a field whose scanner is not its type's.
type foreignCell struct {
	typ  reflect.Type
	into any
	read func() (any, error)
}

func (c *foreignCell) dest() any { return c.into }

func (c *foreignCell) value() (reflect.Value, bool, error) {
	x, err := c.read()
	if err != nil || x == nil {
		return reflect.Value{}, false, err
	}
	v, ok := fit(reflect.ValueOf(x), c.typ)
	if !ok {
		return v, false, fmt.Errorf("holds %T: want %v", x, c.typ)
	}
	return v, true, nil
}
