package schema

import "encoding/json"

// Null is a member that may be absent, null or a value, where a handler must tell the three apart.
//
//	absent   Set false
//	null     Set true, Null true
//	value    Set true, Null false, Value the value
type Null[T any] struct {
	Set, Null bool
	Value     T
}

// Some is a Null that holds v.
func Some[T any](v T) Null[T] { return Null[T]{Set: true, Value: v} }

// Get returns the value, and whether there is one: false for absent and for null.
func (n Null[T]) Get() (T, bool) { return n.Value, n.Set && !n.Null }

// MarshalJSON writes the value, or null. A member that is absent needs the option omitzero for encoding/json.
func (n Null[T]) MarshalJSON() ([]byte, error) {
	if v, ok := n.Get(); ok {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads a member that is there.
func (n *Null[T]) UnmarshalJSON(b []byte) error {
	*n = Null[T]{Set: true, Null: string(b) == "null"}
	if n.Null {
		return nil
	}
	return json.Unmarshal(b, &n.Value)
}
