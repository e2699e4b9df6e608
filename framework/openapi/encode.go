package openapi

import (
	"bytes"
	"encoding/json"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

// A Map is an object whose members keep their order.
type Map[V any] []Entry[V]

// An Entry is a member of a Map.
type Entry[V any] struct {
	Key   string
	Value V
	// Raw is the JSON of a part that another document has told, and is written in place of Value, which has of it what it
	// has fields for, or less.
	Raw json.RawMessage
}

// JSON is what is written of the member.
func (e Entry[V]) JSON() (json.RawMessage, error) { return rawOr(e.Raw, e.Value) }

// Get finds a member; ok is false when there is none of that name.
func (m Map[V]) Get(key string) (v V, ok bool) {
	for _, e := range m {
		if e.Key == key {
			return e.Value, true
		}
	}
	return v, false
}

// at finds the value of key, or adds an empty one.
func (m *Map[V]) at(key string) *V {
	for i := range *m {
		if (*m)[i].Key == key {
			return &(*m)[i].Value
		}
	}
	*m = append(*m, Entry[V]{Key: key})
	return &(*m)[len(*m)-1].Value
}

// MarshalJSON writes an object.
func (m Map[V]) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, e := range m {
		if i > 0 {
			b = append(b, ',')
		}
		key, err := plainJSON(e.Key)
		if err != nil {
			return nil, err
		}
		value, err := e.JSON()
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// plainJSON leaves HTML as it is, which encoding/json escapes.
func plainJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// JSON is the document as indented JSON.
func (d *Doc) JSON() ([]byte, error) {
	text, err := plainJSON(d)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

// YAML is the document as YAML, with its members in the same order.
func (d *Doc) YAML() ([]byte, error) {
	text, err := plainJSON(d)
	if err != nil {
		return nil, err
	}
	v, err := tree.Parse(text)
	if err != nil {
		return nil, err
	}
	return tree.YAML(v)
}
