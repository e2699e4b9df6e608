package session

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
)

var quiet = slog.New(slog.DiscardHandler)

type benchAPI struct {
	Session Plugin `on:"With,Login"`
	Login   api.Post[api.Empty, api.Empty]
	With    api.Get[api.Empty, api.Empty]
	Without api.Get[api.Empty, api.Empty]
}

// noWriter costs nothing.
type noWriter struct{ h http.Header }

func (w *noWriter) Header() http.Header         { return w.h }
func (w *noWriter) Write(b []byte) (int, error) { return len(b), nil }
func (w *noWriter) WriteHeader(int)             {}

// serving makes functions that serve a request of a user who is logged in, one whose handler finds out who it is and
// one without a session.
func serving(t testing.TB) (with, without func()) {
	t.Helper()
	p := New(Config{Logger: quiet})
	a := &benchAPI{Session: p}
	a.Login = func(ctx context.Context, _ *api.Empty) (*api.Empty, error) {
		return nil, p.Remember(ctx, auth.Login{Key: "_user_id", ID: 12345, Proof: make([]byte, 48)})
	}
	a.With = func(ctx context.Context, _ *api.Empty) (*api.Empty, error) {
		if c, found, err := p.Identify(ctx, "_user_id"); err != nil || !found || c.ID != "12345" || len(c.Proof) != 48 {
			t.Error("not logged in")
		}
		return nil, nil
	}
	a.Without = func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("", a); err != nil {
		t.Fatal(err)
	}
	login := httptest.NewRecorder()
	mux.ServeHTTP(login, httptest.NewRequest("POST", "/login", nil))
	cookie := login.Result().Cookies()[0]
	serve := func(path string) func() {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("Cookie", "theme=dark; "+cookie.Name+"="+cookie.Value)
		w := &noWriter{http.Header{}}
		return func() {
			clear(w.h)
			mux.ServeHTTP(w, r)
		}
	}
	return serve("/with"), serve("/without")
}

// BenchmarkSession is a request with and without finding its user in a session that is in the cache.
func BenchmarkSession(b *testing.B) {
	with, without := serving(b)
	for name, serve := range map[string]func(){"with": with, "without": without} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				serve()
			}
		})
	}
}

func TestSessionAllocations(t *testing.T) {
	with, without := serving(t)
	if n := testing.AllocsPerRun(100, with) - testing.AllocsPerRun(100, without); n > 4 {
		t.Errorf("a session from the cache costs %v allocations, want 4 at most", n)
	}
}
