package migrateplan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"entgo.io/ent/schema/field"
	"github.com/google/go-cmp/cmp"
)

// Every way in which a table evolves, with and without rows, with children that cascade, are set null, or neither.
func TestEvolution(t *testing.T) {
	sized := func(c *entschema.Column, n int64) *entschema.Column { c.Size = n; return c }
	typed := func(c *entschema.Column, typ field.Type) *entschema.Column { c.Type = typ; return c }
	indexed := func(t *entschema.Table, name string, columns ...string) *entschema.Table {
		return t.AddIndex(name, false, columns)
	}
	uniqueIndexed := func(t *entschema.Table, columns ...string) *entschema.Table {
		return t.AddIndex("parents_unique", true, columns)
	}
	yes := func(Rename) (bool, error) { return true, nil }
	const noWayBack = "no more unique, filled with a value that is there"
	const plain = "SELECT id, name, age FROM parents ORDER BY id"
	tests := []struct {
		name     string
		from, to func() *entschema.Table // the table parents; from is name and age when nil
		options  Options
		query    string   // of the rows afterwards
		want     []string // of 1|ann|30 and 2|bob|NULL
		notes    []string // PostgreSQL's locking apart
	}{
		{"add null", nil, func() *entschema.Table { return table("parents", str("name"), null(num("age")), null(str("bio"))) }, Options{},
			"SELECT id, name, age, bio FROM parents ORDER BY id", []string{"1|ann|30|<nil>", "2|bob|<nil>|<nil>"}, nil},
		{"add default", nil, func() *entschema.Table {
			return table("parents", str("name"), null(num("age")), withDefault(num("rank"), 3))
		}, Options{},
			"SELECT id, name, age, rank FROM parents ORDER BY id", []string{"1|ann|30|3", "2|bob|<nil>|3"}, nil},
		{"add filled", nil, func() *entschema.Table { return table("parents", str("name"), null(num("age")), num("rank")) }, Options{Defaults: []string{"parents.rank=4"}},
			"SELECT id, name, age, rank FROM parents ORDER BY id", []string{"1|ann|30|4", "2|bob|<nil>|4"},
			[]string{"data-dependent: existing rows get 4 in the new column parents.rank"}},
		{"add filled with now", nil, func() *entschema.Table { return table("parents", str("name"), null(num("age")), when("since")) }, Options{Defaults: []string{"parents.since=now"}},
			"SELECT id, name, age FROM parents WHERE since IS NOT NULL ORDER BY id", []string{"1|ann|30", "2|bob|<nil>"},
			[]string{"data-dependent: existing rows get CURRENT_TIMESTAMP in the new column parents.since"}},
		{"add unique", nil, func() *entschema.Table {
			return table("parents", str("name"), null(num("age")), unique(null(str("code"))))
		}, Options{},
			"SELECT id, name, age, code FROM parents ORDER BY id", []string{"1|ann|30|<nil>", "2|bob|<nil>|<nil>"}, nil},
		{"drop", nil, func() *entschema.Table { return table("parents", str("name")) }, Options{},
			"SELECT id, name FROM parents ORDER BY id", []string{"1|ann", "2|bob"}, []string{"destructive: drop column parents.age"}},
		{"drop indexed", func() *entschema.Table {
			return indexed(table("parents", str("name"), null(num("age"))), "parents_age", "age")
		},
			func() *entschema.Table { return table("parents", str("name")) }, Options{},
			"SELECT id, name FROM parents ORDER BY id", []string{"1|ann", "2|bob"}, []string{"destructive: drop column parents.age"}},
		{"rename", nil, func() *entschema.Table { return table("parents", str("title"), null(num("age"))) }, Options{AskRename: yes},
			"SELECT id, title, age FROM parents ORDER BY id", []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"rename unique", func() *entschema.Table { return table("parents", unique(str("name")), null(num("age"))) },
			func() *entschema.Table { return table("parents", unique(str("title")), null(num("age"))) }, Options{AskRename: yes},
			"SELECT id, title, age FROM parents ORDER BY id", []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"rename and alter", nil, func() *entschema.Table { return table("parents", null(str("title")), null(num("age"))) }, Options{Renames: []string{"parents.name=title"}},
			"SELECT id, title, age FROM parents ORDER BY id", []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"rename and make not null", nil, func() *entschema.Table { return table("parents", str("name"), num("years")) },
			Options{Renames: []string{"parents.age=years"}, Defaults: []string{"parents.years=-1"}},
			"SELECT id, name, years FROM parents ORDER BY id", []string{"1|ann|30", "2|bob|-1"}, []string{"data-dependent: rows without parents.years get -1"}},
		{"rename two", nil, func() *entschema.Table { return table("parents", str("title"), null(num("years"))) }, Options{AskRename: yes},
			"SELECT id, title, years FROM parents ORDER BY id", []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"make null", nil, func() *entschema.Table { return table("parents", null(str("name")), null(num("age"))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"make not null", nil, func() *entschema.Table { return table("parents", str("name"), num("age")) }, Options{Defaults: []string{"parents.age=-1"}},
			plain, []string{"1|ann|30", "2|bob|-1"}, []string{"data-dependent: rows without parents.age get -1"}},
		{"make not null with default", nil, func() *entschema.Table { return table("parents", str("name"), withDefault(num("age"), 9)) }, Options{},
			plain, []string{"1|ann|30", "2|bob|9"}, []string{"data-dependent: rows without parents.age get 9"}},
		{noWayBack, func() *entschema.Table { return table("parents", str("name"), unique(null(num("age")))) },
			func() *entschema.Table { return table("parents", str("name"), num("age")) }, Options{Defaults: []string{"parents.age=30"}},
			plain, []string{"1|ann|30", "2|bob|30"}, []string{"data-dependent: rows without parents.age get 30"}},
		{"make unique", nil, func() *entschema.Table { return table("parents", unique(str("name")), null(num("age"))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, []string{"data-dependent: parents.name must be unique among existing rows"}},
		{"set default", nil, func() *entschema.Table { return table("parents", withDefault(str("name"), "x"), null(num("age"))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"number to text", nil, func() *entschema.Table {
			return table("parents", str("name"), null(typed(num("age"), field.TypeString)))
		}, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, []string{"data-dependent: the type of parents.age changes from INTEGER to TEXT"}},
		{"text to number", func() *entschema.Table { return table("parents", str("name"), null(withDefault(str("age"), "7"))) },
			func() *entschema.Table { return table("parents", str("name"), null(withDefault(num("age"), 8))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, []string{"data-dependent: the type of parents.age changes from TEXT to INTEGER"}},
		{"longer", func() *entschema.Table { return table("parents", sized(str("name"), 10), null(num("age"))) },
			func() *entschema.Table { return table("parents", sized(str("name"), 20), null(num("age"))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"shorter", func() *entschema.Table { return table("parents", sized(str("name"), 20), null(num("age"))) },
			func() *entschema.Table { return table("parents", sized(str("name"), 10), null(num("age"))) }, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"index", nil, func() *entschema.Table {
			return indexed(table("parents", str("name"), null(num("age"))), "parents_x", "age", "name")
		}, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, nil},
		{"unique over two", nil, func() *entschema.Table {
			return uniqueIndexed(table("parents", str("name"), null(num("age"))), "name", "age")
		}, Options{},
			plain, []string{"1|ann|30", "2|bob|<nil>"}, []string{"data-dependent: parents.name, age must be unique among existing rows"}},
	}
	original := func() *entschema.Table { return table("parents", str("name"), null(num("age"))) }
	onBoth(t, func(t *testing.T, b *bench) {
		for _, tt := range tests {
			if tt.from == nil {
				tt.from = original
			}
			for _, rows := range []bool{false, true} {
				if testing.Short() && !rows && b.dialect == dialect.Postgres {
					continue
				}
				t.Run(fmt.Sprintf("%s rows=%v", tt.name, rows), func(t *testing.T) {
					b.t = t
					b.fresh()
					b.step(Options{}, family(tt.from())...)
					want := []string{}
					if rows {
						b.exec(`INSERT INTO parents (id, name, age) VALUES (1, 'ann', 30), (2, 'bob', NULL);
							INSERT INTO cascades (id, parent) VALUES (1, 1), (2, 2); INSERT INTO nulls (id, parent) VALUES (1, 1), (2, 2);
							INSERT INTO restricts (id, parent) VALUES (1, 1), (2, 2)`)
						want = tt.want
					}
					r := b.migrate(tt.options, family(tt.to())...)
					if b.dialect == dialect.SQLite || rows { // the dialects differ in types and lengths
						b.checkNotes(r, tt.notes)
					}
					b.checkRows(tt.query, want)
					b.checkChildren(len(want))
					if rows && tt.name == noWayBack || !rows && b.dialect == dialect.Postgres { // the way back of no rows was tried by the planner
						return
					}
					if err := b.undo(r); err != nil {
						t.Fatalf("down: %v\n%s", err, r.Down)
					}
					b.mustBe(family(tt.from()))
					b.checkChildren(len(want))
				})
			}
		}
	})
}

// family is the table parents with children of every sort.
func family(parents *entschema.Table) []*entschema.Table {
	list := []*entschema.Table{parents}
	for name, action := range map[string]entschema.ReferenceOption{"cascades": entschema.Cascade, "nulls": entschema.SetNull, "restricts": entschema.NoAction} {
		list = append(list, refer(table(name), parents, null(num("parent")), action))
	}
	return list
}

func (b *bench) checkRows(query string, want []string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.rows(query)); diff != "" {
		b.t.Errorf("%s: %s\n%s", query, diff, b.files[len(b.files)-1].SQL)
	}
}

func (b *bench) checkChildren(n int) {
	b.t.Helper()
	for _, name := range []string{"cascades", "nulls", "restricts"} {
		want := []string{"1|1", "2|2"}[:n]
		if diff := cmp.Diff(want, b.rows("SELECT id, parent FROM "+name+" ORDER BY id")); diff != "" {
			b.t.Errorf("%s: %s", name, diff)
		}
	}
}

// checkNotes compares what is said to be dangerous. What SQLite calls a type is translated.
func (b *bench) checkNotes(r *Result, want []string) {
	b.t.Helper()
	got := []string{}
	for _, n := range r.Notes {
		text := n.String()
		if strings.HasPrefix(text, "locking") {
			continue
		}
		if strings.Contains(text, "becomes shorter") { // SQLite has no lengths
			continue
		}
		text = strings.NewReplacer("from bigint", "from INTEGER", "to bigint", "to INTEGER", "from integer", "from INTEGER", "to integer", "to INTEGER",
			"from character varying", "from TEXT", "to character varying", "to TEXT", "from text", "from TEXT", "to text", "to TEXT").Replace(text)
		got = append(got, text)
	}
	if !slices.Equal(got, want) {
		b.t.Errorf("notes %q, want %q", got, want)
	}
	for _, n := range r.Notes {
		if !strings.Contains(r.Up, "-- meta:"+string(n.Kind)+" "+n.Text+"\n") {
			b.t.Errorf("the file does not say %q:\n%s", n, r.Up)
		}
	}
}
