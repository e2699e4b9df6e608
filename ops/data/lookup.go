package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema/field"
)

// An argument is a value in a statement, beside its text.
type argument struct{ value any }

// written is a condition of texts, which are ours or names of the description, and arguments.
func written(parts ...any) *sql.Predicate {
	return sql.P(func(b *sql.Builder) {
		for _, p := range parts {
			switch p := p.(type) {
			case string:
				b.WriteString(p)
			case argument:
				b.Arg(p.value)
			}
		}
	})
}

// A condition writes what a column has to be like, for the column as ent quotes it.
type condition func(column string) *sql.Predicate

// A lookup makes the condition of a column from the value that a caller sends. Its error says what the value should be.
type lookup func(c *column, value json.RawMessage, sqlDialect string) (condition, error)

// lookupOf has the lookups by name. Text is compared as it is, or with the letters of ASCII alike; on every database.
var lookupOf = map[string]lookup{
	"exact": exact, "in": in, "range": within, "isnull": isNull,
	"gt": than(sql.GT), "gte": than(sql.GTE), "lt": than(sql.LT), "lte": than(sql.LTE),
	"iexact": alike(equal), "contains": text(contains), "icontains": alike(contains),
	"startswith": text(startsWith), "istartswith": alike(startsWith), "endswith": text(endsWith), "iendswith": alike(endsWith),
	"regex": pattern(" ~ "), "iregex": pattern(" ~* "),
	"date": date, "year": year,
	"month": partOf("MONTH", "%m", 0), "day": partOf("DAY", "%d", 0), "week_day": partOf("DOW", "%w", 1), // Sunday is 1
	"hour": partOf("HOUR", "%H", 0), "minute": partOf("MINUTE", "%M", 0), "second": partOf("SECOND", "%S", 0),
}

var lookupNames string

func init() {
	var l []string
	for name := range lookupOf {
		l = append(l, name)
	}
	slices.Sort(l)
	lookupNames = strings.Join(l, ", ")
}

func exact(c *column, value json.RawMessage, d string) (condition, error) {
	if isNullJSON(value) {
		return isNull(c, json.RawMessage("true"), d)
	}
	v, err := c.argument(value)
	return func(column string) *sql.Predicate { return sql.EQ(column, v) }, err
}

func than(compare func(column string, v any) *sql.Predicate) lookup {
	return func(c *column, value json.RawMessage, _ string) (condition, error) {
		if c.field.Kind == field.TypeBool {
			return nil, errors.New("is neither more nor less than another value")
		}
		v, err := c.argument(value)
		return func(column string) *sql.Predicate { return compare(column, v) }, err
	}
}

// maxChoices is how many values a lookup takes.
const maxChoices = 1000

func in(c *column, value json.RawMessage, _ string) (condition, error) {
	values, err := c.arguments(value)
	if len(values) > maxChoices {
		return nil, fmt.Errorf("takes %d values at the most", maxChoices)
	}
	return func(column string) *sql.Predicate { return sql.In(column, values...) }, err
}

func within(c *column, value json.RawMessage, _ string) (condition, error) {
	values, err := c.arguments(value)
	if err == nil && len(values) != 2 {
		return nil, errors.New("takes two values, the least and the largest")
	}
	return func(column string) *sql.Predicate {
		return sql.And(sql.GTE(column, values[0]), sql.LTE(column, values[1]))
	}, err
}

func isNull(_ *column, value json.RawMessage, _ string) (condition, error) {
	none, err := truthOf(value)
	if none {
		return sql.IsNull, err
	}
	return sql.NotNull, err
}

func date(c *column, value json.RawMessage, _ string) (condition, error) {
	at, err := c.time(value)
	day := at.Truncate(24 * time.Hour)
	return between(day, day.AddDate(0, 0, 1)), err
}

func year(c *column, value json.RawMessage, _ string) (condition, error) {
	if !c.isTime() {
		return nil, errNoTime
	}
	n, err := wholeNumber(value, interval{1, 9998})
	first := time.Date(int(n), 1, 1, 0, 0, 0, 0, time.UTC)
	return between(first, first.AddDate(1, 0, 0)), err
}

// between is from one time on and before another.
func between(from, to time.Time) condition {
	return func(column string) *sql.Predicate { return sql.And(sql.GTE(column, from), sql.LT(column, to)) }
}

// partOf is a part of a time in UTC, which PostgreSQL and SQLite call differently and begin to count at from less.
func partOf(postgres, sqlite string, from int64) lookup {
	return func(c *column, value json.RawMessage, d string) (condition, error) {
		if !c.isTime() {
			return nil, errNoTime
		}
		n, err := wholeNumber(value, interval{0, 59})
		return func(column string) *sql.Predicate {
			switch {
			case d != dialect.Postgres:
				return written("CAST(strftime('", sqlite, "', ", column, ") AS INTEGER) = ", argument{n - from})
			case c.field.Date:
				return written("EXTRACT(", postgres, " FROM ", column, ") = ", argument{n - from})
			}
			return written("FLOOR(EXTRACT(", postgres, " FROM ", column, " AT TIME ZONE 'UTC')) = ", argument{n - from})
		}, err
	}
}
