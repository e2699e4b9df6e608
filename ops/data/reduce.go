package data

import "encoding/json"

// reduced stands for a value that is too long.
type reduced struct {
	Reduced bool   `json:"$reduced"`
	Type    string `json:"type"`
	Length  int    `json:"length"`
	Content string `json:"content"`
	Shown   int    `json:"content_length"`
	Items   *int   `json:"items,omitempty"`
}

// reduce puts the beginning of a text, list or object in its place, if it is longer than most characters; 0 is no bound.
func reduce(shown json.RawMessage, most int) json.RawMessage {
	if most == 0 || len(shown) == 0 {
		return shown
	}
	r := reduced{Reduced: true, Shown: most}
	content := string(shown)
	switch shown[0] {
	case '"':
		r.Type = "string"
		if json.Unmarshal(shown, &content) != nil {
			return shown
		}
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(shown, &items) != nil {
			return shown
		}
		n := len(items)
		r.Type, r.Items = "array", &n
	case '{':
		var items map[string]json.RawMessage
		if json.Unmarshal(shown, &items) != nil {
			return shown
		}
		n := len(items)
		r.Type, r.Items = "object", &n
	default:
		return shown
	}
	runes := []rune(content)
	if r.Length = len(runes); r.Length <= most {
		return shown
	}
	r.Content = string(runes[:most])
	return encode(r)
}
