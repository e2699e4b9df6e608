package migrateplan

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func listFiles(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func sqlitePlan(t *testing.T, o Options, tables ...*entschema.Table) *Result {
	t.Helper()
	o.Dialect = dialect.SQLite
	if o.Schema == nil {
		o.Schema = schemaOfTables(tables)
	}
	r, err := Plan(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "migrations", "sqlite3")
	r := sqlitePlan(t, Options{Dir: dir, Now: noon}, table("users", str("name")))
	if got := listFiles(t, dir); len(got) > 0 {
		t.Errorf("Plan wrote %v", got)
	}
	paths, err := r.Write()
	if err != nil {
		t.Fatal(err)
	}
	want := []string{filepath.Join(dir, "20261121120000_initial.sql"), filepath.Join(dir, "20261121120000_initial.down.sql")}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"20261121120000_initial.down.sql", "20261121120000_initial.sql", "meta.sum"}, listFiles(t, dir)); diff != "" {
		t.Error(diff)
	}
	if _, err := r.Write(); err == nil || !strings.Contains(err.Error(), "came in since") {
		t.Errorf("writing twice: %v", err)
	}
	if r := sqlitePlan(t, Options{Dir: dir}, table("users", str("name"))); !r.None() {
		t.Errorf("nothing changed, but planned:\n%s", r.Up)
	} else if _, err := r.Write(); err == nil {
		t.Error("wrote nothing")
	}

	// A clock that stands still, or goes back, does not bring files out of order.
	for i, name := range []string{"one", "two"} {
		r := sqlitePlan(t, Options{Dir: dir, Now: noon.Add(-time.Hour), Name: name}, table("users", []*entschema.Column{str("name"), null(str("a")), null(str("b"))}[:i+2]...))
		if _, err := r.Write(); err != nil {
			t.Fatal(err)
		}
		if want := []string{"20261121120001", "20261121120002"}[i]; r.Version != want {
			t.Errorf("version %s, want %s", r.Version, want)
		}
	}
}

func TestEmptyAndEdits(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	r := sqlitePlan(t, Options{Dir: dir, Now: noon, Empty: true, Name: "audit"})
	paths, err := r.Write()
	if err != nil {
		t.Fatal(err)
	}
	sqlitePlan(t, Options{Dir: dir}, table("users")) // a file of comments only runs

	o := Options{Dir: dir, Dialect: dialect.SQLite, Schema: schemaOfTables([]*entschema.Table{table("users")})}
	edit := func(text string) {
		t.Helper()
		if err := os.WriteFile(paths[0], []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	edit("-- meta:keep audit\nCREATE TABLE audit (x int);")
	if _, err := Plan(ctx, o); !errors.As(err, new(*migrate.SumError)) {
		t.Errorf("edited: %v", err)
	}
	if err := AcceptEdits(ctx, o); err != nil {
		t.Fatal(err)
	}
	if _, err := Plan(ctx, o); err != nil {
		t.Errorf("accepted: %v", err)
	}
	for text, part := range map[string]string{
		"CREATE TABLE audit (x int;": "20261121120000_audit.sql: does not run",
		"-- meta:kep audit":          "line 1",
	} {
		edit(text)
		mustFail(t, AcceptEdits(ctx, o), "20261121120000_audit.sql", part)
		if _, err := Plan(ctx, o); !errors.As(err, new(*migrate.SumError)) {
			t.Errorf("%s: meta.sum was written all the same: %v", text, err)
		}
	}
	_, err = Plan(ctx, Options{Dir: dir, Dialect: dialect.SQLite, Name: "Bad Name"})
	mustFail(t, err, `"Bad Name"`, "lower-case")
	_, err = Plan(ctx, Options{Dir: t.TempDir(), Dialect: "mysql", Schema: o.Schema})
	mustFail(t, err, `"mysql"`)
}

func TestDerivedNames(t *testing.T) {
	users := func(columns ...*entschema.Column) *entschema.Table { return table("users", columns...) }
	tests := []struct {
		to   []*entschema.Table // from users with name and age
		want string
	}{
		{[]*entschema.Table{users(str("name"), num("age"), null(str("bio")))}, "user_add_bio"},
		{[]*entschema.Table{users(str("name"), num("age"), null(str("bio")), null(num("rank")))}, "user_add_bio_rank"},
		{[]*entschema.Table{users(str("name"))}, "user_drop_age"},
		{[]*entschema.Table{users(null(str("name")), num("age"))}, "user_alter_name"},
		{[]*entschema.Table{users(str("title"), num("age"))}, "user_name_to_title"},
		{[]*entschema.Table{users(unique(str("name")), num("age"))}, "user_constraints"},
		{[]*entschema.Table{users(str("name"), num("age")), table("post_tags")}, "create_post_tags"},
		{[]*entschema.Table{users(str("name"), num("age")), table("a"), table("b")}, "create_a_b"},
		{nil, "drop_user"},
		{[]*entschema.Table{users(str("name"), null(num("bio")))}, "auto"},
		{[]*entschema.Table{users(str("name"), num("age")), table("a_table_with_a_name_that_is_rather_long")}, "auto"},
		{[]*entschema.Table{users(str("name"), num("age")), table("größe")}, "auto"},
	}
	b := newBench(t, dialect.SQLite)
	b.migrate(Options{}, users(str("name"), num("age")))
	for _, tt := range tests {
		sc := schemaOfTables(tt.to)
		sc.models = map[string]*model{"users": {label: "user"}}
		r, err := b.plan(Options{Schema: sc, AskRename: func(Rename) (bool, error) { return true, nil }})
		if err != nil {
			t.Fatal(err)
		}
		if r.Name != tt.want {
			t.Errorf("name %q, want %q", r.Name, tt.want)
		}
	}
}

func TestDestructiveHeaders(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.migrate(Options{}, table("users", str("name"), num("age")), table("posts"))
		r := b.migrate(Options{}, table("users", str("name")))
		for _, part := range []string{"-- meta:destructive drop table posts\n", "-- meta:destructive drop column users.age\n"} {
			if !strings.Contains(r.Up, part) {
				t.Errorf("up does not say %q:\n%s", part, r.Up)
			}
		}
		for _, part := range []string{"-- irreversible: drop table posts; ", "-- irreversible: drop column users.age; "} {
			if !strings.Contains(r.Down, part) {
				t.Errorf("down does not say %q:\n%s", part, r.Down)
			}
		}
		lost := b.files[len(b.files)-1].Header.Destructive()
		slices.Sort(lost)
		if diff := cmp.Diff([]string{"drop column users.age", "drop table posts"}, lost); diff != "" {
			t.Errorf("the runner reads: %s", diff)
		}
	})
}

func TestUncastableType(t *testing.T) {
	b := newBench(t, dialect.Postgres)
	b.migrate(Options{}, table("users", num("x")))
	_, err := b.plan(Options{}, table("users", when("x")))
	mustFail(t, err, "users.x", "cannot become timestamp", "--empty")
}
