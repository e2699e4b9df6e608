package db

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
)

// An Engine opens the pools of one kind of database. The configuration has been checked; the engine fills in its
// defaults, verifies that the database answers and explains in one line if not.
type Engine func(ctx context.Context, c Config) (*Pools, error)

// Pools is what an engine opens.
type Pools struct {
	Writer *sql.DB // takes everything; when it has a single connection, writers wait for it in turn
	Reader *sql.DB // takes SELECT outside of transactions, and transactions that only read; nil is the Writer

	// Forget makes every connection drop its prepared statements before it runs the next one; nil where
	// statements follow a changed schema by themselves.
	Forget func()

	// Statements counts what the caches of prepared statements did; nil where that is not known.
	Statements func() StatementStats
}

var (
	enginesMu sync.RWMutex
	engines   = map[string]Engine{}
)

// Register makes an engine known under its name. Packages of engines call it from init; it panics when the
// name is taken.
func Register(name string, e Engine) {
	enginesMu.Lock()
	defer enginesMu.Unlock()
	if e == nil || engines[name] != nil {
		panic(fmt.Sprintf("db: engine %q is nil or registered twice", name))
	}
	engines[name] = e
}

var enginePackages = map[string]string{SQLite: "sqlite", Postgres: "postgres"}

func engineOf(c Config) (Engine, error) {
	enginesMu.RLock()
	defer enginesMu.RUnlock()
	engine := engines[c.Engine]
	if engine == nil {
		return nil, fmt.Errorf("database %s: no engine for it is built in: import _ \"github.com/utilmeta/utilmeta-go/framework/db/%s\"", c, enginePackages[c.Engine])
	}
	return engine, nil
}
