package migrateplan

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"ariga.io/atlas/sql/migrate"
	"ariga.io/atlas/sql/schema"
	"entgo.io/ent/dialect"
	entsql "entgo.io/ent/dialect/sql"
	entschema "entgo.io/ent/dialect/sql/schema"
)

// scratch is an empty database of our own, in which histories are replayed and states are compared. Both sides of
// every comparison have been through it, so that they are written alike.
type scratch struct {
	dialect string
	db      *sql.DB
	driver  migrate.Driver
	schema  string   // where its tables are
	keep    []string // what hand-written migrations look after, as patterns

	reset func(context.Context) error // makes it empty again
	close func() error
}

func openScratch(ctx context.Context, name, url string) (*scratch, error) {
	switch name {
	case dialect.SQLite:
		return openSQLite(ctx)
	case dialect.Postgres:
		return openPostgres(ctx, url)
	}
	return nil, fmt.Errorf("dialect %q: migrations are planned for sqlite3 and postgres", name)
}

func (s *scratch) exec(ctx context.Context, text string) error {
	_, err := s.db.ExecContext(ctx, text)
	return err
}

// inspect reads the tables that the planner looks after.
func (s *scratch) inspect(ctx context.Context) (*schema.Schema, error) {
	state, err := s.driver.InspectSchema(ctx, s.schema, nil)
	if err != nil {
		return nil, fmt.Errorf("inspect: %w", err)
	}
	foreign, err := s.extensionTables(ctx)
	if err != nil {
		return nil, err
	}
	state.Tables = slices.DeleteFunc(state.Tables, func(t *schema.Table) bool { return s.kept(t.Name) || foreign[t.Name] })
	kept := func(idx *schema.Index) bool { return s.kept(idx.Name) }
	for _, t := range state.Tables {
		t.Indexes = slices.DeleteFunc(t.Indexes, kept)
		for _, c := range t.Columns {
			c.Indexes = slices.DeleteFunc(c.Indexes, kept)
		}
	}
	return state, nil
}

func (s *scratch) kept(name string) bool {
	return slices.ContainsFunc(s.keep, func(pattern string) bool {
		ok, _ := path.Match(pattern, name) // the pattern was checked when the file was read
		return ok
	})
}

// extensionTables lists tables that came with a PostgreSQL extension.
func (s *scratch) extensionTables(ctx context.Context) (map[string]bool, error) {
	if s.dialect != dialect.Postgres {
		return nil, nil
	}
	names, err := column(ctx, s.db, "SELECT c.relname FROM pg_class c JOIN pg_depend d ON d.objid = c.oid AND d.classid = 'pg_class'::regclass WHERE d.deptype = 'e'")
	if err != nil {
		return nil, err
	}
	foreign := make(map[string]bool, len(names))
	for _, name := range names {
		foreign[name] = true
	}
	return foreign, nil
}

func (s *scratch) diff(from, to *schema.Schema) ([]schema.Change, error) {
	changes, err := s.driver.SchemaDiff(from, to)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	for m := range modifiedTables(changes) {
		m.Changes = renameIndexes(m.Changes)
	}
	return changes, nil
}

// statement is one statement of a migration with its comment.
type statement struct{ sql, comment string }

// plan turns changes into statements.
func (s *scratch) plan(ctx context.Context, changes []schema.Change) ([]statement, error) {
	if len(changes) == 0 {
		return nil, nil
	}
	plan, err := s.driver.PlanChanges(ctx, "plan", changes, func(o *migrate.PlanOptions) {
		o.SchemaQualifier = new(string) // no prefix: the schema of the application's database has another name
		o.Indent = "  "
	})
	if err != nil {
		return nil, fmt.Errorf("plan: %w", err)
	}
	var list []statement
	for _, c := range plan.Changes {
		if s.dialect == dialect.SQLite {
			list = append(list, sqliteStatements(c)...)
			continue
		}
		list = append(list, statement{c.Cmd, c.Comment})
	}
	return list, nil
}

// run plans the changes and makes them.
func (s *scratch) run(ctx context.Context, changes []schema.Change) ([]statement, error) {
	list, err := s.plan(ctx, changes)
	if err != nil {
		return nil, err
	}
	return list, s.execAll(ctx, list)
}

func (s *scratch) execAll(ctx context.Context, list []statement) error {
	for _, st := range list {
		if err := s.exec(ctx, st.sql); err != nil {
			return fmt.Errorf("%s: %w", st.comment, err)
		}
	}
	return nil
}

// desired makes the tables that ent describes in place of those that are there now, and inspects them. Types,
// functions and extensions of hand-written migrations are still there for them.
func (s *scratch) desired(ctx context.Context, now *schema.Schema, tables []*entschema.Table) (*schema.Schema, error) {
	if err := s.dropTables(ctx, now); err != nil {
		return nil, err
	}
	realm, err := s.describe(ctx, tables)
	if err != nil {
		return nil, err
	}
	if len(realm.Schemas) > 1 {
		return nil, fmt.Errorf("ent schema: tables in several database schemas cannot be planned; remove entsql.Schema")
	}
	empty := schema.New(now.Name).SetRealm(now.Realm).AddAttrs(now.Attrs...).AddObjects(now.Objects...)
	if len(realm.Schemas) == 0 {
		return empty, nil
	}
	to := realm.Schemas[0]
	to.Name, to.Attrs, to.Objects = empty.Name, empty.Attrs, empty.Objects
	for _, t := range to.Tables {
		t.Schema = to
	}
	changes, err := s.diff(empty, to)
	if err != nil {
		return nil, err
	}
	if _, err := s.run(ctx, changes); err != nil {
		return nil, fmt.Errorf("ent schema: the database refuses it: %w", err)
	}
	return s.inspect(ctx)
}

// describe has ent translate its tables for the dialect.
func (s *scratch) describe(ctx context.Context, tables []*entschema.Table) (*schema.Realm, error) {
	reader, err := entschema.NewMigrate(entsql.OpenDB(s.dialect, s.db))
	if err != nil {
		return nil, err
	}
	if s.dialect != dialect.SQLite {
		return reader.StateReader(tables...).ReadState(ctx)
	}
	// ent insists on foreign keys, which are off here as they are when migrations run.
	if err := s.exec(ctx, "PRAGMA foreign_keys = ON"); err != nil {
		return nil, err
	}
	realm, err := reader.StateReader(tables...).ReadState(ctx)
	return realm, errors.Join(err, s.exec(ctx, "PRAGMA foreign_keys = OFF"))
}

func (s *scratch) dropTables(ctx context.Context, now *schema.Schema) error {
	for _, t := range now.Tables {
		text := "DROP TABLE " + s.quote(t.Name)
		if s.dialect == dialect.Postgres {
			text += " CASCADE"
		}
		if err := s.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// quote writes a name as an identifier.
func (s *scratch) quote(name string) string {
	mark := `"`
	if s.dialect == dialect.SQLite {
		mark = "`"
	}
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// column reads a query's only column.
func column(ctx context.Context, db *sql.DB, query string, args ...any) (list []string, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() {
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
