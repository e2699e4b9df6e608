package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema/field"
)

// Text is not compared by LIKE, which takes capital letters for small ones on SQLite and not on PostgreSQL, and for
// which a part of the text could be a wildcard.

// A comparison holds the text of an expression against another.
type comparison func(sqlDialect, expression, with string) *sql.Predicate

func equal(_, e, with string) *sql.Predicate { return written(e, " = ", argument{with}) }

func contains(d, e, with string) *sql.Predicate {
	if d == dialect.Postgres {
		return written("strpos(", e, ", ", argument{with}, ") > 0")
	}
	return written("instr(", e, ", ", argument{with}, ") > 0")
}

func startsWith(_, e, with string) *sql.Predicate {
	return written("substr(", e, ", 1, ", argument{utf8.RuneCountInString(with)}, ") = ", argument{with})
}

func endsWith(_, e, with string) *sql.Predicate {
	return written("substr(", e, ", length(", e, ") + 1 - ", argument{utf8.RuneCountInString(with)}, ") = ", argument{with})
}

// text is the lookup of a comparison.
func text(compare comparison) lookup {
	return func(c *column, value json.RawMessage, d string) (condition, error) {
		v, err := c.textOf(value)
		return func(column string) *sql.Predicate { return compare(d, c.asText(column), v) }, err
	}
}

// alike is the lookup of a comparison for which capital letters of ASCII are small ones. Other letters are told apart:
// SQLite knows no more of them.
func alike(compare comparison) lookup {
	return func(c *column, value json.RawMessage, d string) (condition, error) {
		v, err := c.textOf(value)
		return func(column string) *sql.Predicate {
			e := c.asText(column)
			if d == dialect.Postgres {
				e += ` COLLATE "C"` // in which lower knows no other letters either
			}
			return compare(d, "lower("+e+")", small(v))
		}, err
	}
}

// small is a text with the capital letters of ASCII made small.
func small(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// longestPattern is how many bytes a regular expression has at the most.
const longestPattern = 200

// pattern is the lookup of a regular expression, which PostgreSQL alone has: the timeout of a call bounds what one costs.
func pattern(operator string) lookup {
	return func(c *column, value json.RawMessage, d string) (condition, error) {
		if d != dialect.Postgres {
			return nil, errors.New("takes no regular expression on SQLite: use contains, startswith or endswith")
		}
		v, err := c.textOf(value)
		if err == nil && len(v) > longestPattern {
			err = fmt.Errorf("takes a regular expression of %d bytes at the most", longestPattern)
		}
		return func(column string) *sql.Predicate { return written(c.asText(column), operator, argument{v}) }, err
	}
}

// textOf is a text to compare the column with, if it can be compared so.
func (c *column) textOf(value json.RawMessage) (string, error) {
	switch k := c.field.Kind; {
	case k == field.TypeString, k == field.TypeEnum, k == field.TypeUUID, k.Integer():
		return textOf(value)
	}
	return "", errors.New("is no text: use exact, isnull or another comparison")
}

// asText is the column, as ent quotes it, as a text.
func (c *column) asText(column string) string {
	if k := c.field.Kind; k == field.TypeUUID || k.Integer() {
		return "CAST(" + column + " AS TEXT)"
	}
	return column
}
