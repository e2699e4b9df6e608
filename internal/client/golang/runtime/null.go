package runtime

import (
	"bytes"
	"encoding/json"
)

// A Null is a member that may be absent, null or a value. The zero Null is absent.
type Null[T any] struct {
	Value T
	state byte // 1 null, 2 a value
}

// ValueOf is a member that has a value.
func ValueOf[T any](v T) Null[T] { return Null[T]{Value: v, state: 2} }

// NullOf is a member that is null.
func NullOf[T any]() Null[T] { return Null[T]{state: 1} }

// IsZero tells a member that is absent.
func (n Null[T]) IsZero() bool { return n.state == 0 }

// IsNull tells a member that is null.
func (n Null[T]) IsNull() bool { return n.state == 1 }

// Get is the value; ok is false for one that is null or absent.
func (n Null[T]) Get() (v T, ok bool) { return n.Value, n.state == 2 }

// MarshalJSON writes the value or null.
func (n Null[T]) MarshalJSON() ([]byte, error) {
	if n.state != 2 {
		return []byte("null"), nil
	}
	return json.Marshal(n.Value)
}

// UnmarshalJSON reads the value or null.
func (n *Null[T]) UnmarshalJSON(b []byte) error {
	*n = NullOf[T]()
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	n.state = 2
	return json.Unmarshal(b, &n.Value)
}
