package migrate

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"regexp"
	"time"
)

// Runner applies migrations to one database. DB, Dialect and Files are required.
type Runner struct {
	// DB is the database; one connection of it is used, so a pool of one is enough. Its driver must run several
	// statements in one Exec, as mattn/go-sqlite3 and lib/pq do. On PostgreSQL the tables live in the
	// connection's current schema.
	DB      *sql.DB
	Dialect string // "sqlite3" or "postgres"
	Files   []File // as Load returns them

	// Table is where the database keeps what was applied to it; "" is meta_migrations. Parts that bring migrations
	// of their own into one database have a table each.
	Table string

	// Production refuses destructive files unless AllowDestructive.
	Production       bool
	AllowDestructive bool
	// AllowOutOfOrder applies files that are older than the newest applied one.
	AllowOutOfOrder bool

	// Wait limits how long to wait for another process that migrates the same database; 0 means 5 minutes.
	Wait time.Duration
	// LockTimeout limits how long a statement waits for a lock that other clients of PostgreSQL hold, since
	// everybody else queues behind it; 0 means 10 seconds.
	LockTimeout time.Duration
	// NoBackup leaves out the copy of a SQLite file that is otherwise made beside it, as NAME.before-VERSION.bak,
	// before a destructive file runs. The last three are kept.
	NoBackup bool

	// Progress, if set, is told before and after each file.
	Progress func(Event)
}

// Apply applies what is pending, in order, and returns what it applied. Files that another process applies in the
// meantime are not among them. On an error the files before the failed one stay applied.
func (r *Runner) Apply(ctx context.Context) (done []File, err error) {
	s, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if err := s.engine.enter(ctx, s.conn, r.limits()); err != nil {
		return nil, err
	}
	for {
		pending, err := s.pending(ctx)
		if err != nil || len(pending) == 0 {
			return done, err
		}
		if err := r.allowed(pending); err != nil {
			return done, err
		}
		ran, err := s.apply(ctx, pending[0])
		if err != nil {
			return done, err
		}
		if ran {
			done = append(done, pending[0])
		}
	}
}

// Plan returns what Apply would apply, in order. Nothing is written.
func (r *Runner) Plan(ctx context.Context) (pending []File, err error) {
	s, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	return s.pending(ctx)
}

// Check returns nil when the database has exactly the migrations of this program. Otherwise the error is or holds a
// PendingError, an AheadError, an EditedError, a MissingError or an OutOfOrderError. Nothing is written.
func (r *Runner) Check(ctx context.Context) error {
	pending, err := r.Plan(ctx)
	if err != nil {
		return err
	}
	if len(pending) > 0 {
		return &PendingError{Files: pending}
	}
	return nil
}

// Status lists the runner's files and everything that is applied, in order of version. Nothing is written.
func (r *Runner) Status(ctx context.Context) (list []Status, err error) {
	s, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	rows, err := s.history(ctx)
	if err != nil {
		return nil, err
	}
	return statuses(r.Files, rows), nil
}

// allowed refuses everything when one pending file must not run, so that a deployment does not stop half way.
func (r *Runner) allowed(pending []File) error {
	if !r.Production || r.AllowDestructive {
		return nil
	}
	var errs []error
	for _, f := range pending {
		if lost := f.Header.Destructive(); len(lost) > 0 {
			errs = append(errs, &DestructiveError{File: f, Changes: lost})
		}
	}
	return errors.Join(errs...)
}

func (r *Runner) limits() limits {
	l := limits{wait: r.Wait, lock: r.LockTimeout}
	if l.wait == 0 {
		l.wait = 5 * time.Minute
	}
	if l.lock == 0 {
		l.lock = 10 * time.Second
	}
	return l
}

var tableName = regexp.MustCompile(`^[a-z_][a-z0-9_]{0,62}$`)

func (r *Runner) table() string {
	if r.Table == "" {
		return "meta_migrations"
	}
	return r.Table
}

func (r *Runner) tell(e Event) {
	if r.Progress != nil {
		r.Progress(e)
	}
}

// open pins a connection. It changes nothing in the database.
func (r *Runner) open(ctx context.Context) (*session, error) {
	if r.DB == nil {
		return nil, errors.New("migrate.Runner: DB is nil")
	}
	e, err := newEngine(r.Dialect)
	if err != nil {
		return nil, err
	}
	for _, f := range r.Files {
		if f.Header.NoTransaction && r.Dialect != "postgres" {
			return nil, fmt.Errorf("migration %s: no-transaction is for PostgreSQL; remove the directive", f.FileName())
		}
	}
	if !tableName.MatchString(r.table()) {
		return nil, fmt.Errorf("migrate.Runner: table %q: use lower-case letters, digits and underscores", r.Table)
	}
	conn, err := r.DB.Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: cannot connect: %w", err)
	}
	return &session{Runner: r, conn: conn, engine: e}, nil
}
