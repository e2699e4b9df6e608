package orm

import (
	"context"

	"entgo.io/ent/dialect"
	"entgo.io/ent/dialect/sql"
)

// Source is a query builder of a generated package, such as *ent.UserQuery.
type Source interface{ ORM() Query }

// Query is a query builder as generated code hands it over.
type Query interface {
	Model() *Model
	Conn() Conn
	// Where adds conditions.
	Where(...func(*sql.Selector))
	// Run prepares the query as ent does, with its interceptors and policy, and calls exec in their midst.
	Run(ctx context.Context, exec Exec) (any, error)
	// Filter returns what interceptors and policy demand of every row, written for the table t; nil if nothing.
	Filter(ctx context.Context, t *sql.SelectTable) (*sql.Predicate, error)
	// Joinable reports that no interceptor wraps the execution, so that the table can be read by a join.
	Joinable() bool
}

// Exec runs what ent's builder prepared: conditions, order, limit. The selector has the key as its first column,
// if the model has one; more may follow. Distinct tells that the rows of a traversal must not repeat.
type Exec func(ctx context.Context, drv dialect.Driver, s *sql.Selector, distinct bool) (any, error)
