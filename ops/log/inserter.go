package log

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// columns are those of a table; the first ones have the same values in many rows.
type columns struct {
	table string
	same  []string
	own   []string
	texts map[int]string // statements by their number of rows
}

var (
	shared     = []string{"service", "node_id", "instance_id", "worker_id", "worker_pid"}
	logColumns = newColumns("ops_log",
		slices.Concat(shared, []string{"level", "status", "endpoint", "method", "host", "request_type", "response_type", "tls", "volatile"}),
		"id", "time", "duration", "path", "query", "user_id", "ip", "public", "user_agent", "length", "in_traffic", "out_traffic", "queries", "access_token_id")
	detailColumns  = newColumns("ops_log_detail", nil, "id", "content")
	requestColumns = newColumns("ops_request_log", shared,
		"id", "context_id", "time", "duration", "status", "method", "scheme", "host", "path", "full_url", "request_type", "response_type", "length",
		"failure", "volatile", "content")
)

// batchSizes are how many rows a statement has: few different ones, which are prepared once.
var batchSizes = []int{50, 10, 1}

func newColumns(table string, same []string, own ...string) *columns {
	c := &columns{table: table, same: same, own: own, texts: map[int]string{}}
	for _, rows := range batchSizes {
		c.texts[rows] = c.insert(rows)
	}
	return c
}

// insert is a statement for that many rows, whose same values are given once.
func (c *columns) insert(rows int) string {
	var b strings.Builder
	b.WriteString("INSERT INTO " + c.table + " (" + c.list() + ") VALUES ")
	next := len(c.same)
	for i := range rows {
		b.WriteString([]string{", (", "("}[flag(i == 0)])
		for j := range len(c.same) + len(c.own) {
			n := j + 1
			if j >= len(c.same) {
				next++
				n = next
			}
			b.WriteString([]string{", ?", "?"}[flag(j == 0)] + strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func (c *columns) list() string { return strings.Join(slices.Concat(c.same, c.own), ", ") }

// An inserter puts many rows into tables.
type inserter struct {
	ctx    context.Context
	tx     *sql.Tx
	copies bool // by COPY
	args   []any
}

// all puts rows into a table; own appends the values that one has of its own.
func (p *inserter) all(c *columns, groups []rows, own func(i int, args []any) []any) error {
	switch {
	case len(groups) == 0 || len(groups) == 1 && len(groups[0].indexes) == 0:
		return nil
	case p.copies:
		return p.copy(c, groups, own)
	}
	for _, g := range groups {
		for left := g.indexes; len(left) > 0; {
			size := batchSizes[slices.IndexFunc(batchSizes, func(n int) bool { return n <= len(left) })]
			p.args = append(p.args[:0], g.same...)
			for _, i := range left[:size] {
				p.args = own(i, p.args)
			}
			left = left[size:]
			if _, err := p.tx.ExecContext(p.ctx, c.texts[size], p.args...); err != nil {
				return fmt.Errorf("%s: %w", c.table, err)
			}
		}
	}
	return nil
}

// copy is the way of PostgreSQL.
func (p *inserter) copy(c *columns, groups []rows, own func(i int, args []any) []any) error {
	stmt, err := p.tx.PrepareContext(p.ctx, "COPY "+c.table+" ("+c.list()+") FROM STDIN")
	if err != nil {
		return err
	}
	defer stmt.Close()
	for _, g := range groups {
		for _, i := range g.indexes {
			p.args = own(i, append(p.args[:0], g.same...))
			if _, err := stmt.ExecContext(p.ctx, p.args...); err != nil {
				return fmt.Errorf("%s: %w", c.table, err)
			}
		}
	}
	if _, err := stmt.ExecContext(p.ctx); err != nil {
		return fmt.Errorf("%s: %w", c.table, err)
	}
	return nil
}
