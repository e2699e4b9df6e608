package tables

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
)

// isNull tells the JSON null.
func isNull(text json.RawMessage) bool { return string(bytes.TrimSpace(text)) == "null" }

// value turns JSON into a value of the column's Go type.
func (c *column) value(text json.RawMessage) (any, error) {
	v := reflect.New(c.field.GoType)
	if err := c.read(text, v); err != nil {
		return nil, c.wrong(err)
	}
	return v.Elem().Interface(), nil
}

func (c *column) wrong(err error) error {
	return api.BadRequest("value", "field %s %s", c.name, err.Error())
}

// read sets v, a pointer to the column's Go type. Its error says what the value should be.
func (c *column) read(text json.RawMessage, v reflect.Value) error {
	switch k := c.field.Kind; {
	case k == field.TypeJSON:
		if err := json.Unmarshal(text, v.Interface()); err != nil {
			return fmt.Errorf("does not take JSON of this form: %w", shapeOf(err))
		}
		return nil
	case k == field.TypeBool:
		return c.readBool(text, v.Elem())
	case k.Integer():
		return readInteger(text, v.Elem())
	case k.Float():
		return readFloat(text, v.Elem())
	}
	s, err := textOf(text)
	if err != nil {
		return err
	}
	if k := c.field.Kind; k == field.TypeTime {
		return readTime(s, v)
	} else if k == field.TypeBytes {
		return readBytes(s, v.Elem())
	}
	return c.readText(s, v)
}

// shapeOf is an error of encoding/json without what was sent.
func shapeOf(err error) error {
	if e, ok := err.(*json.UnmarshalTypeError); ok {
		return fmt.Errorf("%s is no %s", e.Value, e.Type)
	}
	return fmt.Errorf("it cannot be read")
}

func (c *column) readBool(text json.RawMessage, v reflect.Value) error {
	switch strings.ToLower(strings.Trim(string(text), `"`)) {
	case "true", "1":
		v.SetBool(true)
	case "false", "0":
		v.SetBool(false)
	default:
		return fmt.Errorf("wants true or false")
	}
	return nil
}

// digits are those of a number, which may stand in a text.
func digits(text json.RawMessage) string { return strings.Trim(string(bytes.TrimSpace(text)), `"`) }

func readInteger(text json.RawMessage, v reflect.Value) error {
	s := digits(text)
	if f, err := strconv.ParseFloat(s, 64); err == nil && strings.ContainsAny(s, ".eE") && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		s = strconv.FormatFloat(f, 'f', -1, 64)
	}
	if v.CanUint() {
		n, err := strconv.ParseUint(s, 10, v.Type().Bits())
		if err != nil || n > math.MaxInt64 {
			return fmt.Errorf("wants a whole number of %d bits that is not negative", v.Type().Bits())
		}
		v.SetUint(n)
		return nil
	}
	n, err := strconv.ParseInt(s, 10, v.Type().Bits())
	if err != nil {
		return fmt.Errorf("wants a whole number of %d bits", v.Type().Bits())
	}
	v.SetInt(n)
	return nil
}

func readFloat(text json.RawMessage, v reflect.Value) error {
	f, err := strconv.ParseFloat(digits(text), v.Type().Bits())
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return fmt.Errorf("wants a number")
	}
	v.SetFloat(f)
	return nil
}

// textOf is the text of a JSON string, or of a number where one is sent for a text.
func textOf(text json.RawMessage) (string, error) {
	var s string
	if err := json.Unmarshal(text, &s); err != nil {
		var n json.Number
		if err := json.Unmarshal(text, &n); err != nil {
			return "", fmt.Errorf("wants a text")
		}
		s = n.String()
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || bytes.Contains(text, []byte(`\ufffd`)) && !strings.ContainsRune(s, utf8.RuneError) {
		return "", fmt.Errorf("wants UTF-8 without NUL characters")
	}
	return s, nil
}

// layouts are how times may be written; without a zone they are UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", time.DateOnly}

func parseTime(s string) (time.Time, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 && t.Year() < 10000 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("wants a time, such as 2026-11-21 19:49:14")
}

func readTime(s string, v reflect.Value) error {
	t, err := parseTime(s)
	if err != nil {
		return err
	}
	at := reflect.ValueOf(t)
	if !at.CanConvert(v.Elem().Type()) {
		return fmt.Errorf("is of a type that is not written here")
	}
	v.Elem().Set(at.Convert(v.Elem().Type()))
	return nil
}

func readBytes(s string, v reflect.Value) error {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil || v.Kind() != reflect.Slice {
		return fmt.Errorf("wants bytes in base64")
	}
	v.SetBytes(b)
	return nil
}

// readText reads what is kept as a text: by the type's own methods, if it has some.
func (c *column) readText(s string, v reflect.Value) error {
	target := v
	if c.field.GoType.Kind() == reflect.Pointer {
		v.Elem().Set(reflect.New(c.field.GoType.Elem()))
		target = v.Elem()
	}
	if v.Type().Elem() == hashType {
		if s == "" {
			return fmt.Errorf("wants a password")
		}
		v.Elem().Set(reflect.ValueOf(password.New(password.Plain(s))))
		return nil
	}
	var err error
	switch u := target.Interface().(type) {
	case encoding.TextUnmarshaler:
		err = u.UnmarshalText([]byte(s))
	case encoding.BinaryUnmarshaler:
		err = u.UnmarshalBinary([]byte(s))
	default:
		if target.Elem().Kind() != reflect.String {
			return fmt.Errorf("is of a type that is not written here")
		}
		target.Elem().SetString(s)
		return c.fits(s)
	}
	if err != nil {
		return fmt.Errorf("wants a %s", strings.ToLower(strings.TrimSuffix(c.category(), "Field")))
	}
	return nil
}

// fits holds a text against the column's length.
func (c *column) fits(s string) error {
	if m := c.field.Rules.MaxLength; m != nil && utf8.RuneCountInString(s) > *m {
		return fmt.Errorf("has at most %d characters", *m)
	}
	return nil
}
