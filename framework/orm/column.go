package orm

import (
	"reflect"
	"strings"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// shape says how a field of a schema tells that it holds nothing.
type shape int

const (
	always  shape = iota // it always holds something
	nilable              // nil is nothing: pointers, slices, maps
	null                 // schema.Null
)

// A Converter is a value that a model's field of another type takes in, as a plain password becomes a hash.
// An error is a fault of the value.
type Converter interface{ FieldValue() (any, error) }

var converterType = reflect.TypeFor[Converter]()

// column is a field of a schema that stands for a field of the model, or for an edge by its key.
type column struct {
	names
	field *Field // of the model; the target's key for an edge
	index []int
	typ   reflect.Type // of the schema's field
	elem  reflect.Type // of the value in it
	shape shape
	boxed bool // typ is a pointer to elem
}

var nullPkg = reflect.TypeFor[schema.Null[int]]().PkgPath()

func isNull(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && t.PkgPath() == nullPkg && strings.HasPrefix(t.Name(), "Null[")
}

func newColumn(n names, f *Field, index []int, t reflect.Type) *column {
	c := &column{names: n, field: f, index: index, typ: t, elem: t}
	switch {
	case t == f.GoType && t.Kind() == reflect.Pointer:
		c.shape = nilable // the model's own type is a pointer: the value is all of it
	case t.Kind() == reflect.Pointer:
		c.shape, c.boxed, c.elem = nilable, true, t.Elem()
	case isNull(t):
		value, _ := t.FieldByName("Value")
		c.shape, c.elem = null, value.Type
	case t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		c.shape = nilable
	}
	return c
}

// usable reports whether the column's value can be read into the schema's field or be written from it.
func (c *column) usable() bool {
	return fits(c.elem, c.field.GoType) || c.elem.Implements(converterType) || c.field.Kind == field.TypeJSON
}

// readable reports whether a value of the column fits the schema's field.
func (c *column) readable() bool {
	return fits(c.elem, c.field.GoType) || c.field.Kind == field.TypeJSON
}

// value takes the value out of the schema's field; given is false when it holds none.
func (c *column) value(row reflect.Value) (v reflect.Value, given, isNull bool) {
	v = row.FieldByIndex(c.index)
	if c.readonly && v.IsZero() {
		return v, false, false
	}
	switch c.shape {
	case null:
		set, nul := v.FieldByName("Set").Bool(), v.FieldByName("Null").Bool()
		return v.FieldByName("Value"), set, nul
	case nilable:
		if v.IsNil() {
			return v, false, false
		}
		if c.boxed {
			v = v.Elem()
		}
	}
	return v, true, false
}

// put stores what was scanned; ok is false for NULL.
func (c *column) put(row, v reflect.Value, ok bool) {
	f := row.FieldByIndex(c.index)
	if c.shape == null {
		f.FieldByName("Set").SetBool(true)
		f.FieldByName("Null").SetBool(!ok)
		f = f.FieldByName("Value")
	}
	switch {
	case !ok:
		f.SetZero()
	case c.boxed:
		f.Set(reflect.New(c.elem))
		f.Elem().Set(v)
	default:
		f.Set(v)
	}
}
