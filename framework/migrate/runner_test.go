package migrate_test

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func TestApply(t *testing.T) {
	files := load(t,
		"20260101000000_initial", "CREATE TABLE a (x int); INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);",
		"20260101000000_initial.down", "this is not SQL and never runs",
		"20260102000000_comment", "-- nothing but a comment\n",
		"20260103000000_strings", "INSERT INTO a VALUES (length('a;b -- c')); -- the end")
	each(t, files, func(t *testing.T, r *migrate.Runner) {
		var events []string
		r.Progress = func(e migrate.Event) {
			events = append(events, e.File.ID()+" "+[]string{"applying", "applied", "failed"}[e.Stage])
		}
		if err := r.Check(t.Context()); !errors.As(err, new(*migrate.PendingError)) || !strings.Contains(err.Error(), "20260101000000_initial") {
			t.Errorf("check before: %v", err)
		}
		planned, err := r.Plan(t.Context())
		if err != nil || len(planned) != 3 {
			t.Errorf("plan: %v, %v", planned, err)
		}
		start := time.Now()
		if done := apply(t, r); len(done) != 3 {
			t.Errorf("applied %v", done)
		}
		if diff := cmp.Diff([]string{"1", "2", "8"}, rows(t, r.DB, "SELECT x FROM a ORDER BY x")); diff != "" {
			t.Error(diff)
		}
		if done := apply(t, r); len(done) != 0 {
			t.Errorf("applied again %v", done)
		}
		if err := r.Check(t.Context()); err != nil {
			t.Errorf("check after: %v", err)
		}
		list, err := r.Status(t.Context())
		if err != nil || len(list) != 3 {
			t.Fatalf("status: %v, %v", list, err)
		}
		if at := list[0].AppliedAt; !list[0].Applied() || at.Before(start.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
			t.Errorf("applied at %v, now is %v", at, time.Now())
		}
		want := []string{
			"20260101000000_initial applying", "20260101000000_initial applied",
			"20260102000000_comment applying", "20260102000000_comment applied",
			"20260103000000_strings applying", "20260103000000_strings applied",
		}
		if diff := cmp.Diff(want, events); diff != "" {
			t.Error(diff)
		}
	})
}

