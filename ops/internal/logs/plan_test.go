package logs_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// listed is the first statement that a list runs.
func (f *fixture) listed(path string) string {
	f.Helper()
	var mu sync.Mutex
	var query string
	watching := true
	f.store.DB().Observe(func(_ context.Context, s db.Statement) {
		mu.Lock()
		defer mu.Unlock()
		if watching && query == "" && strings.HasPrefix(s.Query, "SELECT id, ") {
			query = s.Query
		}
	})
	f.get(path)
	mu.Lock()
	defer mu.Unlock()
	watching = false
	return query
}

// plan is how the database runs a statement.
func (f *fixture) plan(query string, args ...any) string {
	f.Helper()
	explain := "EXPLAIN QUERY PLAN "
	if f.store.Postgres() {
		explain = "EXPLAIN "
	}
	var lines []string
	err := f.store.Each(f.Context(), explain+query, args, func(scan store.Scan) error {
		var line string
		var number any
		into := []any{&line}
		if !f.store.Postgres() {
			into = []any{&number, &number, &number, &line}
		}
		err := scan(into...)
		lines = append(lines, line)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

// TestRow35_ListsUseIndexes asserts that the first page of what is asked for most reads one index, in its order.
func TestRow35_ListsUseIndexes(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(nil)
		f.flood(60_000)
		f.exec(`INSERT INTO ops_request_log (id, service, time, duration, method, scheme, host, path, full_url, length, failure, volatile, context_id)
SELECT id, 'test', time, duration, 'get', 'https', 'a', '/', 'https://a/', 1, CASE WHEN id % 100 = 1 THEN id % 3 + 1 ELSE 0 END, 1, id FROM ops_log`)
		if f.store.Postgres() {
			f.exec("ANALYZE ops_log")
			f.exec("ANALYZE ops_request_log")
		}
		for path, want := range map[string]struct {
			index string
			args  []any
		}{
			"/service":                         {"ops_log_time", nil},
			"/service?level=ERROR":             {"ops_log_level", []any{int64(3)}},
			"/service?status=500":              {"ops_log_status", []any{int64(500)}},
			"/service?endpoint_ident=user_get": {"ops_log_endpoint", []any{int64(1)}},
			"/service?duration_gte=2000":       {"ops_log_slow_time", []any{int64(2_000_000)}},
			"/service?order=-duration":         {"ops_log_slow", nil},
			"/request":                         {"ops_request_log_time", nil},
			"/request?timeout_error=1":         {"ops_request_log_failure", []any{int64(1)}},
			"/request?context_id=7":            {"ops_request_log_context", []any{int64(7)}},
		} {
			plan := f.plan(f.listed(path), append([]any{"test"}, want.args...)...)
			index := want.index + " "
			sorts := strings.Contains(strings.ReplaceAll(plan, "Incremental Sort", ""), "Sort  (") || strings.Contains(plan, "TEMP B-TREE")
			if !strings.Contains(plan+" ", index) || sorts && !strings.Contains(path, "context_id") {
				f.Errorf("%s does not read %s in its order:\n%s", path, want.index, plan)
			}
		}
	})
}

// TestRow35_PagesThatFollowSkipNothing asserts which statements pass over rows.
func TestRow35_PagesThatFollowSkipNothing(t *testing.T) {
	each(t, logs.Options{}, func(f *fixture) {
		f.fill(generate(500))
		for _, page := range []struct {
			path  string
			skips bool
		}{{"page=1", false}, {"page=2", false}, {"page=3", false}, {"page=7", true}, {"page=8", false}, {"page=2", false}, {"page=2&level=info", true}, {"page=2&order=time", true}} {
			if query := f.listed("/service?rows=10&" + page.path); strings.Contains(query, "OFFSET") != page.skips {
				f.Errorf("%s: %s", page.path, query)
			}
		}
	})
}
