package token

import (
	"encoding/json"
	"strconv"
	"strings"
)

// columns are those that a statement sets or compares, with their values.
type columns struct {
	names  []string
	values []any
}

func (c *columns) add(name string, value any) {
	c.names, c.values = append(c.names, name), append(c.values, value)
}

// given adds a value if there is one.
func given[T any](c *columns, name string, value *T) {
	if value != nil {
		c.add(name, *value)
	}
}

// equal writes that each is its value, the first as $1.
func (c *columns) equal(between string) string {
	l := make([]string, len(c.names))
	for i, name := range c.names {
		l[i] = name + " = " + parameter(i+1)
	}
	return strings.Join(l, between)
}

// parameter is the n-th of a statement.
func parameter(n int) string { return "$" + strconv.Itoa(n) }

// number is a truth as the store has it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// text is a value as its JSON, for a column.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // what came from JSON
	}
	return string(b)
}