func TestReadingWritesNothing(t *testing.T) {
	each(t, load(t, "20260101000000_a", "SELECT 1"), func(t *testing.T, r *migrate.Runner) {
		if _, err := r.Plan(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Status(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := r.DB.Exec("SELECT 1 FROM meta_migrations"); err == nil {
			t.Error("the table was made by reading")
		}
	})
}

// A body that splitting at semicolons would cut.
func TestApplyTriggers(t *testing.T) {
	tests := map[string]string{
		"sqlite3": "CREATE TABLE a (x int); CREATE TABLE log (x int);\n" +
			"CREATE TRIGGER tr AFTER INSERT ON a BEGIN INSERT INTO log VALUES (new.x); INSERT INTO log VALUES (-new.x); END;\nINSERT INTO a VALUES (5);",
		"postgres": "CREATE TABLE a (x int); CREATE TABLE log (x int);\n" +
			"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (new.x); INSERT INTO log VALUES (-new.x); RETURN new; END $$;\n" +
			"CREATE TRIGGER tr AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();\nINSERT INTO a VALUES (5);",
	}
	each(t, nil, func(t *testing.T, r *migrate.Runner) {
		r.Files = load(t, "20260101000000_a", tests[r.Dialect])
		apply(t, r)
		if diff := cmp.Diff([]string{"-5", "5"}, rows(t, r.DB, "SELECT x FROM log ORDER BY x")); diff != "" {
			t.Error(diff)
		}
	})
}

func TestFailedFileLeavesNothing(t *testing.T) {
	files := load(t,
		"20260101000000_good", "CREATE TABLE a (x int)",
		"20260102000000_bad", "INSERT INTO a VALUES (1);\nCREATE TABLE b (x int);\nINSERT INTO nowhere VALUES (1);",
		"20260103000000_later", "INSERT INTO a VALUES (2)")
	each(t, files, func(t *testing.T, r *migrate.Runner) {
		done, err := r.Apply(t.Context())
		var failed *migrate.FailedError
		if !errors.As(err, &failed) || failed.File.Name != "bad" || len(done) != 1 {
			t.Fatalf("applied %v, error %v", done, err)
		}
		for _, part := range []string{"20260102000000_bad.sql", "nowhere", "nothing of it was applied"} {
			if !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v: want one line with %q", err, part)
			}
		}
		if got := rows(t, r.DB, "SELECT x FROM a"); len(got) != 0 {
			t.Errorf("rows of the failed file: %v", got)
		}
		if _, err := r.DB.Exec("SELECT 1 FROM b"); err == nil {
			t.Error("table of the failed file is there")
		}
		r.Files = slices.Clone(r.Files)
		r.Files[1] = load(t, "20260102000000_bad", "INSERT INTO a VALUES (1)")[0]
		if done := apply(t, r); len(done) != 2 {
			t.Errorf("after the cure: applied %v", done)
		}
	})
}

func TestHistoryMustAgree(t *testing.T) {
	const a, b, c = "20260101000000_a", "20260102000000_b", "20260103000000_c"
	applied := load(t, a, "CREATE TABLE a (x int)", b, "SELECT 2", c, "SELECT 3")
	tests := []struct {
		name  string
		files []migrate.File
		want  any // pointer to the type of error
		parts []string
	}{
		{"edited", load(t, a, "CREATE TABLE a (x int)", b, "SELECT 22", c, "SELECT 3"), new(*migrate.EditedError), []string{b, "edited after"}},
		{"renamed", load(t, a, "CREATE TABLE a (x int)", "20260102000000_x", "SELECT 2", c, "SELECT 3"), new(*migrate.EditedError), []string{b, "renamed"}},
		{"removed", load(t, a, "CREATE TABLE a (x int)", c, "SELECT 3"), new(*migrate.MissingError), []string{b, "restore"}},
		{"ahead", load(t, a, "CREATE TABLE a (x int)"), new(*migrate.AheadError), []string{b + ", " + c, "deploy"}},
		{"out of order", append(load(t, a, "CREATE TABLE a (x int)", b, "SELECT 2", "20260102500000_late", "INSERT INTO a VALUES (9)"), applied[2]),
			new(*migrate.OutOfOrderError), []string{"20260102500000_late", c, "--allow-out-of-order"}},
	}
	each(t, applied, func(t *testing.T, r *migrate.Runner) {
		apply(t, r)
		for _, tt := range tests {
			t.Run(tt.name, func(t *testing.T) {
				r.Files = tt.files
				_, err := r.Apply(t.Context())
				for _, err := range []error{err, r.Check(t.Context())} {
					if err == nil || !errors.As(err, tt.want) {
						t.Fatalf("error %v, want a %T", err, tt.want)
					}
					for _, part := range tt.parts {
						if !strings.Contains(err.Error(), part) {
							t.Errorf("%v: does not say %q", err, part)
						}
					}
				}
			})
		}
		t.Run("out of order allowed", func(t *testing.T) {
			r.Files = tests[4].files
			r.AllowOutOfOrder = true
			if done := apply(t, r); len(done) != 1 || done[0].Name != "late" {
				t.Errorf("applied %v", done)
			}
			if got := rows(t, r.DB, "SELECT x FROM a"); len(got) != 1 {
				t.Errorf("rows %v", got)
			}
		})
		t.Run("status", func(t *testing.T) {
			r.Files = applied[:1]
			list, err := r.Status(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, s := range list {
				if s.Unknown {
					got = append(got, s.Version+"_"+s.Name)
				}
			}
			if diff := cmp.Diff([]string{b, "20260102500000_late", c}, got); diff != "" {
				t.Error(diff)
			}
		})
	})
}

func TestDestructive(t *testing.T) {
	files := load(t,
		"20260101000000_a", "CREATE TABLE a (x int); CREATE TABLE b (x int)",
		"20260102000000_b", "INSERT INTO a VALUES (1)",
		"20260103000000_c", "-- meta:destructive drop table b\nDROP TABLE b")
	each(t, files, func(t *testing.T, r *migrate.Runner) {
		r.Production = true
		done, err := r.Apply(t.Context())
		var refused *migrate.DestructiveError
		if !errors.As(err, &refused) || len(done) != 0 {
			t.Fatalf("applied %v, error %v; want all to be refused beforehand", done, err)
		}
		if msg := err.Error(); !strings.Contains(msg, "20260103000000_c.sql") || !strings.Contains(msg, "drop table b") || !strings.Contains(msg, "--allow-destructive") {
			t.Errorf("error %q", msg)
		}
		r.AllowDestructive = true
		if done := apply(t, r); len(done) != 3 {
			t.Errorf("applied %v", done)
		}
	})
}

func TestRunnerMistakes(t *testing.T) {
	d := testdb.SQLite(t).SQL()
	concurrently := load(t, "20260101000000_a", "-- meta:no-transaction\nSELECT 1")
	tests := []struct {
		runner migrate.Runner
		want   string
	}{
		{migrate.Runner{Dialect: "sqlite3"}, "DB is nil"},
		{migrate.Runner{DB: d, Dialect: "mysql"}, `dialect "mysql"`},
		{migrate.Runner{DB: d, Dialect: "sqlite3", Files: concurrently}, "20260101000000_a.sql: no-transaction is for PostgreSQL"},
	}
	for _, tt := range tests {
		if _, err := tt.runner.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q", err, tt.want)
		}
	}
}

func TestCancelledApplyLeavesNothing(t *testing.T) {
	slow := map[string]string{
		"sqlite3":  "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000000) SELECT count(*) FROM n;",
		"postgres": "SELECT pg_sleep(60);",
	}
	each(t, nil, func(t *testing.T, r *migrate.Runner) {
		ctx, cancel := context.WithCancel(t.Context())
		r.Files = load(t, "20260101000000_a", "CREATE TABLE a (x int); "+slow[r.Dialect])
		r.Progress = func(migrate.Event) { time.AfterFunc(50*time.Millisecond, cancel) }
		if _, err := r.Apply(ctx); err == nil {
			t.Fatal("no error")
		}
		if _, err := r.DB.Exec("SELECT 1 FROM a"); err == nil {
			t.Error("half a file is there")
		}
		r.Progress = nil
		r.Files = load(t, "20260101000000_a", "CREATE TABLE a (x int)")
		apply(t, r)
	})
}

// setting reads what Apply must leave as it was.
func setting(t *testing.T, d *sql.DB, query string) string {
	return strings.Join(rows(t, d, query), ",")
}
