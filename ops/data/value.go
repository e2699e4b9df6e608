package data

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"entgo.io/ent/schema/field"
	"github.com/google/uuid"
)

// plain is a value that a caller sends, as a driver takes it. Its error says what the value should be.
func (c *column) plain(text json.RawMessage) (any, error) {
	switch k := c.field.Kind; {
	case k == field.TypeBool:
		return truthOf(text)
	case k == field.TypeTime:
		return c.time(text)
	case k.Integer():
		return wholeNumber(text, bounds[k])
	case k == field.TypeFloat32:
		return floatOf(text, 32)
	case k.Float():
		return floatOf(text, 64)
	}
	s, err := textOf(text)
	switch {
	case err != nil:
		return nil, err
	case c.field.Kind == field.TypeUUID:
		id, err := uuid.Parse(s)
		if err != nil {
			return nil, errors.New("wants a UUID")
		}
		return id.String(), nil
	case c.field.Kind == field.TypeBytes:
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, errors.New("wants bytes in base64")
		}
		return b, nil
	}
	return s, nil
}

// argument is what a statement gets of a value to compare the column with.
func (c *column) argument(text json.RawMessage) (any, error) {
	switch {
	case isNullJSON(text):
		return nil, errors.New("takes null with exact and isnull alone")
	case c.field.Kind == field.TypeJSON:
		return nil, errors.New("holds JSON: it takes isnull alone")
	}
	return c.plain(text)
}

// arguments are those of a list.
func (c *column) arguments(text json.RawMessage) ([]any, error) {
	var l []json.RawMessage
	if json.Unmarshal(text, &l) != nil || l == nil {
		return nil, errors.New("takes a list of values")
	}
	values := make([]any, len(l))
	for i, one := range l {
		var err error
		if values[i], err = c.argument(one); err != nil {
			return nil, err
		}
	}
	return values, nil
}

func truthOf(text json.RawMessage) (bool, error) {
	switch digits(text) {
	case "true", "1":
		return true, nil
	case "false", "0":
		return false, nil
	}
	return false, errors.New("wants true or false")
}

// An interval is of whole numbers.
type interval struct{ low, high int64 }

// bounds are those of the kinds of whole numbers. No database keeps more than an int64.
var bounds = map[field.Type]interval{
	field.TypeInt8: {math.MinInt8, math.MaxInt8}, field.TypeInt16: {math.MinInt16, math.MaxInt16}, field.TypeInt32: {math.MinInt32, math.MaxInt32},
	field.TypeInt: {math.MinInt64, math.MaxInt64}, field.TypeInt64: {math.MinInt64, math.MaxInt64},
	field.TypeUint8: {0, math.MaxUint8}, field.TypeUint16: {0, math.MaxUint16}, field.TypeUint32: {0, math.MaxUint32},
	field.TypeUint: {0, math.MaxInt64}, field.TypeUint64: {0, math.MaxInt64},
}

// wholeNumber is one of an interval: 3, "3", 3.0 and 3e0.
func wholeNumber(text json.RawMessage, in interval) (int64, error) {
	s := digits(text)
	if isNumber(s) && strings.ContainsAny(s, ".eE") {
		if f, err := strconv.ParseFloat(s, 64); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			s = strconv.FormatInt(int64(f), 10)
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !isNumber(s) || n < in.low || n > in.high {
		return 0, fmt.Errorf("wants a whole number from %d to %d", in.low, in.high)
	}
	return n, nil
}

func floatOf(text json.RawMessage, bits int) (float64, error) {
	s := digits(text)
	f, err := strconv.ParseFloat(s, bits)
	if err != nil || !isNumber(s) {
		return 0, fmt.Errorf("wants a number of %d bits", bits)
	}
	return f, nil
}

// digits are those of a number, which may stand in a text.
func digits(text json.RawMessage) string {
	s := strings.TrimSpace(string(text))
	if len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
		return s[1 : len(s)-1]
	}
	return s
}

// isNumber tells what JSON takes for a number: no NaN, no hexadecimal digits.
func isNumber(s string) bool {
	return s != "" && (s[0] == '-' || '0' <= s[0] && s[0] <= '9') && json.Valid([]byte(s))
}

// layouts are how times may be written; without a zone they are UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04", time.DateOnly}

// time is one in UTC, the beginning of a day if the column keeps no more.
func (c *column) time(text json.RawMessage) (time.Time, error) {
	if !c.isTime() {
		return time.Time{}, errNoTime
	}
	s, err := textOf(text)
	if err != nil {
		return time.Time{}, err
	}
	t, err := parseTime(s)
	if err == nil && c.field.Date {
		t = t.Truncate(24 * time.Hour)
	}
	return t, err
}

func parseTime(s string) (time.Time, error) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, s); err == nil && t.UTC().Year() > 0 && t.UTC().Year() < 9999 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, errors.New("wants a time, such as 2026-11-21 19:49:14")
}

var errNoTime = errors.New("is no time")

func (c *column) isTime() bool { return c.field.Kind == field.TypeTime }
