package migrate_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/utilmeta/utilmeta-go/framework/migrate"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// Every one of several runners waits for the others while one of them builds an index outside a transaction, which in
// turn waits for every snapshot: with a lock that blocks inside PostgreSQL they would wait for each other.
func TestConcurrentIndexUnderConcurrentRunners(t *testing.T) {
	d := testdb.Postgres(t)
	files := load(t,
		"20260101000000_a", "CREATE TABLE a (x int); INSERT INTO a SELECT generate_series(1, 1000)",
		"20260102000000_b", "-- meta:no-transaction\nCREATE INDEX CONCURRENTLY a_x ON a (x)",
		"20260103000000_c", "INSERT INTO a VALUES (0)")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			r := &migrate.Runner{DB: d.SQL(), Dialect: "postgres", Files: files}
			if _, err := r.Apply(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := rows(t, d.SQL(), "SELECT count(*) FROM a WHERE x = 0"); got[0] != "1" {
		t.Errorf("the last file ran %s times", got[0])
	}
	if got := rows(t, d.SQL(), "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass"); got[0] != "true" {
		t.Errorf("index valid: %v", got)
	}
}

// A migration must not queue behind a long transaction, with everybody else behind it.
func TestLockTimeout(t *testing.T) {
	d := testdb.Postgres(t).SQL()
	r := &migrate.Runner{DB: d, Dialect: "postgres", LockTimeout: 20 * time.Millisecond,
		Files: load(t, "20260101000000_a", "CREATE TABLE a (x int)", "20260102000000_b", "ALTER TABLE a ADD COLUMN y int")}
	apply(t, &migrate.Runner{DB: d, Dialect: "postgres", Files: r.Files[:1]})
	reader, err := d.Begin()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Exec("SELECT * FROM a"); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Apply(t.Context()); err == nil || !strings.Contains(err.Error(), "lock timeout") {
		t.Errorf("error %v", err)
	}
	if err := reader.Rollback(); err != nil {
		t.Fatal(err)
	}
	apply(t, r)
}

func TestSessionIsGivenBackAsItWas(t *testing.T) {
	d := testdb.Postgres(t).SQL()
	d.SetMaxOpenConns(1)
	settings := []string{"SHOW lock_timeout", "SHOW statement_timeout", "SELECT pg_backend_pid()", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"}
	for _, text := range []string{"SELECT 1", "SELECT nothing FROM nowhere"} {
		var before, after []string
		for _, q := range settings {
			before = append(before, setting(t, d, q))
		}
		_, _ = (&migrate.Runner{DB: d, Dialect: "postgres", Files: load(t, "20260101000000_a", text)}).Apply(t.Context())
		for _, q := range settings {
			after = append(after, setting(t, d, q))
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		mustExec(t, d, "DROP TABLE IF EXISTS meta_migrations")
	}
}
