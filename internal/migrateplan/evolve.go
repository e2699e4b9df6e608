package migrateplan

import (
	"context"
	"fmt"

	"ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// choices answer what the two states of a schema do not say.
type choices interface {
	// renames picks the columns that are renamed rather than dropped and added.
	renames(pairs []candidate) ([]Rename, error)
	// fill gives the value, as SQL, that rows get in a column that must not be null. It is "" where rows are left
	// as they are.
	fill(c Column, typ schema.Type) (string, error)
	// settled is told when everything was asked.
	settled() error
}

// evolution is the way from one state to another.
type evolution struct {
	statements []statement
	notes      []migrate.Note
	renames    []Rename
	changes    []schema.Change // renames apart
}

// evolve brings the scratch database to the state target and tells how. Every step is made before the next is
// planned, so that each plan starts from what is really there.
func (s *scratch) evolve(ctx context.Context, target *schema.Schema, ask choices) (*evolution, error) {
	e := new(evolution)
	before, err := s.belongings(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := s.difference(ctx, target)
	if err != nil {
		return nil, err
	}
	if e.renames, err = ask.renames(renameCandidates(s, changes)); err != nil {
		return nil, err
	}
	if err := s.renameColumns(ctx, e); err != nil {
		return nil, err
	}
	if e.changes, err = s.anew(ctx, target, changes, len(e.statements)); err != nil {
		return nil, err
	}
	fills, err := s.fills(e.changes, ask)
	if err != nil {
		return nil, err
	}
	if err := ask.settled(); err != nil {
		return nil, err
	}
	e.notes = classify(s, e.changes, fills)
	renamed := len(e.statements)
	if err := s.fillColumns(ctx, e, fills); err != nil {
		return nil, err
	}
	if err := s.castColumns(ctx, e); err != nil {
		return nil, err
	}
	rest, err := s.anew(ctx, target, e.changes, len(e.statements)-renamed)
	if err != nil {
		return nil, err
	}
	list, err := s.run(ctx, rest)
	if err != nil {
		return nil, err
	}
	e.statements = append(e.statements, list...)
	return e, s.restore(ctx, e, before)
}

// difference returns what the scratch database still needs to become the target.
func (s *scratch) difference(ctx context.Context, target *schema.Schema) ([]schema.Change, error) {
	now, err := s.inspect(ctx)
	if err != nil {
		return nil, err
	}
	return s.diff(now, target)
}

// anew is difference where steps were made since the changes were found, else these.
func (s *scratch) anew(ctx context.Context, target *schema.Schema, changes []schema.Change, steps int) ([]schema.Change, error) {
	if steps == 0 {
		return changes, nil
	}
	return s.difference(ctx, target)
}

// mustMatch fails when the scratch database is not in the target state.
func (s *scratch) mustMatch(ctx context.Context, target *schema.Schema) error {
	changes, err := s.difference(ctx, target)
	if err != nil || len(changes) == 0 {
		return err
	}
	rest, err := s.plan(ctx, changes)
	if err != nil {
		return err
	}
	for _, st := range rest {
		return fmt.Errorf("the plan does not reach the schema: still to %s (%s)", st.comment, st.sql)
	}
	return nil
}

func (s *scratch) renameColumns(ctx context.Context, e *evolution) error {
	for _, r := range e.renames {
		st := statement{
			sql:     fmt.Sprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", s.quote(r.Table), s.quote(r.From), s.quote(r.To)),
			comment: fmt.Sprintf("rename column %s to %s", r.Table+"."+r.From, r.To),
		}
		if err := s.exec(ctx, st.sql); err != nil {
			return fmt.Errorf("%s: %w", st.comment, err)
		}
		e.statements = append(e.statements, st)
	}
	return nil
}

// castColumns changes the type of PostgreSQL columns whose values do not convert by themselves.
func (s *scratch) castColumns(ctx context.Context, e *evolution) error {
	if s.dialect != dialect.Postgres {
		return nil
	}
	for t, m := range modifiedColumns(e.changes) {
		if !m.Change.Is(schema.ChangeType) {
			continue
		}
		typ, err := s.typeName(m.To.Type.Type)
		if err != nil {
			return err
		}
		table, column := s.quote(t.Name), s.quote(m.To.Name)
		plain := fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s TYPE %s", table, column, typ)
		if s.try(ctx, plain) == nil {
			continue // part of the plan that follows
		}
		st := statement{
			// The default has the old type, and the plan that follows sets the new one.
			sql:     fmt.Sprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, ALTER COLUMN %s TYPE %s USING %s::%s", table, column, column, typ, column, typ),
			comment: fmt.Sprintf("convert the values of %s.%s to %s", t.Name, m.To.Name, typ),
		}
		if err := s.exec(ctx, st.sql); err != nil {
			return fmt.Errorf("%s.%s: cannot become %s by itself: %w; write it by hand with: meta makemigrations --empty", t.Name, m.To.Name, typ, err)
		}
		e.statements = append(e.statements, st)
	}
	return nil
}

// try tells whether a statement would work.
func (s *scratch) try(ctx context.Context, text string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	_, err = tx.ExecContext(ctx, text)
	return err
}

// restore makes again what the rebuild of a SQLite table dropped with it.
func (s *scratch) restore(ctx context.Context, e *evolution, before map[string]belonging) error {
	after, err := s.belongings(ctx)
	if err != nil {
		return err
	}
	tables := make(map[string]bool)
	for _, c := range e.changes {
		if drop, ok := c.(*schema.DropTable); ok {
			tables[drop.T.Name] = true
		}
	}
	for _, name := range sortedKeys(before) {
		lost := before[name]
		if _, ok := after[name]; ok || tables[lost.table] {
			continue
		}
		if err := s.exec(ctx, lost.sql); err != nil {
			return fmt.Errorf("%s: %w; drop it first, by hand, with: meta makemigrations --empty", lost.comment, err)
		}
		e.statements = append(e.statements, lost.statement)
	}
	return nil
}
