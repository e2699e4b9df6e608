// Package db opens the database of an application and carries its transactions.
//
// A [Config] says which database; [Parse] makes one from a DATABASE_URL. The drivers live in packages of their
// own, so that an application on PostgreSQL needs no C compiler; import the one you use for its side effect:
//
//	import (
//		"github.com/utilmeta/utilmeta-go/framework/db"
//		_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
//	)
//
//	conn, err := db.Open(ctx, db.Config{Engine: "sqlite3", Name: "app.db"})
//	client := ent.NewClient(ent.Driver(conn))
//
// # Transactions
//
// [DB.Atomic] begins a transaction that travels in the context: whatever runs on the DB with that context, through
// ent or by hand, joins it. Inside it another Atomic, like the transactions that ent begins on its own, is a
// savepoint, rolled back alone.
//
//	err := conn.Atomic(ctx, func(ctx context.Context) error {
//		if _, err := client.Account.UpdateOneID(from).AddBalance(-10).Save(ctx); err != nil {
//			return err // rolls back
//		}
//		_, err := client.Account.UpdateOneID(to).AddBalance(10).Save(ctx)
//		return err // nil commits
//	})
//
// A transaction is one connection. Statements of several goroutines on it are run one after the other, but rows
// have to be read to their end before the next statement: [ErrRowsOpen] otherwise. On PostgreSQL a failed
// statement spoils the whole transaction; run what may fail in an Atomic of its own.
//
// # SQLite
//
// A database file has one connection that writes and several that read. A SELECT outside of a transaction goes to
// the readers and sees everything committed before it; anything else goes to the writer, and waits for it no longer
// than Config.BusyTimeout: [ErrBusy]. Inside Atomic always use the context that it gives: with any other, a
// write waits for the transaction around it. A database in memory has a single connection for everything, so
// there that holds for reads too.
package db
