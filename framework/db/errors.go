package db

import (
	"errors"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

var (
	// ErrEnded answers a statement whose context or Tx belongs to a transaction that is over. Work that goes on
	// after its transaction takes its context from [Detach].
	ErrEnded = errors.New("db: the transaction has ended: do not use its context after Atomic, or take one from db.Detach")

	// ErrNested answers a statement on a transaction while another one is open inside it.
	ErrNested = errors.New("db: another transaction is open inside this one: use the context that its Atomic gave, and one goroutine at a time")

	// ErrRowsOpen answers a statement on a transaction while rows of an earlier one are still being read.
	ErrRowsOpen = errors.New("db: rows of an earlier query are still open in this transaction: read them to the end or close them first")

	// ErrClosed answers a statement on a DB that was closed.
	ErrClosed = errors.New("it was closed")

	// ErrBusy says that the one connection that writes did not become free in time. It is a [schema.Refusal]: later
	// it may work.
	ErrBusy error = busyError{}
)

type busyError struct{}

func (busyError) Error() string                            { return "the writer is busy" }
func (busyError) Refusal() (schema.Reason, []schema.Fault) { return schema.Busy, nil }
