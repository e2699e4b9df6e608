package logs

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// where is a condition of SQL, with a ? for each input: none is ever written into it.
type where struct {
	terms    []string
	args     []any
	from, to *int64 // bounds of time in it, microseconds
}

// and adds a term.
func (w *where) and(term string, args ...any) {
	w.terms = append(w.terms, term)
	for _, arg := range args {
		if s, ok := arg.(string); ok {
			arg = stored(s)
		}
		w.args = append(w.args, arg)
	}
}

// stored is a text as it is in the store: PostgreSQL takes no NUL.
func stored(s string) string { return strings.ReplaceAll(s, "\x00", "\ufffd") }

// equal adds that a column has the value, unless that is "".
func (w *where) equal(column, value string) {
	if value != "" {
		w.and(column+" = ?", value)
	}
}

// number adds a term for n, unless that is nil.
func (w *where) number(term string, n *int64) {
	if n != nil {
		w.and(term, *n)
	}
}

// any adds that a column has one of the values.
func (w *where) any(column string, values []int64) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	switch len(values) {
	case 0:
		w.and(never)
	case 1: // an index gives its rows in the order of time
		w.and(column+" = ?", args...)
	default:
		w.and(column+" IN (?"+strings.Repeat(", ?", len(values)-1)+")", args...)
	}
}

func (w *where) since(micros int64) {
	w.and("time >= ?", micros)
	if w.from == nil || *w.from < micros {
		w.from = &micros
	}
}

func (w *where) until(micros int64) {
	w.and("time <= ?", micros)
	if w.to == nil || *w.to > micros {
		w.to = &micros
	}
}

// with is the condition with another term.
func (w *where) with(term string, args ...any) *where {
	own := *w
	own.terms, own.args = slices.Clone(w.terms), slices.Clone(w.args)
	own.and(term, args...)
	return &own
}

// String is the condition as it stands behind the name of a table.
func (w *where) String() string { return " WHERE " + strings.Join(w.terms, " AND ") }

// key tells the condition with its inputs from others.
func (w *where) key() string { return fmt.Sprintf("%s %#v", w, w.args) }

// numbered is a statement with $1, $2 in the place of each ?.
func numbered(query string) string {
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, more := strings.Cut(query, "?")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}
