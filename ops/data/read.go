package data

import (
	"context"
	"fmt"
	"strings"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// A selection says which rows of a table are read, and what of them.
type selection struct {
	table   *table
	filter  filter
	outputs []output
	orders  []order
	rows    int // at the most; 0 is all
	offset  int
	lock    bool // against changes until the transaction ends
}

// read returns the rows, each with a value of every output as the driver gives it.
func (s *selection) read(ctx context.Context) (rows [][]any, err error) {
	err = s.run(ctx, func(ctx context.Context, drv dialect.Driver, sel *sql.Selector, st *statement) error {
		if err := s.choose(sel, st); err != nil {
			return err
		}
		b := &sql.Builder{}
		b.SetDialect(drv.Dialect())
		b.Join(sel)
		if s.rows > 0 {
			b.WriteString(" LIMIT ").Arg(s.rows).WriteString(" OFFSET ").Arg(s.offset)
		}
		if s.lock && drv.Dialect() == dialect.Postgres { // on SQLite a transaction that writes is alone
			b.WriteString(" FOR UPDATE")
		}
		if err := b.Err(); err != nil {
			return err
		}
		query, args := b.Query()
		rows, err = scan(ctx, drv, query, args, len(s.outputs))
		return err
	})
	return rows, err
}

// count is how many rows there are on all pages.
func (s *selection) count(ctx context.Context) (n int64, err error) {
	err = s.run(ctx, func(ctx context.Context, drv dialect.Driver, sel *sql.Selector, _ *statement) error {
		query, args := sel.SelectExpr(sql.Raw("COUNT(*)")).Query()
		if err := sel.Err(); err != nil {
			return err
		}
		rows, err := scan(ctx, drv, query, args, 1)
		if err == nil {
			n, _ = rows[0][0].(int64)
		}
		return err
	})
	return n, err
}

// run lets ent prepare a query for the rows, so that interceptors and the policy hold, and gives it to fn.
func (s *selection) run(ctx context.Context, fn func(context.Context, dialect.Driver, *sql.Selector, *statement) error) error {
	_, err := s.table.query().Run(ctx, func(ctx context.Context, drv dialect.Driver, sel *sql.Selector, distinct bool) (any, error) {
		if distinct || strings.Contains(sel.String(), " LIMIT ") { // what an interceptor bounds is looked up by its keys
			from := sql.Dialect(drv.Dialect()).Table(s.table.Table)
			sel = sql.Dialect(drv.Dialect()).Select().From(from).Where(sql.In(from.C(s.table.Key.Column), sel))
		}
		st := &statement{ctx: ctx, dialect: drv.Dialect()}
		where, err := st.where(&s.filter, s.table, sel.Table())
		if err != nil {
			return nil, err
		}
		if where != nil {
			sel.Where(where)
		}
		return nil, fn(ctx, drv, sel, st)
	})
	return err
}

// choose adds columns and orders. NULL is the least, on every database.
func (s *selection) choose(sel *sql.Selector, st *statement) error {
	columns := make([]sql.Querier, len(s.outputs))
	for i, o := range s.outputs {
		var err error
		if columns[i], err = st.value(o.steps, o.column, s.table, sel.Table()); err != nil {
			return err
		}
	}
	sel.SelectExpr(columns...)
	for _, o := range s.orders {
		v, err := st.value(o.steps, o.column, s.table, sel.Table())
		if err != nil {
			return err
		}
		sel.OrderExpr(sql.ExprFunc(func(b *sql.Builder) { b.Join(v).WriteString(o.direction()) }))
	}
	return nil
}

// scan runs a query and reads its rows.
func scan(ctx context.Context, drv dialect.Driver, query string, args []any, columns int) ([][]any, error) {
	rows := &sql.Rows{}
	if err := drv.Query(ctx, query, args, rows); err != nil {
		return nil, err
	}
	defer rows.Close()
	var all [][]any
	for rows.Next() {
		row, dest := make([]any, columns), make([]any, columns)
		for i := range row {
			dest[i] = &row[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, fmt.Errorf("reading a row: %w", err)
		}
		all = append(all, row)
	}
	return all, rows.Err()
}
