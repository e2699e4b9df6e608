package migrateplan

import (
	"strings"
	"testing"

	"entgo.io/ent/dialect"
	"github.com/google/go-cmp/cmp"
)

// What migrations make by hand outlives what is planned.
func TestHandWritten(t *testing.T) {
	tests := map[string]string{
		dialect.SQLite: `-- meta:keep audit*
-- meta:keep users_lower
CREATE TABLE audit (name text);
CREATE TABLE audit_old (name text);
CREATE INDEX users_lower ON users (lower(name));
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER watch AFTER INSERT ON users BEGIN INSERT INTO audit VALUES (new.name); INSERT INTO audit_old VALUES (new.name); END;
CREATE TRIGGER other AFTER INSERT ON notes BEGIN UPDATE users SET name = name; END;`,
		dialect.Postgres: `-- meta:keep audit*
-- meta:keep users_lower
CREATE TABLE audit (name text);
CREATE TABLE audit_old (name text);
CREATE INDEX users_lower ON users (lower(name));
CREATE VIEW names AS SELECT name FROM users;
CREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit VALUES (new.name); INSERT INTO audit_old VALUES (new.name); RETURN new; END $$;
CREATE TRIGGER watch AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION watch();`,
	}
	onBoth(t, func(t *testing.T, b *bench) {
		b.migrate(Options{}, table("users", str("name"), num("age")), table("notes"))
		b.hand("audit", tests[b.dialect])
		b.exec("INSERT INTO users (name, age) VALUES ('ann', 1)")
		if r := b.migrate(Options{}, table("users", str("name"), num("age")), table("notes")); !r.None() {
			t.Errorf("planned although nothing changed:\n%s", r.Up)
		}
		// On SQLite this rebuilds the table.
		b.migrate(Options{Defaults: []string{"users.rank=1"}}, table("users", str("name"), null(withDefault(num("age"), 3)), num("rank")), table("notes"))
		b.exec("INSERT INTO users (name, rank) VALUES ('bob', 2)")
		b.exec("INSERT INTO notes (id) VALUES (1)")
		got := append(b.rows("SELECT name FROM audit ORDER BY name"), b.rows("SELECT name FROM names ORDER BY name")...)
		if diff := cmp.Diff([]string{"ann", "bob", "ann", "bob"}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestHandWrittenSurvivesRebuild(t *testing.T) {
	b := newBench(t, dialect.SQLite)
	b.migrate(Options{}, table("users", str("name"), num("age")))
	b.hand("audit", `-- meta:keep audit
-- meta:keep users_lower
CREATE TABLE audit (name text);
CREATE INDEX users_lower ON users (lower(name));
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER watch AFTER INSERT ON users BEGIN INSERT INTO audit VALUES (new.name); END;`)
	r := b.migrate(Options{}, table("users", str("name"), null(num("age"))))
	if !strings.Contains(r.Up, "new_users") {
		t.Fatalf("no rebuild:\n%s", r.Up)
	}
	b.exec("INSERT INTO users (name) VALUES ('bob')")
	got := append(b.rows("SELECT name FROM audit"), b.rows("SELECT name FROM names")...)
	got = append(got, b.rows("SELECT name FROM sqlite_master WHERE name = 'users_lower'")...)
	if diff := cmp.Diff([]string{"bob", "bob", "users_lower"}, got); diff != "" {
		t.Error(diff)
	}
	if err := b.undo(r); err != nil {
		t.Fatal(err)
	}
	b.exec("INSERT INTO users (name, age) VALUES ('eve', 1)")
	if diff := cmp.Diff([]string{"bob", "eve"}, b.rows("SELECT name FROM audit")); diff != "" {
		t.Errorf("after the way back: %s", diff)
	}
}

// AUTOINCREMENT promises that an id is given once, also over a rebuild.
func TestRebuildGivesNoIdTwice(t *testing.T) {
	for _, rows := range []int{0, 1} {
		b := newBench(t, dialect.SQLite)
		b.migrate(Options{}, table("users", str("name")))
		b.exec("INSERT INTO users (id, name) VALUES (1, 'a'), (41, 'b')")
		b.exec([]string{"DELETE FROM users", "DELETE FROM users WHERE id = 41"}[rows])
		r := b.migrate(Options{}, table("users", null(str("name"))))
		if !strings.Contains(r.Up, "new_users") {
			t.Fatalf("no rebuild:\n%s", r.Up)
		}
		b.exec("INSERT INTO users (name) VALUES ('c')")
		if got := b.rows("SELECT id FROM users WHERE name = 'c'"); got[0] != "42" {
			t.Errorf("%d rows: the next id is %s", rows, got[0])
		}
	}
}

// Types that a migration made are there for the planner's comparison.
func TestTypeMadeByHand(t *testing.T) {
	b := newBench(t, dialect.Postgres)
	b.hand("mood", "CREATE TYPE mood AS ENUM ('good', 'bad');\nCREATE FUNCTION lucky() RETURNS bigint LANGUAGE sql AS 'SELECT 7::bigint';")
	feels := str("feels")
	feels.SchemaType = map[string]string{dialect.Postgres: "mood"}
	b.migrate(Options{}, table("people", feels))
	b.exec("INSERT INTO people (feels) VALUES ('good')")
	feels = null(str("feels"))
	feels.SchemaType = map[string]string{dialect.Postgres: "mood"}
	b.migrate(Options{}, table("people", feels))
	if got := b.rows("SELECT feels FROM people"); got[0] != "good" {
		t.Errorf("rows %v", got)
	}
}
