package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

// More texts than a cache holds, from many goroutines, inside transactions and outside.
func TestStatementCacheEvicts(t *testing.T) {
	check := func(t *testing.T, d *db.DB) {
		run(t, d, "CREATE TABLE t (n integer)")
		run(t, d, "INSERT INTO t VALUES (7)")
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				for j := range 60 {
					ask := func(ctx context.Context) error {
						column := fmt.Sprintf("n + %d", (i+j)%11)
						n, err := number(ctx, d, "SELECT "+column+" FROM t WHERE n = $1", 7)
						if err == nil && n != 7+(i+j)%11 {
							err = fmt.Errorf("%s is %d", column, n)
						}
						return err
					}
					if j%3 == 0 {
						errs[i] = errors.Join(errs[i], d.Atomic(t.Context(), ask))
					} else {
						errs[i] = errors.Join(errs[i], ask(t.Context()))
					}
				}
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("sqlite", func(t *testing.T) {
		check(t, testdb.Open(t, db.Config{Engine: db.SQLite, Name: t.TempDir() + "/s.db", StatementCache: 5}))
	})
	t.Run("postgres", func(t *testing.T) {
		d := testdb.Open(t, postgresConfig(t, func(c *db.Config) { c.StatementCache, c.MaxOpen = 5, 3 }))
		check(t, d)
		s := d.Stats().Statements
		if s.Hits == 0 || s.Misses == 0 || s.Evicted == 0 || s.Hits+s.Misses != 8*60 {
			t.Errorf("%+v: want hits, misses and evictions, %d statements in all", s, 8*60)
		}
		if n, err := number(t.Context(), d, "SELECT count(*) FROM pg_prepared_statements"); n > 5 || err != nil {
			t.Errorf("the server holds %d statements of one connection (%v), want 5 at most", n, err)
		}
	})
}

// A changed schema makes the server refuse what was prepared; outside of a transaction nobody notices.
func TestStatementCacheFollowsTheSchema(t *testing.T) {
	ctx := t.Context()
	ask := func(ctx context.Context, d *db.DB) error {
		rows, err := d.QueryContext(ctx, "SELECT v FROM t WHERE n = $1", 1)
		if err != nil {
			return err
		}
		defer rows.Close()
		var v string
		if !rows.Next() {
			return errors.Join(rows.Err(), errors.New("no row"))
		}
		return rows.Scan(&v)
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		run(t, d, "CREATE TABLE t (n integer, v integer)")
		run(t, d, "INSERT INTO t VALUES (1, 5)")
		change := func() {
			if d.Engine() == db.Postgres {
				run(t, d, "ALTER TABLE t ALTER COLUMN v TYPE text")
				run(t, d, "ALTER TABLE t ALTER COLUMN v TYPE varchar(20)")
				return
			}
			for _, query := range []string{"CREATE TABLE t2 (n integer, v text)", "INSERT INTO t2 SELECT n, v FROM t", "DROP TABLE t", "ALTER TABLE t2 RENAME TO t"} {
				run(t, d, query)
			}
		}
		for _, step := range []func(){func() {}, change, d.Forget} {
			step()
			if err := ask(ctx, d); err != nil {
				t.Error(err)
			}
		}
		if d.Engine() != db.Postgres {
			return
		}
		// In a transaction the refusal is final, and the next one works.
		run(t, d, "ALTER TABLE t ALTER COLUMN v TYPE text")
		if err := d.Atomic(ctx, func(ctx context.Context) error { return ask(ctx, d) }); err == nil {
			t.Error("the transaction after a change of type was not refused: this test proves nothing")
		}
		if err := d.Atomic(ctx, func(ctx context.Context) error { return ask(ctx, d) }); err != nil {
			t.Error(err)
		}
		// After Forget not even that.
		run(t, d, "ALTER TABLE t ALTER COLUMN v TYPE varchar(30)")
		d.Forget()
		if err := d.Atomic(ctx, func(ctx context.Context) error { return ask(ctx, d) }); err != nil {
			t.Error(err)
		}
		// A session that was wiped, as by a proxy.
		run(t, d, "DISCARD ALL")
		if err := ask(ctx, d); err != nil {
			t.Error(err)
		}
		if s := d.Stats().Statements; s.Stale != 3 {
			t.Errorf("%d statements were refused, want 3", s.Stale)
		}
	})
}

func TestStatementCacheOff(t *testing.T) {
	d := testdb.Open(t, postgresConfig(t, func(c *db.Config) { c.StatementCache = -1 }))
	for range 3 {
		if n, err := number(t.Context(), d, "SELECT $1::int + 1", 1); n != 2 || err != nil {
			t.Fatal(n, err)
		}
	}
	if n, err := number(t.Context(), d, "SELECT count(*) FROM pg_prepared_statements"); n != 0 || err != nil {
		t.Errorf("the server holds %d statements (%v), want none", n, err)
	}
}

func BenchmarkSelect(b *testing.B) {
	const query = `SELECT "t"."n", "t"."v" FROM "t" WHERE "t"."n" = $1 AND "t"."v" <> $2 LIMIT 1`
	for _, size := range []int{256, -1} {
		configs := map[string]db.Config{
			"sqlite":   {Engine: db.SQLite, Name: b.TempDir() + "/b.db"},
			"postgres": postgresConfig(b, func(*db.Config) {}),
		}
		for _, name := range []string{"sqlite", "postgres"} {
			c := configs[name]
			c.StatementCache = size
			d := testdb.Open(b, c)
			run(b, d, "CREATE TABLE t (n integer PRIMARY KEY, v text)")
			run(b, d, "INSERT INTO t VALUES (1, 'one')")
			b.Run(fmt.Sprintf("%s/cache=%d", name, size), func(b *testing.B) {
				b.ReportAllocs()
				ctx := b.Context()
				for b.Loop() {
					if _, err := numberAndText(ctx, d, query); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func numberAndText(ctx context.Context, d *db.DB, query string) (n int, err error) {
	rows, err := d.QueryContext(ctx, query, 1, "two")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var v string
	for rows.Next() {
		if err := rows.Scan(&n, &v); err != nil {
			return 0, err
		}
	}
	return n, rows.Err()
}
