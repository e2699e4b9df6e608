package migrate_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func sqliteRunner(t *testing.T, files []migrate.File) *migrate.Runner {
	d := testdb.SQLite(t)
	return &migrate.Runner{DB: d.SQL(), Dialect: d.Dialect(), Files: files}
}

const family = `CREATE TABLE parents (id integer PRIMARY KEY, name text);
CREATE TABLE cascades (id integer PRIMARY KEY, parent integer REFERENCES parents (id) ON DELETE CASCADE);
CREATE TABLE nulls (id integer PRIMARY KEY, parent integer REFERENCES parents (id) ON DELETE SET NULL);
INSERT INTO parents VALUES (1, 'a'), (2, 'b');
INSERT INTO cascades VALUES (1, 1), (2, 2);
INSERT INTO nulls VALUES (1, 1), (2, 2);`

const rebuild = `CREATE TABLE new_parents (id integer PRIMARY KEY, name text NOT NULL);
INSERT INTO new_parents SELECT id, name FROM parents;
DROP TABLE parents;
ALTER TABLE new_parents RENAME TO parents;`

// Rebuilding a table drops it, which must not reach into its children.
func TestRebuildKeepsChildren(t *testing.T) {
	r := sqliteRunner(t, load(t, "20260101000000_family", family, "20260102000000_rebuild", rebuild))
	apply(t, r)
	for _, child := range []string{"cascades", "nulls"} {
		if diff := cmp.Diff([]string{"1|1", "2|2"}, rows(t, r.DB, "SELECT id, parent FROM "+child+" ORDER BY id")); diff != "" {
			t.Errorf("%s: %s", child, diff)
		}
	}
}

func TestDanglingReferenceIsRefused(t *testing.T) {
	r := sqliteRunner(t, load(t, "20260101000000_family", family, "20260102000000_orphans", "DELETE FROM parents WHERE id = 2"))
	_, err := r.Apply(t.Context())
	var failed *migrate.FailedError
	if !errors.As(err, &failed) || !strings.Contains(err.Error(), "row 2 of") || !strings.Contains(err.Error(), "parents") {
		t.Fatalf("error %v", err)
	}
	if got := rows(t, r.DB, "SELECT id FROM parents"); len(got) != 2 {
		t.Errorf("parents %v", got)
	}
}

func TestConnectionIsGivenBackAsItWas(t *testing.T) {
	for _, text := range []string{"SELECT 1", "SELECT nothing FROM nowhere"} {
		r := sqliteRunner(t, load(t, "20260101000000_a", text))
		before := setting(t, r.DB, "PRAGMA foreign_keys") + setting(t, r.DB, "PRAGMA busy_timeout")
		if before[:1] != "1" {
			t.Fatalf("foreign keys are off before the test: %s", before)
		}
		_, _ = r.Apply(t.Context())
		if after := setting(t, r.DB, "PRAGMA foreign_keys") + setting(t, r.DB, "PRAGMA busy_timeout"); after != before {
			t.Errorf("%s: pragmas are %s, were %s", text, after, before)
		}
	}
}

func TestLockedDatabaseIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	other := testdb.Open(t, db.Config{Engine: db.SQLite, Name: path}).SQL()
	r := &migrate.Runner{DB: testdb.Open(t, db.Config{Engine: db.SQLite, Name: path}).SQL(), Dialect: "sqlite3",
		Files: load(t, "20260101000000_a", "CREATE TABLE a (x int)"), Wait: time.Millisecond}
	writing, err := other.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writing.Exec("CREATE TABLE held (x int)"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "stayed locked") {
		t.Errorf("error %v", err)
	}
	r.Wait = time.Minute
	applied := make(chan error)
	go func() { _, err := r.Apply(t.Context()); applied <- err }()
	if err := writing.Commit(); err != nil {
		t.Fatal(err)
	}
	if err := <-applied; err != nil {
		t.Errorf("after the other has ended: %v", err)
	}
}

func TestBackup(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: path})
	var files []string
	var backups []string
	r := &migrate.Runner{DB: d.SQL(), Dialect: d.Dialect(), Progress: func(e migrate.Event) {
		if e.Backup != "" {
			backups = append(backups, filepath.Base(e.Backup))
		}
	}}
	files = append(files, "20260100000000_initial", "CREATE TABLE kept (x int)")
	for _, v := range []string{"1", "2", "3", "4", "5"} {
		files = append(files, "2026010"+v+"000000_drop", "-- meta:destructive delete rows\nDELETE FROM kept; INSERT INTO kept VALUES ("+v+")")
	}
	r.Files = load(t, files...)
	apply(t, r)

	if len(backups) != 5 {
		t.Errorf("told of %v", backups)
	}
	left, err := filepath.Glob(path + ".*")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{path + ".before-20260103000000.bak", path + ".before-20260104000000.bak", path + ".before-20260105000000.bak"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Error(diff)
	}
	old := testdb.Open(t, db.Config{Engine: db.SQLite, Name: want[1]})
	if got := rows(t, old.SQL(), "SELECT x FROM kept"); !cmp.Equal(got, []string{"3"}) {
		t.Errorf("the backup before 4 has %v", got)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if copied, err := os.Stat(want[2]); err != nil || copied.Mode() != info.Mode() {
		t.Errorf("mode %v of the copy, %v of the database, %v", copied.Mode(), info.Mode(), err)
	}
}

func TestBackupMustSucceed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "app.db")
	d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: path})
	r := &migrate.Runner{DB: d.SQL(), Dialect: d.Dialect(), Files: load(t, "20260101000000_a", "CREATE TABLE a (x int)")}
	apply(t, r)
	if err := os.Mkdir(path+".before-20260102000000.bak", 0o700); err != nil { // a folder where the copy should go
		t.Fatal(err)
	}
	r.Files = append(r.Files, load(t, "20260102000000_b", "-- meta:destructive drop table a\nDROP TABLE a")...)
	if _, err := r.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "20260102000000") {
		t.Fatalf("error %v", err)
	}
	if got := rows(t, r.DB, "SELECT count(*) FROM a"); got[0] != "0" {
		t.Errorf("the table was dropped without a backup: %v", got)
	}
	r.NoBackup = true
	apply(t, r)
}
