package runtime

import (
	"encoding/json"
	"maps"
	"slices"
)

// a member is one of an object whose name a struct tag cannot have.
type member struct {
	name  string
	value any
}

// withMembers writes an object with more members than its struct has. Further ones do not take the place of known ones.
func withMembers[T any](plain any, own []member, further map[string]T, known ...string) ([]byte, error) {
	b, err := json.Marshal(plain)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(further)) {
		if !slices.Contains(known, name) {
			own = append(own, member{name, further[name]})
		}
	}
	b = b[:len(b)-1]
	for _, m := range own {
		name, err := json.Marshal(m.name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.value)
		if err != nil {
			return nil, err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, name...), ':'), value...)
	}
	return append(b, '}'), nil
}

// membersOf are the members of an object.
func membersOf(b []byte) (m map[string]json.RawMessage, err error) {
	err = json.Unmarshal(b, &m)
	return m, err
}

// take reads a member, if it is there.
func take(members map[string]json.RawMessage, name string, into any) error {
	if b := members[name]; b != nil {
		return json.Unmarshal(b, into)
	}
	return nil
}

// furtherOf are the members that a struct has no field for.
func furtherOf[T any](members map[string]json.RawMessage, known ...string) (map[string]T, error) {
	var further map[string]T
	for name, b := range members {
		if slices.Contains(known, name) {
			continue
		}
		var v T
		if err := json.Unmarshal(b, &v); err != nil {
			return nil, err
		}
		if further == nil {
			further = map[string]T{}
		}
		further[name] = v
	}
	return further, nil
}
