package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// logged keeps what is logged.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logged) logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

type wrapKey struct{}

// zip is middleware of net/http's kind: it adds to the context, answers some requests by itself, and packs the answers.
func zip(count *atomic.Int32) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			count.Add(1)
			switch r.URL.Query().Get("do") {
			case "refuse":
				http.Error(w, "no", http.StatusTeapot)
				return
			case "nothing":
				return
			case "panic":
				panic("middleware")
			}
			w.Header().Set("Content-Encoding", "gzip")
			out := gzip.NewWriter(w)
			defer out.Close()
			next.ServeHTTP(zipWriter{w, out}, r.WithContext(context.WithValue(r.Context(), wrapKey{}, "value")))
		})
	}
}

type zipWriter struct {
	http.ResponseWriter
	out io.Writer
}

func (w zipWriter) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.ResponseWriter.WriteHeader(status)
}

func (w zipWriter) Write(b []byte) (int, error) { return w.out.Write(b) }

type wrappedAPI struct {
	Kept   keeper
	Zip    api.Plugin
	Round  api.Around `on:"Round2"`
	Say    api.Get[sayInput, said]
	Fail   api.Get[sayInput, said]
	Watch  api.Stream[sayInput, said]
	File   api.Get[sayInput, api.Attachment]
	Round2 api.Get[sayInput, said]
}

type sayInput struct {
	Do string `query:"do" api:"optional"`
}

func newWrapped(count *atomic.Int32) *wrappedAPI {
	say := func(ctx context.Context, in *sayInput) (*said, error) {
		v, _ := ctx.Value(wrapKey{}).(string)
		return &said{strings.Repeat(in.Do, 3) + v}, nil
	}
	return &wrappedAPI{
		Zip: api.Middleware(zip(count)), Say: say, Round2: say,
		Round: func(w http.ResponseWriter, r *http.Request, next http.Handler) error {
			if r.URL.Query().Get("do") == "closed" {
				return api.Forbidden("closed", "not now")
			}
			w.Header().Set("X-Round", "yes")
			next.ServeHTTP(w, r)
			return nil
		},
		Fail: func(context.Context, *sayInput) (*said, error) { return nil, api.Conflict("c", "clash") },
		Watch: func(_ context.Context, in *sayInput) (iter.Seq2[*said, error], error) {
			return func(yield func(*said, error) bool) { yield(&said{"event"}, nil) }, nil
		},
		File: func(context.Context, *sayInput) (*api.Attachment, error) {
			return &api.Attachment{Name: "a.txt", Content: strings.NewReader("content")}, nil
		},
	}
}

func unzip(t *testing.T, body string, h http.Header) string {
	t.Helper()
	if h.Get("Content-Encoding") != "gzip" {
		return body
	}
	r, err := gzip.NewReader(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%q: %v", body, err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestMiddlewareOfNetHTTP(t *testing.T) {
	var count atomic.Int32
	mux := mount(t, newWrapped(&count))
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/say?do=ab", 200, `{"text":"abababvalue"}`},
		{"/say?do=refuse", 418, "no\n"},
		{"/say?do=nothing", 200, ""},
		{"/say?do=panic", 500, `"internal"`},
		{"/fail", 409, `"code":"c"`},
		{"/say?do=a&do=b", 422, `"duplicate"`},
		{"/watch", 200, `data: {"text":"event"}`},
		{"/file", 200, "content"},
		{"/round2?do=x", 200, `{"text":"xxxvalue"}`},
		{"/round2?do=closed", 403, `"code":"closed"`},
	} {
		before := count.Load()
		status, body, h := exchange(t, mux, httptest.NewRequest("GET", c.path, nil))
		if body = unzip(t, body, h); status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %q, want %d %q", c.path, status, body, c.status, c.want)
		}
		if got := count.Load() - before; got != 1 {
			t.Errorf("%s: the middleware ran %d times", c.path, got)
		}
		if strings.HasPrefix(c.path, "/round2?do=x") && h.Get("X-Round") != "yes" {
			t.Error("no header of the Around")
		}
		// What a plugin further out keeps is saved before the first byte, whoever writes it.
		if c.status != 500 && h.Get("Kept") == "" {
			t.Errorf("%s: nothing was kept: %v", c.path, h)
		}
	}
}

func TestMiddlewareOverASocket(t *testing.T) {
	var count atomic.Int32
	c := client[wrappedAPI](t, mount(t, newWrapped(&count)))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				got, err := c.Say(t.Context(), &sayInput{Do: "x"})
				if err != nil || got.Text != "xxxvalue" {
					t.Error(got, err)
				}
				if _, err := c.Fail(t.Context(), nil); api.StatusOf(err) != 409 {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if count.Load() != 800 {
		t.Error(count.Load())
	}
}
