package db

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strconv"
	"sync"

	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
)

// Tx is a transaction, or a savepoint inside one. Its statements run one at a time.
type Tx struct {
	db     *DB
	shared *shared
	outer  *Tx // nil for the transaction itself
	depth  int // of the savepoint

	// Guarded by shared.mu.
	state      state
	onCommit   []func()
	onRollback []func() // the last goes first
}

type state int

const (
	active state = iota
	committed
	rolledBack
)

// shared is what a transaction and the savepoints in it have in common: they are one connection, and mu lets one
// statement at a time on it.
type shared struct {
	mu      sync.Mutex
	tx      dialect.Tx
	inner   *Tx                  // the innermost that is open: the only one that may run statements
	rows    entsql.ColumnScanner // of the last query
	broken  error                // a savepoint could not be undone, so nothing may be committed
	release func()               // passes the turn on
	due     []func()             // to be called once mu is free
}

// unlock calls what has become due.
func (s *shared) unlock() {
	due := s.due
	s.due = nil
	s.mu.Unlock()
	for _, fn := range due {
		fn()
	}
}

var _ dialect.Tx = (*Tx)(nil)

func newTx(ctx context.Context, d *DB, under dialect.Tx, turn *turn) *Tx {
	s := &shared{tx: under, release: func() {}}
	if turn != nil {
		// database/sql rolls back when ctx is cancelled, whether or not somebody calls Rollback.
		once := sync.OnceFunc(turn.give)
		stop := context.AfterFunc(ctx, once)
		s.release = func() { stop(); once() }
	}
	s.inner = &Tx{db: d, shared: s}
	return s.inner
}

// Exec runs a statement in the transaction; see [DB.Exec].
func (t *Tx) Exec(ctx context.Context, query string, args, v any) error {
	return t.db.observed(ctx, query, args, v, t.exec)
}

func (t *Tx) exec(ctx context.Context, query string, args, v any) error {
	t.shared.mu.Lock()
	defer t.shared.mu.Unlock()
	if err := t.ready(); err != nil {
		return err
	}
	return t.shared.tx.Exec(ctx, query, args, v)
}

// Query runs a query in the transaction; see [DB.Query].
func (t *Tx) Query(ctx context.Context, query string, args, v any) error {
	return t.db.observed(ctx, query, args, v, t.query)
}

func (t *Tx) query(ctx context.Context, query string, args, v any) error {
	t.shared.mu.Lock()
	defer t.shared.mu.Unlock()
	if err := t.ready(); err != nil {
		return err
	}
	err := t.shared.tx.Query(ctx, query, args, v)
	if rows, ok := v.(*entsql.Rows); ok && err == nil {
		t.shared.rows = rows.ColumnScanner
	}
	return err
}

// ExecContext is Exec in the manner of database/sql.
func (t *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return execContext(ctx, t, query, args)
}

// QueryContext is Query in the manner of database/sql.
func (t *Tx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return queryContext(ctx, t, query, args)
}

// Commit makes the changes last; those of a savepoint last if the transaction around it commits. Whatever it returns,
// the transaction has ended, unless that is ErrNested or ErrRowsOpen.
func (t *Tx) Commit() error {
	s := t.shared
	s.mu.Lock()
	defer s.unlock()
	if err := t.alone(); err != nil {
		return err
	}
	if t.outer != nil {
		return t.releaseSavepoint()
	}
	if s.broken != nil {
		t.rollback()
		return s.broken
	}
	if err := s.tx.Commit(); err != nil {
		t.end(rolledBack)
		return err
	}
	t.end(committed)
	return nil
}

// Rollback undoes the changes, with those of savepoints still open inside. It returns ErrEnded after Commit or
// Rollback.
func (t *Tx) Rollback() error {
	t.shared.mu.Lock()
	defer t.shared.unlock()
	if t.state != active {
		return ErrEnded
	}
	return t.rollback()
}

// nest opens a savepoint.
func (t *Tx) nest(ctx context.Context) (*Tx, error) {
	s := t.shared
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := t.ready(); err != nil {
		return nil, err
	}
	inner := &Tx{db: t.db, shared: s, outer: t, depth: t.depth + 1}
	if err := inner.savepoint(ctx, "SAVEPOINT "); err != nil {
		return nil, err
	}
	s.inner = inner
	return inner, nil
}

// alone says why the transaction can not be ended now, if it can not.
func (t *Tx) alone() error {
	switch {
	case t.state != active:
		return ErrEnded
	case t.shared.inner != t:
		return ErrNested
	}
	return nil
}

// ready says why the transaction can not run a statement now, if it can not.
func (t *Tx) ready() error {
	if err := t.alone(); err != nil {
		return err
	}
	if t.shared.broken != nil {
		return t.shared.broken
	}
	if rows := t.shared.rows; rows != nil {
		// Closed rows refuse to name their columns; asking is the one way to tell that does not disturb them.
		if _, err := rows.Columns(); err == nil {
			return ErrRowsOpen
		}
		t.shared.rows = nil
	}
	return nil
}

// savepoint runs a command on the savepoint.
func (t *Tx) savepoint(ctx context.Context, command string) error {
	return t.shared.tx.Exec(ctx, command+"s"+strconv.Itoa(t.depth), []any{}, nil)
}

// releaseSavepoint keeps the changes of a savepoint for the transaction around it.
func (t *Tx) releaseSavepoint() error {
	if err := t.ready(); err != nil {
		return err
	}
	if err := t.savepoint(context.Background(), "RELEASE SAVEPOINT "); err != nil {
		t.rollback()
		return err
	}
	t.end(committed)
	return nil
}

func (t *Tx) rollback() error {
	s := t.shared
	defer t.end(rolledBack)
	if s.rows != nil {
		s.rows.Close()
		s.rows = nil
	}
	if t.outer == nil {
		return s.tx.Rollback()
	}
	// The statement that failed may have taken its context with it, so undoing has one of its own.
	ctx := context.Background()
	err := t.savepoint(ctx, "ROLLBACK TO SAVEPOINT ")
	if err == nil {
		err = t.savepoint(ctx, "RELEASE SAVEPOINT ")
	}
	if err != nil && s.broken == nil {
		s.broken = fmt.Errorf("db: a part of the transaction could not be rolled back, so all of it will be: %w", err)
	}
	return err
}

// end marks the transaction and all that is open inside it.
func (t *Tx) end(as state) {
	s := t.shared
	for inner := s.inner; inner != t; inner = inner.outer {
		inner.ended(rolledBack)
	}
	t.ended(as)
	s.inner = t.outer
	if t.outer == nil {
		s.release()
	}
}

func (t *Tx) ended(as state) {
	t.state = as
	switch {
	case as == rolledBack:
		slices.Reverse(t.onRollback)
		t.shared.due = append(t.shared.due, t.onRollback...)
	case t.outer == nil:
		t.shared.due = append(t.shared.due, t.onCommit...)
	default:
		t.outer.onCommit = append(t.outer.onCommit, t.onCommit...)
		t.outer.onRollback = append(t.outer.onRollback, t.onRollback...)
	}
}

// after keeps fn to be called when the transaction ends like that, or reports that it has.
func (t *Tx) after(as state, fn func()) (now bool) {
	t.shared.mu.Lock()
	defer t.shared.mu.Unlock()
	for t.state == committed && t.outer != nil {
		t = t.outer
	}
	switch {
	case t.state != active:
		return t.state == as
	case as == committed:
		t.onCommit = append(t.onCommit, fn)
	default:
		t.onRollback = append(t.onRollback, fn)
	}
	return false
}
