package migrateplan

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"ariga.io/atlas/sql/postgres"
	"ariga.io/atlas/sql/schema"
	"ariga.io/atlas/sql/sqlite"
	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// bench is an application in small: a folder of migrations, a database with rows, and a scratch database to plan on.
type bench struct {
	t       testing.TB
	dialect string
	scratch *scratch
	live    *sql.DB
	dir     string
	files   []migrate.File
}

// onBoth runs fn on both dialects, beside other tests: much of the time PostgreSQL is at work.
func onBoth(t *testing.T, fn func(t *testing.T, b *bench)) {
	t.Helper()
	t.Parallel()
	for _, d := range []string{dialect.SQLite, dialect.Postgres} {
		t.Run(d, func(t *testing.T) {
			t.Parallel()
			fn(t, newBench(t, d))
		})
	}
}

func newBench(t testing.TB, name string) *bench {
	t.Helper()
	b := &bench{t: t, dialect: name}
	var url string
	if name == dialect.Postgres {
		url = testdb.PostgresURL(t)
	}
	s, err := openScratch(t.Context(), name, url)
	if err != nil {
		t.Fatal(err)
	}
	b.scratch = s
	t.Cleanup(func() {
		if err := s.close(); err != nil {
			t.Error(err)
		}
	})
	if name == dialect.Postgres {
		b.live = livePostgres(t)
	}
	b.fresh()
	return b
}

