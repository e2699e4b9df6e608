package tables

import (
	"encoding/json"
	"strconv"
	"time"
	"unicode/utf8"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// known are the lookups.
var known = map[string]bool{
	"exact": true, "iexact": true, "contains": true, "icontains": true, "startswith": true, "istartswith": true, "endswith": true, "iendswith": true,
	"gt": true, "gte": true, "lt": true, "lte": true, "in": true, "isnull": true, "range": true, "regex": true, "iregex": true,
	"date": true, "year": true, "month": true, "day": true, "hour": true, "minute": true, "second": true, "week_day": true,
}

// maxListed is how many values a lookup takes.
const maxListed = 1000

// A condition is what a lookup says of a column, by its name in a statement.
type condition func(column string) *sql.Predicate

// comparisons are those that every database has.
var comparisons = map[string]func(string, any) *sql.Predicate{"": sql.EQ, "exact": sql.EQ, "gt": sql.GT, "gte": sql.GTE, "lt": sql.LT, "lte": sql.LTE}

// condition makes what the lookup of the path says with a value.
func (p *path) condition(name string, text json.RawMessage) (condition, error) {
	c := p.column
	if (p.lookup == "" || p.lookup == "exact") && isNull(text) {
		return sql.IsNull, nil
	}
	if p.lookup == "isnull" {
		return isNullCondition(name, text)
	}
	if c.field.Kind == field.TypeJSON || c.field.Kind == field.TypeBytes || c.field.Cell != nil {
		return nil, api.BadRequest("lookup", "field %s can only be asked by isnull", c.name)
	}
	if compare, ok := comparisons[p.lookup]; ok {
		v, err := c.value(text)
		if err != nil {
			return nil, err
		}
		return func(column string) *sql.Predicate { return compare(column, v) }, nil
	}
	switch p.lookup {
	case "in", "range":
		return p.several(name, text)
	case "date", "year", "month", "day", "hour", "minute", "second", "week_day":
		return p.ofTime(name, text)
	}
	return p.ofText(name, text)
}

func isNullCondition(name string, text json.RawMessage) (condition, error) {
	switch digits(text) {
	case "true", "1":
		return sql.IsNull, nil
	case "false", "0":
		return sql.NotNull, nil
	}
	return nil, api.BadRequest("value", "query %.60q wants true or false", name)
}

// several is in, and range.
func (p *path) several(name string, text json.RawMessage) (condition, error) {
	var l []json.RawMessage
	if json.Unmarshal(text, &l) != nil || len(l) > maxListed || p.lookup == "range" && len(l) != 2 {
		return nil, api.BadRequest("value", "query %.60q wants a list: of two values for range, of at most %d for in", name, maxListed)
	}
	values := make([]any, len(l))
	for i := range l {
		var err error
		if values[i], err = p.column.value(l[i]); err != nil {
			return nil, err
		}
	}
	if p.lookup == "range" {
		return func(column string) *sql.Predicate {
			return sql.And(sql.GTE(column, values[0]), sql.LTE(column, values[1]))
		}, nil
	}
	return func(column string) *sql.Predicate { return sql.In(column, values...) }, nil
}

// ofText compares a part of a text. Case counts alike on every database, and nothing in the value is a wildcard.
func (p *path) ofText(name string, text json.RawMessage) (condition, error) {
	if k := p.column.field.Kind; k != field.TypeString && k != field.TypeEnum && k != field.TypeUUID && k != field.TypeOther {
		return nil, api.BadRequest("lookup", "field %s is no text: %s cannot be asked of it", p.column.name, p.lookup)
	}
	s, err := textOf(text)
	if err != nil {
		return nil, api.BadRequest("value", "query %.60q %s", name, err.Error())
	}
	return func(column string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) { p.writeText(b, column, s) })
	}, nil
}

