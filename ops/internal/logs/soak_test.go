package logs_test

import (
	"context"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
)

// median runs f some times.
func median(times int, f func(i int)) time.Duration {
	var l []time.Duration
	for i := range times {
		begun := time.Now()
		f(i)
		l = append(l, time.Since(begun))
	}
	return middle(l)
}

func middle(l []time.Duration) time.Duration {
	slices.Sort(l)
	return l[len(l)/2]
}

// TestSoakReading measures questions about five million rows of a fortnight, and retention. It runs with META_TEST_SOAK=1.
func TestSoakReading(t *testing.T) {
	if os.Getenv("META_TEST_SOAK") == "" {
		t.Skip("set META_TEST_SOAK=1: it takes some minutes and 3 GB")
	}
	rows := 5_000_000
	if n, err := strconv.Atoi(os.Getenv("META_TEST_SOAK_ROWS")); err == nil {
		rows = n
	}
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, logs.Options{})
		f.fill(nil)
		begun := time.Now()
		f.flood(rows)
		took := time.Since(begun)
		if f.store.Postgres() {
			f.exec("VACUUM ANALYZE ops_log")
		}
		t.Logf("filled %d rows: %.0f/s", rows, float64(rows)/took.Seconds())
		f.soak()
		f.soakRetention(rows)
	})
}

func (f *fixture) soak() {
	day := "&start=" + strconv.FormatInt(now.Add(-24*time.Hour).Unix(), 10)
	var listed, counted time.Duration // by statements, to their first row
	f.store.DB().Observe(func(_ context.Context, s db.Statement) {
		if s.Took > time.Second {
			f.Logf("%v %v: %s", s.Took, s.Err, s.Query)
		}
		if strings.HasPrefix(s.Query, "SELECT id, ") {
			listed += s.Took
		} else {
			counted += s.Took
		}
	})
	for _, query := range []string{
		"", "level=error", "status=500", "status=404", "duration_gte=1000", "duration_gte=9000", "endpoint_ident=user_get", "order=-duration", "status_gte=400",
		"level=error" + day, "status_gte=400" + day, "ip=10.0.7.7" + day, "user_id=77" + day, "path=/api/article/77" + day, "path_contains=article/77" + day, "path_contains=nothing" + day, "endpoint_like=signup" + day,
		"method=post" + day, "order=-length" + day, "order=-duration" + day, "path_contains=nothing", "page=1000", "order=-length",
	} {
		begun := time.Now()
		a := f.get("/service?" + query)
		first := time.Since(begun)
		var lists, counts []time.Duration
		whole := median(7, func(i int) {
			listed, counted = 0, 0
			f.get("/service?rows=" + strconv.Itoa(20+i) + "&" + query)
			lists, counts = append(lists, listed), append(counts, counted)
		})
		f.Logf("%-50s first %8.2f ms, median %8.2f ms: list %8.2f, count %8.2f; count is %d", query, ms(first), ms(whole), ms(middle(lists)), ms(middle(counts)), a.Count)
	}
	for _, path := range []string{"/service/values", "/service/values?" + day[1:], "/realtime?ips=5&users=5&endpoints=5", "/service/detail?id=100000"} {
		f.Logf("%-50s median %8.2f ms", path, ms(median(3, func(int) { f.get(path) })))
	}
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// soakRetention measures what it costs to remove a row, with writers between.
func (f *fixture) soakRetention(rows int) {
	keep := logs.Retention{Store: f.store, Service: "test", VolatileMaintain: 12 * 24 * time.Hour, Now: func() time.Time { return now }}
	begun := time.Now()
	removed, err := keep.Run(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	took := time.Since(begun)
	begun = time.Now()
	if _, err := keep.Run(f.Context()); err != nil {
		f.Fatal(err)
	}
	f.Logf("retention: %d rows, %.2f us a row with rests; a run with nothing to do %.0f ms", removed, float64(took.Microseconds())/float64(removed), ms(time.Since(begun)))
	keep.MaxBytes = int64(rows) * 220
	begun = time.Now()
	ctx, cancel := context.WithTimeout(f.Context(), 2*time.Minute)
	defer cancel()
	if removed, err = keep.Run(ctx); err != nil {
		f.Fatal(err)
	}
	f.Logf("retention by size: %d rows in %v", removed, time.Since(begun))
}
