package db

import "errors"

var (
	// ErrEnded answers a statement whose context or Tx belongs to a transaction that is over. Work that goes on
	// after its transaction takes its context from [Detach].
	ErrEnded = errors.New("db: the transaction has ended: do not use its context after Atomic, or take one from db.Detach")

	// ErrNested answers a statement on a transaction while another one is open inside it.
	ErrNested = errors.New("db: another transaction is open inside this one: use the context that its Atomic gave, and one goroutine at a time")

	// ErrRowsOpen answers a statement on a transaction while rows of an earlier one are still being read.
	ErrRowsOpen = errors.New("db: rows of an earlier query are still open in this transaction: read them to the end or close them first")

	// ErrBusy says that the connection that writes to a SQLite database did not become free in time.
	ErrBusy = errors.New("the writer is busy")
)
