package data

import (
	"bytes"
	"database/sql"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/auth/password"
)

var hashType = reflect.TypeFor[password.Hash]()

// value turns what a caller sends into a value of the column's Go type, to be written. Its error says what the value
// should be.
func (c *column) value(text json.RawMessage) (any, error) {
	if c.field.Kind == field.TypeJSON {
		return c.free(text)
	}
	plain, err := c.plain(text)
	if err != nil {
		return nil, err
	}
	if s, ok := plain.(string); ok {
		if m := c.field.Rules.MaxLength; m != nil && utf8.RuneCountInString(s) > *m {
			return nil, fmt.Errorf("takes %d characters at the most", *m)
		}
	}
	return into(plain, c.field.GoType)
}

// free reads JSON.
func (c *column) free(text json.RawMessage) (any, error) {
	if err := storable(text); err != nil {
		return nil, err
	}
	v := reflect.New(c.field.GoType)
	err := json.Unmarshal(text, v.Interface())
	var mistyped *json.UnmarshalTypeError
	switch {
	case errors.As(err, &mistyped):
		return nil, fmt.Errorf("wants JSON of another form: a value is no %s", mistyped.Type)
	case err != nil:
		return nil, errors.New("wants JSON of another form")
	}
	return v.Elem().Interface(), nil
}

// into makes a value of the type t of one that a driver takes: as Go converts it, by Scan, or by UnmarshalText or
// UnmarshalBinary.
func into(plain any, t reflect.Type) (any, error) {
	s, isText := plain.(string)
	if t == hashType {
		if s == "" {
			return nil, errors.New("wants a password")
		}
		return password.New(password.Plain(s)), nil
	}
	if v := reflect.ValueOf(plain); v.Type() == t || group(v.Kind()) == group(t.Kind()) && v.CanConvert(t) {
		return v.Convert(t).Interface(), nil
	}
	target := reflect.New(t)
	if t.Kind() == reflect.Pointer {
		target = reflect.New(t.Elem())
	}
	err := errors.New("no way leads there")
	switch u := target.Interface().(type) {
	case sql.Scanner:
		err = u.Scan(plain)
	case encoding.TextUnmarshaler:
		if isText {
			err = u.UnmarshalText([]byte(s))
		}
	case encoding.BinaryUnmarshaler:
		if isText {
			err = u.UnmarshalBinary([]byte(s))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("wants a %v", t)
	}
	if t.Kind() == reflect.Pointer {
		return target.Interface(), nil
	}
	return target.Elem().Interface(), nil
}

// group is the same for kinds whose values convert to each other as they are.
func group(k reflect.Kind) reflect.Kind {
	switch {
	case reflect.Int <= k && k <= reflect.Uintptr:
		return reflect.Int
	case k == reflect.Float32:
		return reflect.Float64
	}
	return k
}

// isNullJSON tells the null of JSON.
func isNullJSON(text json.RawMessage) bool { return string(bytes.TrimSpace(text)) == "null" }

// textOf is the text of a JSON string, or the digits of a number.
func textOf(text json.RawMessage) (string, error) {
	if err := storable(text); err != nil {
		return "", err
	}
	if s := strings.TrimSpace(string(text)); isNumber(s) {
		return s, nil
	}
	var s *string
	if json.Unmarshal(text, &s) != nil || s == nil {
		return "", errors.New("wants a text")
	}
	return *s, nil
}

// errText is about texts that PostgreSQL does not store. SQLite takes them, yet cuts them at the NUL in comparisons.
var errText = errors.New("wants UTF-8 without NUL characters")

// storable is nil for JSON whose texts every database stores.
func storable(text json.RawMessage) error {
	if !utf8.Valid(text) {
		return errText
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	replaced := 0
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.New("wants JSON")
		}
		s, _ := t.(string)
		if strings.ContainsRune(s, 0) {
			return errText
		}
		replaced += strings.Count(s, "\ufffd")
	}
	// encoding/json puts U+FFFD where half a surrogate pair is.
	if replaced > bytes.Count(text, []byte("\ufffd"))+bytes.Count(bytes.ToLower(text), []byte(`\ufffd`)) {
		return errText
	}
	return nil
}
