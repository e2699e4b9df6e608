package data

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"entgo.io/ent/schema/field"
	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// show is what an answer has of a value as the driver gives it. A secret is masked unless it is empty.
func (c *column) show(v any) json.RawMessage {
	if v == nil {
		return json.RawMessage("null")
	}
	shown := c.render(v)
	if c.secret && !slices.Contains(empty, string(shown)) {
		return encode(mask.Mask)
	}
	return shown
}

// empty are values that give nothing away.
var empty = []string{`""`, "0", "null", "[]", "{}"}

func (c *column) render(v any) json.RawMessage {
	switch k := c.field.Kind; {
	case k == field.TypeBool:
		return encode(truth(v))
	case k == field.TypeTime && c.field.Date:
		return encode(moment(v, time.DateOnly))
	case k == field.TypeTime:
		return encode(moment(v, time.DateTime))
	case k == field.TypeJSON:
		return free(v)
	case k == field.TypeUUID:
		return encode(identifier(v))
	case k == field.TypeBytes:
		return encode(binary(v))
	case k.Numeric(), c.isDecimal():
		return number(v)
	}
	return encode(textIn(v))
}

func encode(v any) json.RawMessage {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return json.RawMessage("null") // NaN and infinity have no other JSON
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

// textIn is the text that a driver gives.
func textIn(v any) string {
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
	t, _ := strconv.ParseBool(textIn(v))
	return t
}

// moment is a time in UTC.
func moment(v any, layout string) string {
	t, ok := v.(time.Time)
	if !ok {
		var err error
		if t, err = parseTime(textIn(v)); err != nil {
			return textIn(v)
		}
	}
	return t.UTC().Format(layout)
}

func free(v any) json.RawMessage {
	raw := []byte(textIn(v))
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
	return textIn(v)
}

// binary is a text if it is one, and base64 otherwise.
func binary(v any) string {
	b, ok := v.([]byte)
	if !ok {
		return textIn(v)
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
	if s := textIn(v); json.Valid([]byte(s)) {
		return json.RawMessage(s)
	}
	return encode(textIn(v))
}
