package orm

import (
	"context"
	"fmt"

	"entgo.io/ent/dialect"
)

// DB is what statements run on: the *ent.Client or *ent.Tx of an application.
type DB interface{ ORM() Conn }

// Conn is a client as generated code hands it over.
type Conn struct {
	Package string // import path of the generated package
	Driver  dialect.Driver
	Client  any      // what the functions of Model ask for
	Models  []*Model // of the package, in the order of their names
	InTx    bool     // it belongs to an *ent.Tx
}

// Atomic runs fn in a transaction. It travels in the context that fn gets: every statement through db with that
// context joins. It is committed when fn returns nil and rolled back on an error or a panic. Inside another Atomic it
// is a savepoint; on an *ent.Tx fn simply runs, and committing is left to who began it.
func Atomic(ctx context.Context, db DB, fn func(ctx context.Context) error) error {
	return db.ORM().Atomic(ctx, fn)
}

// Atomic is [Atomic] on this connection.
func (c Conn) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	if c.InTx {
		return fn(ctx)
	}
	driver := c.Driver
	for {
		debug, ok := driver.(*dialect.DebugDriver)
		if !ok {
			break
		}
		driver = debug.Driver
	}
	d, ok := driver.(interface {
		Atomic(context.Context, func(context.Context) error) error
	})
	if !ok {
		return fmt.Errorf("orm: the driver %T has no transactions in the context: open the client with ent.Driver of a *db.DB", driver)
	}
	return d.Atomic(ctx, fn)
}

// of checks that the client belongs to the package of m, so that generated code can take it as its own.
func (c Conn) of(m *Model) error {
	if c.Package != m.Package {
		return fmt.Errorf("orm: %s.%s: the client is of package %s: pass the client of %[1]s", m.Package, m.Name, c.Package)
	}
	return nil
}
