package orm

import (
	"reflect"
	"strings"
	"unicode/utf8"
)

// class groups the kinds whose values may stand for each other: an int for an int32 when it is small enough.
func class(k reflect.Kind) reflect.Kind {
	switch k {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return reflect.Int
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return reflect.Uint
	case reflect.Float32, reflect.Float64:
		return reflect.Float64
	}
	return k
}

// fits reports that values of the two types may stand for each other.
func fits(a, b reflect.Type) bool {
	switch {
	case a == b:
		return true
	case b.Kind() == reflect.Interface:
		return a.Implements(b)
	case class(a.Kind()) != class(b.Kind()):
		return false
	}
	return a.ConvertibleTo(b) && b.ConvertibleTo(a)
}

// fit turns v into the type t exactly, which is what ent's mutations ask for. It is false for a value that t cannot
// hold.
func fit(v reflect.Value, t reflect.Type) (reflect.Value, bool) {
	if !v.IsValid() {
		return v, false
	}
	if v.Type() == t {
		return v, true
	}
	if v.Kind() == reflect.Pointer && !v.IsNil() && v.Type().Elem() == t {
		return v.Elem(), true
	}
	if !fits(v.Type(), t) || overflows(v, t) {
		return v, false
	}
	return v.Convert(t), true
}

// storable is false for texts that PostgreSQL refuses. SQLite takes them, yet cuts them at the NUL in comparisons.
func storable(v reflect.Value) bool {
	return v.Kind() != reflect.String || utf8.ValidString(v.String()) && !strings.ContainsRune(v.String(), 0)
}

func overflows(v reflect.Value, t reflect.Type) bool {
	switch class(v.Kind()) {
	case reflect.Int:
		return t.OverflowInt(v.Int())
	case reflect.Uint:
		return t.OverflowUint(v.Uint())
	case reflect.Float64:
		return t.OverflowFloat(v.Float())
	}
	return false
}