func (p *path) writeText(b *sql.Builder, column, s string) {
	postgres := b.Dialect() == dialect.Postgres
	how, fold := p.lookup, false
	if how[0] == 'i' && how != "in" {
		how, fold = how[1:], true
	}
	operand := func(write func(b *sql.Builder)) {
		if fold {
			b.WriteString("lower")
		}
		b.Wrap(func(b *sql.Builder) {
			if write(b); postgres {
				b.WriteString("::text")
			}
		})
	}
	col := func() { operand(func(b *sql.Builder) { b.Ident(column) }) }
	arg := func() { operand(func(b *sql.Builder) { b.Arg(s) }) }
	n := strconv.Itoa(utf8.RuneCountInString(s))
	switch how {
	case "exact":
		col()
		b.WriteString(" = ")
		arg()
	case "contains":
		b.WriteString(map[bool]string{true: "strpos(", false: "instr("}[postgres])
		col()
		b.Comma()
		arg()
		b.WriteString(") > 0")
	case "startswith":
		b.WriteString("substr(")
		col()
		b.WriteString(", 1, " + n + ") = ")
		arg()
	case "endswith":
		if s == "" {
			b.Ident(column).WriteString(" IS NOT NULL")
			return
		}
		b.WriteString(map[bool]string{true: "right(", false: "substr("}[postgres])
		col()
		b.WriteString(map[bool]string{true: ", ", false: ", -"}[postgres] + n + ") = ")
		arg()
	case "regex":
		b.Ident(column).WriteString(map[bool]string{true: " ~* ", false: " ~ "}[fold]).Arg(s)
	}
}

// parts are what a database takes out of a time: for PostgreSQL the name, for SQLite the format.
var parts = map[string][2]string{
	"month": {"month", "%m"}, "day": {"day", "%d"}, "hour": {"hour", "%H"}, "minute": {"minute", "%M"}, "second": {"second", "%S"}, "week_day": {"dow", "%w"},
}

// ofTime compares a part of a time, in UTC. The days of a week begin with Sunday, which is 1.
func (p *path) ofTime(name string, text json.RawMessage) (condition, error) {
	if p.column.field.Kind != field.TypeTime {
		return nil, api.BadRequest("lookup", "field %s is no time: %s cannot be asked of it", p.column.name, p.lookup)
	}
	if p.lookup == "date" {
		day, err := time.Parse(time.DateOnly, digits(text))
		if err != nil {
			return nil, api.BadRequest("value", "query %.60q wants a date, such as 2026-11-21", name)
		}
		return between(day, day.AddDate(0, 0, 1)), nil
	}
	n, err := strconv.Atoi(digits(text))
	if err != nil || n < 0 || n > 9998 {
		return nil, api.BadRequest("value", "query %.60q wants a number", name)
	}
	if p.lookup == "year" {
		return between(time.Date(n, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(n+1, 1, 1, 0, 0, 0, 0, time.UTC)), nil
	}
	if p.lookup == "week_day" {
		n--
	}
	part := parts[p.lookup]
	return func(column string) *sql.Predicate {
		return sql.P(func(b *sql.Builder) {
			if b.Dialect() == dialect.Postgres {
				b.WriteString("floor(extract(" + part[0] + " FROM ").Ident(column).WriteString(" AT TIME ZONE 'UTC')) = ").Arg(n)
				return
			}
			b.WriteString("CAST(strftime('" + part[1] + "', ").Ident(column).WriteString(") AS integer) = ").Arg(n)
		})
	}, nil
}

func between(from, to time.Time) condition {
	return func(column string) *sql.Predicate { return sql.And(sql.GTE(column, from), sql.LT(column, to)) }
}

// possible is nil for lookups that the database has.
func (p *path) possible(d string) error {
	if d != dialect.Postgres && (p.lookup == "regex" || p.lookup == "iregex") {
		return api.BadRequest("lookup", "%s is not possible on SQLite: take contains or startswith", p.lookup)
	}
	return nil
}
