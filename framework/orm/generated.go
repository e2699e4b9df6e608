package orm

import (
	"fmt"
	"reflect"
)

// What generated code calls.

// SetKey hands the one key to a setter of a generated mutation.
func SetKey[K any](keys []any, set func(K)) error {
	if len(keys) != 1 {
		return fmt.Errorf("want one key, got %d", len(keys))
	}
	return AddAll(keys, func(k ...K) { set(k[0]) })
}

// AddAll hands keys to a setter of a generated mutation.
func AddAll[K any](keys []any, add func(...K)) error {
	typed := make([]K, len(keys))
	for i, k := range keys {
		var ok bool
		if typed[i], ok = k.(K); !ok {
			return fmt.Errorf("key is %T: want %v", k, reflect.TypeFor[K]())
		}
	}
	add(typed...)
	return nil
}

// Validate runs a generated validator, which takes the basic type of the field's Go type. A nil one passes: ent sets
// them when its runtime package starts.
func Validate[T any](v any, validator func(T) error) error {
	if validator == nil {
		return nil
	}
	t, ok := v.(T)
	if !ok {
		fixed, ok := fit(reflect.ValueOf(v), reflect.TypeFor[T]())
		if !ok {
			return nil
		}
		t = fixed.Interface().(T)
	}
	return validator(t)
}
