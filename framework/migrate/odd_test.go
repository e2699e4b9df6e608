package migrate_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/migrate"
)

// What a file did before it ended its transaction stays, so the error must not say that nothing does.
func TestFileThatEndsItsTransaction(t *testing.T) {
	for name, text := range map[string]string{
		"commits and goes on":  "CREATE TABLE a (x int); COMMIT; CREATE TABLE b (x int)",
		"commits and fails":    "CREATE TABLE a (x int); COMMIT; CREATE TABLE a (x int)",
		"commits in SQL's way": "CREATE TABLE a (x int);\nEND;",
		"rolls back":           "CREATE TABLE a (x int); ROLLBACK; CREATE TABLE b (x int)",
		"begins another":       "CREATE TABLE a (x int); COMMIT; BEGIN; CREATE TABLE b (x int)",
	} {
		t.Run(name, func(t *testing.T) {
			each(t, load(t, "20260101000000_a", text), func(t *testing.T, r *migrate.Runner) {
				done, err := r.Apply(t.Context())
				var failed *migrate.FailedError
				if len(done) > 0 || !errors.As(err, &failed) || !failed.Ended || !strings.Contains(err.Error(), "look at what it left") {
					t.Errorf("applied %v, error %v", done, err)
				}
				list, err := r.Status(t.Context())
				if err != nil || list[0].Applied() {
					t.Errorf("the file counts as applied: %v, %v", list, err)
				}
			})
		})
	}
}

func TestByteOrderMark(t *testing.T) {
	files := load(t, "20260101000000_a", "\uFEFF-- meta:locking something\nCREATE TABLE a (x int);", "20260102000000_b", "\uFEFFDROP TABLE a")
	each(t, files, func(t *testing.T, r *migrate.Runner) {
		if done := apply(t, r); len(done) != 2 || len(done[0].Header.Notes) != 1 {
			t.Errorf("applied %v", done)
		}
	})
}

func TestNULCharacter(t *testing.T) {
	_, err := migrate.Load(folder(t, "20260101000000_a", "CREATE TABLE a (x int);\n\x00CREATE TABLE b (x int);"))
	if err == nil || !strings.Contains(err.Error(), "20260101000000_a.sql: line 2: a NUL character") {
		t.Errorf("a file that SQLite would cut short: %v", err)
	}
}

// What one file sets for the session is neither the next one's nor the application's.
func TestSettingsOfAFile(t *testing.T) {
	texts := map[string][]string{
		"sqlite3":  {"PRAGMA legacy_alter_table = ON; SELECT 1", "SELECT 2", "PRAGMA legacy_alter_table"},
		"postgres": {"SET search_path = pg_catalog, public; SET work_mem = '1MB'", "CREATE TABLE a (x int)", "SHOW work_mem"},
	}
	each(t, nil, func(t *testing.T, r *migrate.Runner) {
		text := texts[r.Dialect]
		r.DB.SetMaxOpenConns(1)
		before := rows(t, r.DB, text[2])
		r.Files = load(t, "20260101000000_a", text[0], "20260102000000_b", text[1])
		if done := apply(t, r); len(done) != 2 {
			t.Errorf("applied %v", done)
		}
		if diff := cmp.Diff(before, rows(t, r.DB, text[2])); diff != "" {
			t.Errorf("the session is not as it was:\n%s", diff)
		}
	})
}
