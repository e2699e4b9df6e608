package logs

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
)

// opened is a reader of an empty store.
func opened(t *testing.T, d *db.DB) *reader {
	t.Helper()
	return &reader{Options: Options{Store: storetest.Open(t, d), Service: "test", Node: func() string { return "" }, Now: time.Now}}
}

// TestRow35_BudgetsCancelStatements runs one that would not end.
func TestRow35_BudgetsCancelStatements(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		r := opened(t, d)
		begun := time.Now()
		over, err := within(t.Context(), 100*time.Millisecond, func(ctx context.Context) error {
			_, err := number(ctx, r.Store, "SELECT count(*) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 - 1 FROM n) SELECT i FROM n) AS n")
			return err
		})
		if took := time.Since(begun); !over || err == nil || took > 5*time.Second {
			t.Errorf("over %v after %v: %v", over, took, err)
		}
		if n, err := number(t.Context(), r.Store, "SELECT 1"); n != 1 || err != nil {
			t.Errorf("afterwards: %d, %v", n, err)
		}
	})
}

func TestRow35_WhatTakesTooLongIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		err := limited(t.Context(), func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		if api.StatusOf(err) != 400 {
			t.Errorf("got %v, want 400", err)
		}
		left, cancel := context.WithCancel(t.Context())
		cancel()
		err = limited(left, func(ctx context.Context) error { return ctx.Err() })
		if api.StatusOf(err) == 400 {
			t.Errorf("for a client that has left: %v", err)
		}
	})
}

// TestRow35_EstimatesAreNear compares estimates with what is there, where rows have been removed.
func TestRow35_EstimatesAreNear(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		r := opened(t, d)
		numbers := "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n) AS n"
		for _, query := range []string{
			`INSERT INTO ops_log (id, service, time, duration, level, status, method, path, tls, ip, public, length, in_traffic, out_traffic, queries, volatile)
SELECT i, 'test', i * CAST(1000000 AS bigint), i % 97, 1, 200 + i % 4, 'get', '/', 0, '127.0.0.1', 0, 1, 1, 1, 0, 1 FROM ` + numbers,
			"DELETE FROM ops_log WHERE id < 20000 AND id % 3 <> 0",
		} {
			if _, err := r.Store.Exec(t.Context(), query); err != nil {
				t.Fatal(err)
			}
		}
		for _, f := range []ServiceFilter{
			{}, {Filter: Filter{Status: new(int64(201))}}, {Filter: Filter{TimeLte: "1970-01-01T05:00:00Z"}}, {Filter: Filter{Start: new(int64(30_000)), End: new(int64(45_000))}},
			{Filter: Filter{Start: new(int64(99_000))}}, {Filter: Filter{Start: new(int64(999_000))}},
		} {
			w, err := f.condition(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			s := &selection{table: serviceLog, where: w}
			exact, err := number(t.Context(), r.Store, "SELECT count(*) FROM ops_log"+w.String(), w.args...)
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.estimate(t.Context(), s)
			if err != nil || got < exact*9/10 || got > exact*11/10 {
				t.Errorf("%s %v: %d, want about %d: %v", w, w.args, got, exact, err)
			}
			r.slow.now = time.Now
			r.slow.put(s.name+w.key(), struct{}{})
			if n, err := r.count(t.Context(), s); err != nil || exact <= maxCounted && n != exact || n < exact*9/10 || n > exact*11/10 {
				t.Errorf("%s %v, slow: %d, want about %d: %v", w, w.args, n, exact, err)
			}
		}
	})
}
