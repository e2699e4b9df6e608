package data

import (
	"context"
	"fmt"
	"slices"

	"entgo.io/ent/dialect/sql"
	"entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// A cascade counts the rows that the foreign keys of a database remove along with one, those too that nobody sees.
type cascade struct {
	conn  orm.Conn
	taken map[*orm.Model]map[string]bool
	total int64
}

const (
	maxCascade = 10_000 // rows that go along
	maxKeys    = 1_000  // of one statement
)

// count is how many rows go along with the one that has the key.
func (c *cascade) count(ctx context.Context, m *orm.Model, key any) (int64, error) {
	c.taken = map[*orm.Model]map[string]bool{m: {keyText(key): true}}
	if err := c.follow(ctx, m, []any{key}); err != nil {
		return 0, err
	}
	return c.total, nil
}

// follow counts what goes along with rows of a model.
func (c *cascade) follow(ctx context.Context, m *orm.Model, keys []any) error {
	if err := c.joins(ctx, m, keys); err != nil {
		return err
	}
	for _, other := range c.conn.Models {
		for _, fk := range other.ForeignKeys {
			if fk.RefTable != m.Table || fk.OnDelete != string(schema.Cascade) {
				continue
			}
			found, err := c.keys(ctx, other, fk.Column, keys)
			if err != nil {
				return err
			}
			if found, err = c.take(other, found); err != nil {
				return err
			}
			if len(found) > 0 && other.Key != nil {
				if err := c.follow(ctx, other, found); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// take counts rows, and returns those that were not counted before.
func (c *cascade) take(m *orm.Model, keys []any) ([]any, error) {
	if c.taken[m] == nil {
		c.taken[m] = map[string]bool{}
	}
	if m.Key != nil {
		keys = slices.DeleteFunc(keys, func(key any) bool {
			known := c.taken[m][keyText(key)]
			c.taken[m][keyText(key)] = true
			return known
		})
	}
	return keys, c.add(int64(len(keys)))
}

func (c *cascade) add(n int64) error {
	if c.total += n; c.total > maxCascade {
		return api.BadRequest("cascade", "more than %d rows would go along: remove some of them first", maxCascade)
	}
	return nil
}

// joins counts the rows of join tables, which always go with what they join.
func (c *cascade) joins(ctx context.Context, m *orm.Model, keys []any) error {
	b := sql.Dialect(c.conn.Driver.Dialect())
	for table, columns := range c.ends(m) {
		for part := range slices.Chunk(keys, maxKeys) {
			t := b.Table(table)
			var ends []*sql.Predicate
			for _, column := range columns {
				ends = append(ends, sql.In(t.C(column), part...))
			}
			query, args := b.Select().SelectExpr(sql.Raw("COUNT(*)")).From(t).Where(sql.Or(ends...)).Query()
			rows, err := scan(ctx, c.conn.Driver, query, args, 1)
			if err != nil {
				return err
			}
			n, _ := rows[0][0].(int64)
			if err := c.add(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// ends are the columns of join tables that lead to a model.
func (c *cascade) ends(m *orm.Model) map[string][]string {
	ends := map[string][]string{}
	add := func(table, column string) {
		if !slices.Contains(ends[table], column) {
			ends[table] = append(ends[table], column)
		}
	}
	for _, other := range c.conn.Models {
		for _, e := range other.Edges {
			if e.Stored == orm.Between && other == m {
				add(e.Table, e.Column)
			}
			if e.Stored == orm.Between && e.Target() == m {
				add(e.Table, e.Other)
			}
		}
	}
	return ends
}

// keys finds rows by a column: their keys, or the column's values for a model without.
func (c *cascade) keys(ctx context.Context, m *orm.Model, column string, values []any) (l []any, err error) {
	wanted := column
	if m.Key != nil {
		wanted = m.Key.Column
	}
	for part := range slices.Chunk(values, maxKeys) {
		b := sql.Dialect(c.conn.Driver.Dialect())
		t := b.Table(m.Table)
		query, args := b.Select(t.C(wanted)).From(t).Where(sql.In(t.C(column), part...)).Limit(maxCascade + 1).Query()
		rows, err := scan(ctx, c.conn.Driver, query, args, 1)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if text, ok := row[0].([]byte); ok && (m.Key == nil || m.Key.Kind != field.TypeBytes) {
				row[0] = string(text) // as PostgreSQL's driver has UUIDs
			}
			l = append(l, row[0])
		}
	}
	return l, nil
}

// keyText is a key as a text, whether it is of Go or of a driver.
func keyText(key any) string {
	if b, ok := key.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(key)
}
