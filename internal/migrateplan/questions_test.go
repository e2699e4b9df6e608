package migrateplan

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	entschema "entgo.io/ent/dialect/sql/schema"
	"github.com/google/go-cmp/cmp"
)

// users is a table with a schema that knows it by the model user, whose field mail is the column email.
func usersSchema(columns ...*entschema.Column) *Schema {
	s := schemaOfTables([]*entschema.Table{table("users", columns...)})
	s.models = map[string]*model{"users": {label: "user", columns: map[string]string{"mail": "email_address"}}}
	return s
}

func TestOpenQuestions(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		b.migrate(Options{Schema: usersSchema(str("email"), num("age"))})
		b.exec("INSERT INTO users (email, age) VALUES ('ann@example.com', 30)")
		to := usersSchema(str("email_address"), num("age"), num("rank"))

		_, err := b.plan(Options{Schema: to})
		mustFail(t, err, "--rename users.email=email_address", "--rename users.email=", "--default users.rank=VALUE")
		var open *UndecidedError
		if !errors.As(err, &open) {
			t.Fatalf("error %T", err)
		}
		if diff := cmp.Diff([]string{"--rename users.email=email_address", "--default users.rank=VALUE"}, open.Flags()); diff != "" {
			t.Error(diff)
		}
		if r, err := b.plan(Options{Schema: to, Check: true}); err != nil || r.None() {
			t.Errorf("check: %v, %v", r, err)
		}
		wrong := []struct {
			options Options
			parts   []string
		}{
			{Options{Renames: []string{"users.email"}}, []string{`--rename "users.email"`, "table.column=value"}},
			{Options{Renames: []string{"email=mail"}}, []string{"table.column=value"}},
			{Options{Renames: []string{"users.email=a", "users.email=b"}}, []string{"twice"}},
			{Options{Renames: []string{"users.mali=email_address"}}, []string{"--rename users.mali=email_address", "not about to be dropped"}},
			{Options{Renames: []string{"users.email=e_mail"}}, []string{"no new column e_mail", "it has email_address, rank"}},
			{Options{Renames: []string{"users.email="}, Defaults: []string{"users.rank=x", "users.email_address=a"}}, []string{"--default users.rank", "whole number"}},
			{Options{Renames: []string{"users.email="}, Defaults: []string{"users.rank=1", "users.email_address=a", "users.age=1"}}, []string{"--default users.age", "no rows need"}},
			{Options{Renames: []string{"users.email="}, Defaults: []string{"users.rank=1"}}, []string{"--default users.email_address=VALUE"}},
		}
		for _, tt := range wrong {
			tt.options.Schema = to
			_, err := b.plan(tt.options)
			mustFail(t, err, tt.parts...)
		}
		// A model and its fields are as good as a table and its columns.
		r := b.migrate(Options{Schema: to, Renames: []string{"user.email=mail"}, Defaults: []string{"User.rank=5"}})
		if r.Name != "auto" {
			t.Errorf("name %q", r.Name)
		}
		if diff := cmp.Diff([]string{"ann@example.com|30|5"}, b.rows("SELECT email_address, age, rank FROM users")); diff != "" {
			t.Error(diff)
		}
		if len(b.rows("SELECT 1 FROM users")) == 1 {
			if _, err := b.live.Exec("INSERT INTO users (email_address, age) VALUES ('x', 1)"); err == nil {
				t.Error("the value for existing rows became a default")
			}
		}
	})
}

