package runtime

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// a shape is how a variant of a union looks, to tell it from the others.
type shape struct {
	kinds    string              // of JSON: o a s n i b
	required []string            // members of an object
	members  []string            // all that it names
	values   map[string][]string // the only ones of a member, as JSON
}

// choose tells which of the shapes fits best, -1 for none.
func choose(b []byte, shapes ...shape) int {
	best, least := -1, 0
	var members map[string]json.RawMessage
	kind := kindOf(b)
	if kind == "o" && json.Unmarshal(b, &members) != nil {
		return -1
	}
	for i, s := range shapes {
		fits := strings.Contains(s.kinds, kind) || kind == "i" && strings.Contains(s.kinds, "n")
		if !fits || slices.ContainsFunc(s.required, func(m string) bool { return members[m] == nil }) || !s.has(members) {
			continue
		}
		unknown := 0
		if s.kinds == "o" && s.members != nil {
			for m := range members {
				if !slices.Contains(s.members, m) {
					unknown++
				}
			}
		}
		if best < 0 || unknown < least {
			best, least = i, unknown
		}
	}
	return best
}

// has tells whether members have the values that the shape asks for.
func (s *shape) has(members map[string]json.RawMessage) bool {
	for name, values := range s.values {
		if v := members[name]; v != nil && !slices.Contains(values, string(bytes.TrimSpace(v))) {
			return false
		}
	}
	return true
}

// kindOf tells of which kind JSON is.
func kindOf(b []byte) string {
	b = bytes.TrimSpace(b)
	if len(b) == 0 {
		return "?"
	}
	switch b[0] {
	case '{':
		return "o"
	case '[':
		return "a"
	case '"':
		return "s"
	case 't', 'f':
		return "b"
	case 'n':
		return "?"
	}
	if bytes.ContainsAny(b, ".eE") {
		return "n"
	}
	return "i"
}

// memberText is the text of a member of an object.
func memberText(b []byte, name string) (text string) {
	var members map[string]json.RawMessage
	if json.Unmarshal(b, &members) == nil {
		_ = json.Unmarshal(members[name], &text)
	}
	return text
}

// marshalTagged writes a variant with the member that tells which it is, where that is not set.
func marshalTagged(v any, name, text string) ([]byte, error) {
	b, err := json.Marshal(v)
	if err != nil || memberText(b, name) != "" {
		return b, err
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(b, &members) != nil || members == nil {
		return b, nil
	}
	if members[name], err = json.Marshal(text); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

// variant reads JSON into the variant of a union.
func variant[T any](b []byte, into **T) error {
	*into = new(T)
	return json.Unmarshal(b, *into)
}
