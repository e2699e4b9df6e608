package migrate

import (
	"cmp"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// session is one use of a runner: a pinned connection and what is special to its dialect.
type session struct {
	*Runner
	conn   *sql.Conn
	engine engine
}

// apply runs one file, unless another process was faster.
func (s *session) apply(ctx context.Context, f File) (ran bool, err error) {
	backup, err := s.backup(ctx, f)
	if err != nil {
		return false, err
	}
	defer backup.discard()

	if err := s.begin(ctx, f); err != nil {
		return false, fmt.Errorf("migration %s: %w", f.FileName(), err)
	}
	defer func() {
		if err != nil || !ran {
			s.rollback(ctx, f)
		}
	}()
	// Only now is it certain that nobody else applies it.
	if again, err := s.isNext(ctx, f); err != nil || !again {
		return false, err
	}
	if err := backup.keep(); err != nil {
		return false, err
	}
	s.tell(Event{File: f, Stage: Applying, Backup: backup.path})
	start := time.Now()
	if err := s.run(ctx, f, start); err != nil {
		s.tell(Event{File: f, Stage: Failed, Took: time.Since(start)})
		return false, &FailedError{File: f, Err: err, Ended: errors.Is(err, errEnded)}
	}
	s.tell(Event{File: f, Stage: Applied, Took: time.Since(start)})
	return true, nil
}

// run executes the file, records it and commits.
func (s *session) run(ctx context.Context, f File, start time.Time) error {
	if err := ctx.Err(); err != nil { // SQLite overlooks one that comes before its first step
		return err
	}
	if err := s.execute(ctx, f); err != nil {
		return err
	}
	if !f.Header.NoTransaction {
		if err := s.engine.verify(ctx, s.conn); err != nil {
			return err
		}
	}
	now := time.Now()
	if err := s.record(ctx, row{Version: f.Version, Name: f.Name, Checksum: f.Checksum(), AppliedAt: now.UTC(), Took: now.Sub(start)}); err != nil {
		return err
	}
	if f.Header.NoTransaction {
		return nil
	}
	_, err := s.conn.ExecContext(ctx, "COMMIT")
	return err
}

var errEnded = errors.New("the file ends its transaction")

// execute runs the text of the file, in a savepoint that is there afterwards unless the text ended the transaction.
func (s *session) execute(ctx context.Context, f File) error {
	if f.Header.NoTransaction {
		_, err := s.conn.ExecContext(ctx, f.SQL)
		return err
	}
	if _, err := s.conn.ExecContext(ctx, "SAVEPOINT meta_savepoint"); err != nil {
		return err
	}
	_, err := s.conn.ExecContext(ctx, f.SQL)
	end := "RELEASE SAVEPOINT meta_savepoint"
	if err != nil {
		end = "ROLLBACK TO SAVEPOINT meta_savepoint"
	}
	_, lost := s.conn.ExecContext(context.WithoutCancel(ctx), end)
	switch {
	case lost == nil || !strings.Contains(strings.ToLower(lost.Error()), "savepoint"): // a connection that broke
		return cmp.Or(err, lost)
	case err != nil:
		return fmt.Errorf("%w; %w", err, errEnded)
	}
	return errEnded
}

// begin opens the transaction and the table of applied migrations in it.
func (s *session) begin(ctx context.Context, f File) error {
	if !f.Header.NoTransaction {
		if err := s.engine.begin(ctx, s.conn, s.limits()); err != nil {
			return err
		}
	}
	if _, err := s.conn.ExecContext(ctx, s.engine.createTable(s.table())); err != nil {
		s.rollback(ctx, f)
		return fmt.Errorf("cannot create the table %s: %w", s.table(), err)
	}
	return nil
}

func (s *session) rollback(ctx context.Context, f File) {
	if f.Header.NoTransaction {
		return
	}
	if _, err := s.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK"); err != nil {
		s.drop()
	}
}

// isNext reads again, inside the lock, whether f is the file to apply.
func (s *session) isNext(ctx context.Context, f File) (bool, error) {
	pending, err := s.pending(ctx)
	return err == nil && len(pending) > 0 && pending[0].Version == f.Version, err
}

// close gives the connection back as it was, or drops it where that fails.
func (s *session) close() error {
	if err := s.engine.leave(context.Background(), s.conn); err != nil {
		s.drop()
	}
	if err := s.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
		return fmt.Errorf("migrate: %w", err)
	}
	return nil
}

// drop takes the connection out of the pool: its state is not known.
func (s *session) drop() {
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
}

func (s *session) backup(ctx context.Context, f File) (*backup, error) {
	if s.NoBackup || len(f.Header.Destructive()) == 0 {
		return &backup{}, nil
	}
	b, err := s.engine.backup(ctx, s.conn, f)
	if err != nil {
		return nil, fmt.Errorf("migration %s: no backup before it: %s; make room, or turn backups off", f.FileName(), oneLine(err))
	}
	return b, nil
}

// backup is a copy of the database that counts only once keep is called. The zero backup does nothing.
type backup struct {
	temporary, path string
	prune           func()
}

func (b *backup) keep() error {
	if b.temporary == "" {
		return nil
	}
	if err := os.Rename(b.temporary, b.path); err != nil {
		return err
	}
	b.temporary = ""
	b.prune()
	return nil
}

func (b *backup) discard() {
	if b.temporary != "" {
		_ = os.Remove(b.temporary)
	}
}