func TestAsking(t *testing.T) {
	b := newBench(t, "sqlite3")
	b.migrate(Options{Schema: usersSchema(str("one"), str("two"))})
	b.exec("INSERT INTO users (one, two) VALUES ('1', '2')")
	var asked []string
	answers := []string{"many", "3"}
	r := b.migrate(Options{
		Schema: usersSchema(str("three"), str("four"), num("rank")),
		AskRename: func(r Rename) (bool, error) {
			asked = append(asked, r.String())
			return r.To == "four", nil
		},
		AskDefault: func(c Column) (string, error) {
			asked = append(asked, c.String())
			if c.Name == "three" {
				return "drei", nil
			}
			defer func() { answers = answers[1:] }()
			return answers[0], nil
		},
		Invalid: func(err error) { asked = append(asked, err.Error()) },
	})
	want := []string{"users.one=three", "users.one=four", "users.two=three", "users.three", "users.rank", `users.rank: "many": want a whole number`, "users.rank"}
	if diff := cmp.Diff(want, asked); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Rename{{"users", "one", "four"}}, r.Renames); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"drei|1|3"}, b.rows("SELECT three, four, rank FROM users")); diff != "" {
		t.Error(diff)
	}
	stop := errors.New("interrupted")
	_, err := b.plan(Options{Schema: usersSchema(str("three"), str("five"), num("rank")), AskRename: func(Rename) (bool, error) { return false, stop }})
	if !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
}

// A child that must have a parent, added to rows that have none.
func TestRequiredReference(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		users := table("users", str("name"))
		b.migrate(Options{}, users, table("posts", str("title")))
		b.exec("INSERT INTO users (id, name) VALUES (7, 'ann'); INSERT INTO posts (title) VALUES ('a'), ('b')")
		users = table("users", str("name"))
		to := []*entschema.Table{users, refer(table("posts", str("title")), users, num("author"), entschema.Cascade)}
		b.migrate(Options{Defaults: []string{"posts.author=7"}}, to...)
		b.mustBe(clone(to))
		if diff := cmp.Diff([]string{"a|7", "b|7"}, b.rows("SELECT title, author FROM posts ORDER BY title")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLiterals(t *testing.T) {
	onBoth(t, func(t *testing.T, b *bench) {
		var columns []*entschema.Column
		var defaults []string
		b.migrate(Options{}, table("all"))
		b.exec(`INSERT INTO "all" (id) VALUES (1), (2)`)
		for _, k := range kinds {
			c := k.column
			c.Name = k.name
			columns = append(columns, &c)
			defaults = append(defaults, fmt.Sprintf("all.%s=%s", k.name, k.ask))
		}
		b.migrate(Options{Defaults: defaults}, table("all", columns...))
		// The lines of the text must not be taken for directives, or for the end of the transaction.
		row := "7|7.5|el'se\nCOMMIT;\n-- meta:b\r\n|6ba7b812-9dad-11d1-80b4-00c04fd430c8"
		want := []string{row, row}
		if diff := cmp.Diff(want, b.rows(`SELECT c_int, c_float, c_str, c_uuid FROM "all"`)); diff != "" {
			t.Error(diff)
		}
		for column, bad := range map[string]string{"c_int": "1.5", "c_float": "Inf", "c_bool": "maybe", "c_time": "soon", "c_json": "{", "c_uuid": "1", "c_str": "a\x00"} {
			state, err := b.scratch.inspect(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			all, ok := state.Table("all")
			if !ok {
				t.Fatal("the scratch database is not where the last plan left it")
			}
			c, _ := all.Column(column)
			_, err = b.scratch.literal(bad, c.Type.Type)
			mustFail(t, err, fmt.Sprintf("%q", bad))
		}
	})
}

func TestUnreadableMigrationIsNotWritten(t *testing.T) {
	b := newBench(t, dialect.SQLite)
	body := str("body")
	body.Default = "a\nCOMMIT;\nb"
	r, err := b.plan(Options{}, table("posts", body))
	if err != nil {
		t.Fatal(err)
	}
	_, err = r.Write()
	mustFail(t, err, "remove BEGIN, COMMIT and ROLLBACK")
	if left := listFiles(t, b.dir); len(left) > 0 {
		t.Errorf("the folder cannot be loaded: %v", left)
	}
}

func TestFaultyFlagsAreToldInOrder(t *testing.T) {
	b := newBench(t, dialect.SQLite)
	var flags, want []string
	for _, c := range "abcdefgh" {
		flags = append(flags, fmt.Sprintf("posts.%c=z", c))
		want = append(want, fmt.Sprintf("--rename posts.%c=z: column posts.%[1]c is not about to be dropped while another is added", c))
	}
	_, err := b.plan(Options{Renames: flags}, table("posts"))
	mustFail(t, err, strings.Join(want, "\n"))
}
