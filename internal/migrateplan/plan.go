// Package migrateplan writes migrations: it compares what an application's ent schemas ask of the database with what
// the migrations so far make, and plans the difference as SQL.
package migrateplan

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"ariga.io/atlas/sql/schema"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// Options say what to plan. Schema or SchemaDir, Dir and Dialect are required.
type Options struct {
	SchemaDir string  // where the ent schemas are
	Schema    *Schema // the schemas, when they are loaded already
	Dir       string  // the folder of the migrations; it need not be there yet
	Dialect   string  // "sqlite3" or "postgres"
	// DevURL is a PostgreSQL database on whose server a scratch database, or in which a scratch schema, may be made.
	DevURL string

	Name  string // of the migration; "" derives one from what changes
	Empty bool   // make a file to write by hand, whatever changed
	// Check only asks whether there is anything to write: questions are not asked, and the result is not verified.
	Check bool

	Renames  []string // "users.email=mail"; "users.email=" drops it without asking
	Defaults []string // "users.age=0", for rows that exist when a column must not be null

	// AskRename and AskDefault ask on a terminal. Without them an open question is an UndecidedError.
	AskRename  func(Rename) (bool, error)
	AskDefault func(Column) (string, error)
	Invalid    func(error) // is told why AskDefault is asked once more; without it that is an error

	Now time.Time // for the version; zero is the current time
}

// Plan plans the next migration. Nothing is written; see Result.Write.
func Plan(ctx context.Context, o Options) (*Result, error) {
	if o.Name != "" {
		if err := migrate.CheckName(o.Name); err != nil {
			return nil, err
		}
	}
	files, err := load(o.Dir)
	if err != nil {
		return nil, err
	}
	if o.Empty {
		return handWritten(&o, files), nil
	}
	if o.Schema == nil {
		if o.Schema, err = LoadSchema(ctx, o.SchemaDir); err != nil {
			return nil, err
		}
	}
	s, err := openScratch(ctx, o.Dialect, o.DevURL)
	if err != nil {
		return nil, err
	}
	p := &planner{Options: &o, scratch: s, files: files}
	r, err := p.plan(ctx)
	return r, errors.Join(err, s.close())
}

// load reads the migrations so far.
func load(dir string) ([]migrate.File, error) {
	files, err := migrate.Load(os.DirFS(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return files, err
}

type planner struct {
	*Options
	scratch *scratch
	files   []migrate.File
}

func (p *planner) plan(ctx context.Context) (*Result, error) {
	if err := p.replay(ctx, ""); err != nil {
		return nil, err
	}
	before, err := p.scratch.inspect(ctx)
	if err != nil {
		return nil, err
	}
	tables, err := p.Schema.tables()
	if err != nil {
		return nil, fmt.Errorf("ent schema: %w", err)
	}
	indexForeignKeys(tables)
	want, err := p.scratch.desired(ctx, before, tables)
	if err != nil {
		return nil, err
	}
	if err := p.replay(ctx, ""); err != nil {
		return nil, err
	}
	ask, err := newAnswers(p.Options, p.Schema, p.scratch)
	if err != nil {
		return nil, err
	}
	up, err := p.scratch.evolve(ctx, want, ask)
	if err != nil {
		return nil, err
	}
	if len(up.statements) == 0 || p.Check {
		return p.result(up, nil), nil
	}
	down, err := p.verify(ctx, up, before, want)
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	return p.result(up, down), nil
}

// verify makes sure that all files and the new one lead to the schema, and plans and tries the way back.
func (p *planner) verify(ctx context.Context, up *evolution, before, want *schema.Schema) (*evolution, error) {
	if err := p.replay(ctx, render(nil, nil, up.statements)); err != nil {
		return nil, err
	}
	if err := p.scratch.mustMatch(ctx, want); err != nil {
		return nil, err
	}
	down, err := p.scratch.evolve(ctx, before, reversal{p.scratch, up.renames})
	if err != nil {
		return nil, fmt.Errorf("the way back: %w", err)
	}
	if err := p.scratch.mustMatch(ctx, before); err != nil {
		return nil, fmt.Errorf("the way back: %w", err)
	}
	return down, nil
}

// replay runs all files, and then the text, in an empty database.
func (p *planner) replay(ctx context.Context, text string) error {
	if err := p.scratch.reset(ctx); err != nil {
		return fmt.Errorf("scratch database: %w", err)
	}
	p.scratch.keep = []string{"meta_migrations"}
	for _, f := range p.files {
		if err := p.scratch.exec(ctx, f.SQL); err != nil {
			return fmt.Errorf("migration %s: does not run on an empty database after those before it: %s", f.FileName(), inline(err.Error()))
		}
		p.scratch.keep = append(p.scratch.keep, f.Header.Keep...)
	}
	if text != "" {
		if err := p.scratch.exec(ctx, text); err != nil {
			return fmt.Errorf("the new migration does not run: %w", err)
		}
	}
	return nil
}

func (p *planner) result(up, down *evolution) *Result {
	r := &Result{dir: p.Dir, Version: nextVersion(p.files, p.Now), Name: p.Name, Renames: up.renames, Notes: up.notes}
	if len(up.statements) == 0 {
		return r
	}
	for _, st := range up.statements {
		r.Steps = append(r.Steps, st.comment)
	}
	if r.Name == "" {
		r.Name = firstName
		if len(p.files) > 0 {
			r.Name = deriveName(p.Schema, up)
		}
	}
	r.Up = render(up.notes, nil, up.statements)
	if down != nil {
		r.Down = render(down.notes, lost(up.notes), down.statements)
	}
	return r
}

// lost lists what no way back restores.
func lost(notes []migrate.Note) (list []string) {
	for _, n := range notes {
		if n.Kind == migrate.Destructive {
			list = append(list, n.Text)
		}
	}
	return list
}

// render writes a migration: notes, what cannot be undone, statements.
func render(notes []migrate.Note, irreversible []string, list []statement) string {
	var b strings.Builder
	for _, n := range notes {
		fmt.Fprintf(&b, "-- meta:%s %s\n", n.Kind, n.Text)
	}
	for _, text := range irreversible {
		fmt.Fprintf(&b, "-- irreversible: %s; the data does not come back\n", text)
	}
	for i, st := range list {
		if i > 0 || b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "-- %s\n%s;\n", inline(st.comment), strings.TrimRight(st.sql, "; \n"))
	}
	return b.String()
}
