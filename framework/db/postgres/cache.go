package postgres

import (
	"container/list"
	"context"
	"database/sql/driver"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// A cache keeps the statements that one connection has prepared, the least used last.
type cache struct {
	on         driver.ConnPrepareContext
	limit      int
	shared     *counters
	generation int64
	byQuery    map[string]*list.Element
	byUse      list.List
}

// A statement is one that is prepared.
type statement struct {
	stmt
	query string
}

// stmt is what lib/pq's statement can do.
type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func newCache(on driver.ConnPrepareContext, limit int, shared *counters) *cache {
	return &cache{on: on, limit: limit, shared: shared, generation: shared.generation.Load(), byQuery: map[string]*list.Element{}}
}

// maxQuery is the length in bytes above which a text is taken to be made for one occasion.
const maxQuery = 8 << 10

// takes reports whether it is worth while to prepare a statement. Without arguments lib/pq sends the text as it
// stands, in one message, and it may hold several statements.
func (c *cache) takes(query string, args int) bool {
	if c.limit < 0 || args == 0 || len(query) > maxQuery {
		return false
	}
	word, _, _ := strings.Cut(query, " ")
	switch strings.ToUpper(word) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH":
		return true
	}
	return false
}

// get returns the prepared statement for a text. It is good until the next call.
func (c *cache) get(ctx context.Context, query string) (*statement, error) {
	if g := c.shared.generation.Load(); g != c.generation {
		c.generation = g
		for c.byUse.Len() > 0 {
			c.drop(c.byUse.Back())
		}
	}
	if e, ok := c.byQuery[query]; ok {
		c.shared.hits.Add(1)
		c.byUse.MoveToFront(e)
		return e.Value.(*statement), nil
	}
	c.shared.misses.Add(1)
	for c.byUse.Len() >= c.limit {
		c.shared.evicted.Add(1)
		c.drop(c.byUse.Back())
	}
	prepared, err := c.on.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	under, ok := prepared.(stmt)
	if !ok {
		prepared.Close()
		return nil, fmt.Errorf("lib/pq: %T lacks methods that this package builds on: use the version in its go.mod", prepared)
	}
	s := &statement{under, query}
	c.byQuery[query] = c.byUse.PushFront(s)
	return s, nil
}

// refuse drops a statement that the server would not run.
func (c *cache) refuse(query string) {
	c.shared.stale.Add(1)
	if e, ok := c.byQuery[query]; ok {
		c.drop(e)
	}
}

func (c *cache) drop(e *list.Element) {
	s := c.byUse.Remove(e).(*statement)
	delete(c.byQuery, s.query)
	s.Close() // a failure shows at the next use of the connection
}

// counters are shared by the connections of a pool.
type counters struct {
	generation                   atomic.Int64
	hits, misses, evicted, stale atomic.Int64
}

func (c *counters) forget() { c.generation.Add(1) }

func (c *counters) stats() db.StatementStats {
	return db.StatementStats{Hits: c.hits.Load(), Misses: c.misses.Load(), Evicted: c.evicted.Load(), Stale: c.stale.Load()}
}