// livePostgres opens a database that does not wait for the disk.
func livePostgres(t testing.TB) *sql.DB {
	t.Helper()
	d, err := sql.Open("postgres", testdb.PostgresURL(t)+"&synchronous_commit=off")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// fresh forgets everything that was migrated.
func (b *bench) fresh() {
	b.t.Helper()
	b.dir, b.files = b.t.TempDir(), nil
	if b.dialect == dialect.SQLite {
		b.live = testdb.SQLite(b.t).SQL()
		return
	}
	b.exec("DROP SCHEMA IF EXISTS public CASCADE; CREATE SCHEMA public")
}

func (b *bench) exec(text string) {
	b.t.Helper()
	if _, err := b.live.Exec(text); err != nil {
		b.t.Fatalf("%s: %v", text, err)
	}
}

// plan plans a migration to the tables without writing it.
func (b *bench) plan(o Options, tables ...*entschema.Table) (*Result, error) {
	b.t.Helper()
	if o.Schema == nil {
		o.Schema = schemaOfTables(tables)
	}
	o.Dir, o.Dialect = b.dir, b.dialect
	return (&planner{Options: &o, scratch: b.scratch, files: b.files}).plan(context.Background())
}

// migrate plans a migration to the tables, writes and applies it, and makes sure that nothing remains to be planned.
func (b *bench) migrate(o Options, tables ...*entschema.Table) *Result {
	b.t.Helper()
	r := b.step(o, tables...)
	if r.None() {
		return r
	}
	again, err := b.plan(Options{Schema: o.Schema}, tables...)
	if err != nil {
		b.t.Fatalf("plan again: %v\n%s", err, r.Up)
	}
	if !again.None() {
		b.t.Fatalf("a second plan is not empty:\n%s\nafter\n%s", again.Up, r.Up)
	}
	return r
}

// step is migrate without the second look.
func (b *bench) step(o Options, tables ...*entschema.Table) *Result {
	b.t.Helper()
	r, err := b.plan(o, tables...)
	if err != nil {
		b.t.Fatalf("plan: %v", err)
	}
	if r.None() {
		return r
	}
	b.write(r)
	b.apply()
	return r
}

func (b *bench) write(r *Result) {
	b.t.Helper()
	if _, err := r.Write(); err != nil {
		b.t.Fatal(err)
	}
	files, err := migrate.Load(os.DirFS(b.dir))
	if err != nil {
		b.t.Fatal(err)
	}
	b.files = files
}

// hand writes a migration by hand and applies it.
func (b *bench) hand(name, text string) {
	b.t.Helper()
	r := handWritten(&Options{Dir: b.dir, Name: name}, b.files)
	r.Up = text
	b.write(r)
	b.apply()
}

func (b *bench) apply() {
	b.t.Helper()
	r := migrate.Runner{DB: b.live, Dialect: b.dialect, Files: b.files}
	if _, err := r.Apply(context.Background()); err != nil {
		b.t.Fatalf("apply: %v\n%s", err, b.files[len(b.files)-1].SQL)
	}
}

// undo runs the way back as a runner would.
func (b *bench) undo(r *Result) error {
	ctx := context.Background()
	c, err := b.live.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	text := "BEGIN;\n" + r.Down + "\nCOMMIT;"
	if b.dialect == dialect.SQLite {
		text = "PRAGMA foreign_keys = OFF;" + text + "PRAGMA foreign_keys = ON;"
	}
	_, err = c.ExecContext(ctx, text)
	return err
}

// mustBe fails unless the live database has the schema that the tables describe.
func (b *bench) mustBe(tables []*entschema.Table) {
	b.t.Helper()
	ctx := context.Background()
	s := &scratch{dialect: b.dialect, db: b.live, schema: b.scratch.schema, keep: []string{"meta_migrations"}}
	var err error
	if s.driver, err = sqlite.Open(b.live); b.dialect == dialect.Postgres {
		s.driver, err = postgres.Open(b.live)
	}
	if err != nil {
		b.t.Fatal(err)
	}
	indexForeignKeys(tables)
	var want *schema.Schema
	if err = b.scratch.reset(ctx); err == nil {
		var empty *schema.Schema
		if empty, err = b.scratch.inspect(ctx); err == nil {
			want, err = b.scratch.desired(ctx, empty, tables)
		}
	}
	if err != nil {
		b.t.Fatal(err)
	}
	if err := s.mustMatch(ctx, want); err != nil {
		b.t.Fatalf("the database differs from the schema: %v", err)
	}
	if b.dialect == dialect.SQLite {
		if bad := b.rows("PRAGMA foreign_key_check"); len(bad) > 0 {
			b.t.Fatalf("dangling references: %v", bad)
		}
	}
}

// rows returns the rows of a query, the cells of each as texts joined by |.
func (b *bench) rows(query string) []string {
	b.t.Helper()
	found, err := b.live.Query(query)
	if err != nil {
		b.t.Fatalf("%s: %v", query, err)
	}
	defer found.Close()
	columns, err := found.Columns()
	if err != nil {
		b.t.Fatal(err)
	}
	list := []string{}
	for found.Next() {
		cells, targets := make([]any, len(columns)), make([]any, len(columns))
		for i := range cells {
			targets[i] = &cells[i]
		}
		if err := found.Scan(targets...); err != nil {
			b.t.Fatal(err)
		}
		texts := make([]string, len(cells))
		for i, c := range cells {
			if raw, ok := c.([]byte); ok {
				c = string(raw)
			}
			texts[i] = fmt.Sprint(c)
		}
		list = append(list, strings.Join(texts, "|"))
	}
	if err := found.Err(); err != nil {
		b.t.Fatal(err)
	}
	return list
}

func schemaOfTables(tables []*entschema.Table) *Schema {
	return &Schema{tables: func() ([]*entschema.Table, error) { return clone(tables), nil }}
}

// clone copies tables, whose parts point at each other: planning changes them.
func clone(tables []*entschema.Table) []*entschema.Table {
	byName := make(map[string]*entschema.Table)
	column := func(t *entschema.Table, c *entschema.Column) *entschema.Column {
		i := slices.IndexFunc(t.Columns, func(o *entschema.Column) bool { return o.Name == c.Name })
		return t.Columns[i]
	}
	columns := func(t *entschema.Table, list []*entschema.Column) (copied []*entschema.Column) {
		for _, c := range list {
			copied = append(copied, column(t, c))
		}
		return copied
	}
	var list []*entschema.Table
	for _, t := range tables {
		n := entschema.NewTable(t.Name)
		n.Annotation = t.Annotation
		for _, c := range t.Columns {
			n.AddColumn(&entschema.Column{Name: c.Name, Type: c.Type, SchemaType: c.SchemaType, Size: c.Size, Unique: c.Unique,
				Increment: c.Increment, Nullable: c.Nullable, Default: c.Default, Enums: c.Enums, Collation: c.Collation, Comment: c.Comment})
		}
		n.PrimaryKey = columns(n, t.PrimaryKey)
		for _, c := range n.PrimaryKey {
			c.Key = entschema.PrimaryKey
		}
		byName[t.Name] = n
		list = append(list, n)
	}
	for _, t := range tables {
		n := byName[t.Name]
		for _, idx := range t.Indexes {
			n.Indexes = append(n.Indexes, &entschema.Index{Name: idx.Name, Unique: idx.Unique, Columns: columns(n, idx.Columns), Annotation: idx.Annotation})
		}
		for _, fk := range t.ForeignKeys {
			ref := byName[fk.RefTable.Name]
			n.AddForeignKey(&entschema.ForeignKey{Symbol: fk.Symbol, Columns: columns(n, fk.Columns), RefTable: ref,
				RefColumns: columns(ref, fk.RefColumns), OnDelete: fk.OnDelete, OnUpdate: fk.OnUpdate})
		}
	}
	return list
}

// mustFail returns an error's text, which must be one line.
func mustFail(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("no error")
	}
	if errors.As(err, new(*UndecidedError)) && strings.Contains(err.Error(), "\n") {
		t.Errorf("%v: more than one line", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}
