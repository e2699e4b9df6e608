package framework

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// Migrations is the part that keeps a database at the state that the program expects. It adds the commands
// migrate and showmigrations. A service whose database is behind says so when it starts, and is not ready until it
// follows; one whose database is ahead of it does not start.
type Migrations struct {
	DB    *db.DB
	Files fs.FS // a folder for each engine: sqlite, postgres

	ready atomic.Bool // the database has all migrations
}

// Folder is where the migrations of an engine are, below the folder of all: "sqlite" or "postgres".
func Folder(engine string) string {
	if engine == db.SQLite {
		return "sqlite"
	}
	return engine
}

func (m *Migrations) String() string { return "migrations" }

func (m *Migrations) runner(s *Service) (*migrate.Runner, error) {
	sub, err := fs.Sub(m.Files, Folder(m.DB.Engine()))
	if err != nil {
		return nil, err
	}
	files, err := migrate.Load(sub)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return &migrate.Runner{DB: m.DB.SQL(), Dialect: m.DB.Dialect(), Files: files, Production: s != nil && s.Production()}, nil
}

// Ping keeps a service whose database is behind from taking requests.
func (m *Migrations) Ping(ctx context.Context) error {
	if m.ready.Load() {
		return nil
	}
	r, err := m.runner(nil)
	if err == nil {
		err = r.Check(ctx)
	}
	m.ready.Store(err == nil)
	return err
}

// empty tells of an engine without migrations where another has some: they are made for each.
func (m *Migrations) empty(r *migrate.Runner) error {
	if len(r.Files) > 0 {
		return nil
	}
	own := Folder(m.DB.Engine())
	for _, other := range []string{Folder(db.SQLite), Folder(db.Postgres)} {
		if found, _ := fs.Glob(m.Files, other+"/*.sql"); other != own && len(found) > 0 {
			return fmt.Errorf("migrations/%s has no migrations, and migrations/%s has: run meta makemigrations with this DATABASE_URL, and build anew", own, other)
		}
	}
	return nil
}

// Start checks the database. Pending migrations are a warning: instances of the next version start before the
// database follows.
func (m *Migrations) Start(ctx context.Context) error {
	r, err := m.runner(nil)
	if err != nil {
		return err
	}
	if err := m.empty(r); err != nil {
		return err
	}
	err = r.Check(ctx)
	m.ready.Store(err == nil)
	var pending *migrate.PendingError
	if errors.As(err, &pending) {
		fmt.Fprintf(os.Stderr, "Warning: %v\n", pending)
		return nil
	}
	return err
}

// Commands adds migrate and showmigrations.
func (m *Migrations) Commands() []Command {
	return []Command{
		{"migrate", "apply pending migrations [--plan] [--check] [--allow-destructive] [--allow-out-of-order]", m.migrate},
		{"showmigrations", "list the migrations and which are applied", m.show},
	}
}

// open starts the database for a command that needs nothing else.
func (m *Migrations) open(ctx context.Context, s *Service) (*migrate.Runner, func(), error) {
	r, err := m.runner(s)
	if err != nil {
		return nil, nil, err
	}
	if err := m.DB.Start(ctx); err != nil {
		return nil, nil, err
	}
	if err := m.empty(r); err != nil {
		return nil, nil, errors.Join(err, m.DB.Stop(ctx))
	}
	r.DB = m.DB.SQL()
	return r, func() { _ = m.DB.Stop(context.WithoutCancel(ctx)) }, nil
}

func (m *Migrations) migrate(ctx context.Context, s *Service, args []string) error {
	f := flag.NewFlagSet("migrate", flag.ContinueOnError)
	plan := f.Bool("plan", false, "list what would be applied")
	check := f.Bool("check", false, "exit 1 if something is to be applied")
	destructive := f.Bool("allow-destructive", false, "apply in production what loses data")
	unordered := f.Bool("allow-out-of-order", false, "apply files that are older than the newest applied one")
	if err := ParseFlags(f, args); err != nil {
		return err
	}
	r, closeDB, err := m.open(ctx, s)
	if err != nil {
		return err
	}
	defer closeDB()
	r.AllowDestructive, r.AllowOutOfOrder = *destructive, *unordered
	switch {
	case *check:
		return r.Check(ctx)
	case *plan:
		return m.printPlan(ctx, r)
	}
	return m.apply(ctx, r)
}

func (m *Migrations) printPlan(ctx context.Context, r *migrate.Runner) error {
	files, err := r.Plan(ctx)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		fmt.Println("No migrations to apply.")
	}
	for _, file := range files {
		fmt.Println(file.ID())
		for _, n := range file.Header.Notes {
			fmt.Println("    " + n.String())
		}
	}
	return nil
}

func (m *Migrations) apply(ctx context.Context, r *migrate.Runner) error {
	show := migrate.Print(os.Stdout)
	begin := sync.OnceFunc(func() { fmt.Println("Running migrations:") })
	r.Progress = func(e migrate.Event) {
		begin()
		show(e)
	}
	done, err := r.Apply(ctx)
	if err == nil && len(done) == 0 {
		fmt.Println("No migrations to apply.")
	}
	m.DB.Forget()
	return err
}

func (m *Migrations) show(ctx context.Context, s *Service, args []string) error {
	if err := ParseFlags(flag.NewFlagSet("showmigrations", flag.ContinueOnError), args); err != nil {
		return err
	}
	r, closeDB, err := m.open(ctx, s)
	if err != nil {
		return err
	}
	defer closeDB()
	list, err := r.Status(ctx)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		fmt.Println("No migrations.")
	}
	for _, one := range list {
		fmt.Println(one)
	}
	return nil
}
