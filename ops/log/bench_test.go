package log_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

type nobody struct{ h http.Header }

func (w nobody) Header() http.Header       { return w.h }
func (nobody) Write(b []byte) (int, error) { return len(b), nil }
func (nobody) WriteHeader(int)             {}

type helloAPI struct {
	Hello api.Get[api.Empty, note] `route:"/hello"`
}

// production makes a log as it is in production, and the API hello.
func production(b *testing.B, d *db.DB) (*log.Log, http.Handler) {
	b.Helper()
	s := storetest.Open(b, d)
	l, err := log.New(log.Config{
		Options: log.Options{KeepDefault: true, SpillBytes: 8 << 30}, Store: s, Service: "bench", Node: func() string { return "" }, Names: mask.NewNames(mask.Defaults...),
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Production: true, Cycle: time.Hour, Backlog: 1 << 40, Folder: filepath.Join(b.TempDir(), "spill"),
	})
	if err != nil {
		b.Fatal(err)
	}
	mux := &api.Mux{}
	root := &helloAPI{func(context.Context, *api.Empty) (*note, error) { return &note{Text: "hello"}, nil }}
	if err := mux.Mount("/api", root); err != nil {
		b.Fatal(err)
	}
	for _, ep := range mux.Endpoints() {
		l.Target(ep)
	}
	return l, mux
}

func request() *http.Request {
	r := httptest.NewRequest("GET", "/api/hello", http.NoBody)
	for name, value := range map[string]string{"User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36", "Accept": "*/*", "Accept-Encoding": "gzip", "Cookie": "sessionid=abcdefghijklmnopqrstuvwxyz"} {
		r.Header.Set(name, value)
	}
	return r
}

func serve(b *testing.B, h http.Handler) {
	w, r := nobody{http.Header{}}, request()
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		h.ServeHTTP(w, r)
	}
}

func notOwn(*http.Request) bool { return false }

func BenchmarkWithout(b *testing.B) {
	_, mux := production(b, testdb.SQLite(b))
	serve(b, mux)
}

// BenchmarkCapture is without the spill.
func BenchmarkCapture(b *testing.B) {
	l, mux := production(b, testdb.SQLite(b))
	serve(b, l.Handler(mux, notOwn))
}

func BenchmarkSpill(b *testing.B) {
	l, mux := production(b, testdb.SQLite(b))
	if err := l.Start(); err != nil {
		b.Fatal(err)
	}
	serve(b, l.Handler(mux, notOwn))
	b.StopTimer()
	_ = l.Stop(context.Background())
}

// BenchmarkFlush is how long it takes to store a record.
func BenchmarkFlush(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *db.DB{"sqlite": testdb.SQLite, "postgres": testdb.Postgres} {
		b.Run(name, func(b *testing.B) {
			l, mux := production(b, open(b))
			if err := l.Start(); err != nil {
				b.Fatal(err)
			}
			h := l.Handler(mux, notOwn)
			w, r := nobody{http.Header{}}, request()
			const rows = 50_000
			var took time.Duration
			for b.Loop() {
				for range rows {
					clear(w.h)
					h.ServeHTTP(w, r)
				}
				begun := time.Now()
				if err := l.Flush(b.Context()); err != nil {
					b.Fatal(err)
				}
				took += time.Since(begun)
			}
			b.ReportMetric(float64(rows)*float64(b.N)/took.Seconds(), "rows/s")
			b.ReportMetric(0, "ns/op")
			_ = l.Stop(context.Background())
		})
	}
}
