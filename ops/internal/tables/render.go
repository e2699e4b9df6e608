package tables

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// show is what an answer has of a value as the driver gives it.
func (c *column) show(v any) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	shown := c.plain(v)
	if c.secret && string(shown) != `""` && string(shown) != "0" && string(shown) != "null" {
		return json.RawMessage(`"` + mask.Mask + `"`)
	}
	return shown
}

func (c *column) plain(v any) json.RawMessage {
	switch k := c.field.Kind; {
	case k == field.TypeBool:
		return encode(truth(v))
	case k == field.TypeTime:
		return encode(moment(v))
	case k == field.TypeJSON:
		return free(v)
	case k == field.TypeUUID:
		return encode(identifier(v))
	case k == field.TypeBytes:
		return encode(binary(v))
	case k.Numeric():
		return number(v)
	}
	return encode(text(v))
}

func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return json.RawMessage("null") // no value that gets here has none
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func text(v any) string {
	switch v := v.(type) {
	case []byte:
		return strings.ToValidUTF8(string(v), "\ufffd")
	case string:
		return strings.ToValidUTF8(v, "\ufffd")
	}
	return fmt.Sprint(v)
}

func truth(v any) bool {
	switch v := v.(type) {
	case bool:
		return v
	case int64:
		return v != 0
	}
	t, _ := strconv.ParseBool(text(v))
	return t
}

// moment is a time as the contract has it, in UTC.
func moment(v any) string {
	t, ok := v.(time.Time)
	if !ok {
		var err error
		if t, err = parseTime(text(v)); err != nil {
			return text(v)
		}
	}
	return t.UTC().Format(time.DateTime)
}

func free(v any) json.RawMessage {
	raw := []byte(text(v))
	var b bytes.Buffer
	if json.Compact(&b, raw) != nil {
		return encode(string(raw))
	}
	return b.Bytes()
}

func identifier(v any) string {
	if b, ok := v.([]byte); ok && len(b) == 16 {
		if id, err := uuid.FromBytes(b); err == nil {
			return id.String()
		}
	}
	return text(v)
}

// binary is a text if it is one, and base64 otherwise.
func binary(v any) string {
	b, ok := v.([]byte)
	if !ok {
		return text(v)
	}
	if utf8.Valid(b) && !strings.ContainsFunc(string(b), func(r rune) bool { return !unicode.IsPrint(r) && !unicode.IsSpace(r) }) {
		return string(b)
	}
	return base64.StdEncoding.EncodeToString(b)
}

func number(v any) json.RawMessage {
	switch v.(type) {
	case int64, float64:
		return encode(v)
	}
	if s := text(v); json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	return encode(text(v))
}

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
