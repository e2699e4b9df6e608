package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// crossedAPI has middleware of others around endpoints that misbehave.
type crossedAPI struct {
	Mw   api.Plugin
	Slow slow
	Say  api.Get[sayInput, said]
	Put  api.Put[item, item]
}

// slow waits around next, as a plugin that asks a database may.
type slow struct{ before, after time.Duration }

func (s slow) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		time.Sleep(s.before)
		err := next(c)
		time.Sleep(s.after)
		c.Header().Set("X-Slow", "yes")
		return err
	}
}

// crossed mounts the API behind mw, with a log.
func crossed(t *testing.T, mw func(http.Handler) http.Handler, s slow) (*api.Mux, *logged) {
	t.Helper()
	log := &logged{}
	mux := &api.Mux{Logger: log.logger()}
	err := mux.Mount("/", &crossedAPI{
		Mw: api.Middleware(mw), Slow: s, Put: mirrorItem[item],
		Say: func(ctx context.Context, in *sayInput) (*said, error) {
			if in.Do == "panic" {
				panic("boom")
			}
			if d, err := time.ParseDuration(in.Do); err == nil {
				time.Sleep(d)
			}
			return &said{in.Do}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return mux, log
}

func get(t *testing.T, mux http.Handler, path string) (status int, body string) {
	t.Helper()
	s := httptest.NewServer(mux)
	defer s.Close()
	res, err := http.Get(s.URL + path)
	if err != nil {
		return 0, err.Error()
	}
	defer res.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(res.Body); err != nil {
		return 0, err.Error()
	}
	return res.StatusCode, b.String()
}

func TestRow53_PanicBelowMiddleware(t *testing.T) {
	buffers := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			for k, v := range rec.Header() {
				w.Header()[k] = v
			}
			w.WriteHeader(rec.Code)
			_, _ = w.Write(rec.Body.Bytes())
		})
	}
	packs := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			defer z.Close()
			next.ServeHTTP(zipWriter{w, z}, r)
		})
	}
	for name, mw := range map[string]func(http.Handler) http.Handler{"buffers": buffers, "packs": packs} {
		mux, log := crossed(t, mw, slow{})
		if status, body := get(t, mux, "/say?do=panic"); status != 500 || !strings.Contains(body, `"internal"`) || !strings.Contains(log.String(), "panic: boom") {
			t.Errorf("%s: %d %q, log %s", name, status, body, log)
		}
		if status, body := get(t, mux, "/say?do=x"); status != 200 || !strings.Contains(body, `"x"`) {
			t.Errorf("%s, afterwards: %d %q", name, status, body)
		}
	}
}

func TestMiddlewareThatEndsTheContext(t *testing.T) {
	mux, _ := crossed(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithTimeout(r.Context(), 5*time.Millisecond)
			defer cancel()
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}, slow{})
	for range 20 {
		if status, body := get(t, mux, "/say?do=10ms"); status != 200 {
			t.Fatal(status, body)
		}
	}
}

// The connection is cut. Until then both sides use the call, which nothing can keep from racing.
func TestMiddlewareThatDoesNotWait(t *testing.T) {
	if raceEnabled {
		t.Skip("races by its nature")
	}
	for _, s := range []slow{{before: 60 * time.Millisecond}, {after: 60 * time.Millisecond}} {
		mux, log := crossed(t, func(next http.Handler) http.Handler { return http.TimeoutHandler(next, 10*time.Millisecond, "late") }, s)
		if status, body := get(t, mux, "/say?do=x"); status != 0 {
			t.Errorf("%v: %d %q", s, status, body)
		}
		if time.Sleep(100 * time.Millisecond); !strings.Contains(log.String(), "returned before next had") {
			t.Errorf("%v: log %s", s, log)
		}
	}
}

func TestMiddlewareThatGoesOnLater(t *testing.T) {
	ended := make(chan bool)
	mux, log := crossed(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(202)
			go func() {
				time.Sleep(30 * time.Millisecond)
				next.ServeHTTP(w, r)
				close(ended)
			}()
		})
	}, slow{})
	if status, body := get(t, mux, "/say?do=x"); status != 202 || body != "" {
		t.Error(status, body)
	}
	if <-ended; !strings.Contains(log.String(), "after the middleware had returned") {
		t.Error(log)
	}
}

func TestMiddlewareThatTriesAgain(t *testing.T) {
	mux, log := crossed(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			next.ServeHTTP(w, r)
		})
	}, slow{})
	if status, body := get(t, mux, "/say?do=x"); status != 200 || body != `{"text":"x"}` || !strings.Contains(log.String(), "it answers once") {
		t.Error(status, body, log)
	}
}

// allows is CORS middleware of net/http's kind.
func allows(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		if r.Method == http.MethodOptions {
			w.Header().Set("Access-Control-Allow-Methods", "PUT")
			w.WriteHeader(http.StatusNoContent)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestPreflightOfMiddleware(t *testing.T) {
	wantsKey := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "a key", http.StatusUnauthorized) })
	}
	passes := func(next http.Handler) http.Handler { return next }
	for _, c := range []struct {
		name  string
		mw    func(http.Handler) http.Handler
		allow string
	}{{"cors", allows, "PUT"}, {"key", wantsKey, ""}, {"nothing", passes, ""}} {
		mux, _ := crossed(t, c.mw, slow{})
		r := httptest.NewRequest(http.MethodOptions, "/", nil)
		r.Header.Set("Origin", "https://a.example")
		r.Header.Set("Access-Control-Request-Method", "PUT")
		status, body, h := exchange(t, mux, r)
		if status != 204 || h.Get("Access-Control-Allow-Methods") != c.allow || (c.allow == "") != (h.Get("Access-Control-Allow-Origin") == "") {
			t.Errorf("%s: %d %s %v", c.name, status, body, h)
		}
	}
	type aroundAPI struct {
		Around api.Around
		Put    api.Put[item, item]
	}
	mux := mount(t, &aroundAPI{Put: mirrorItem[item], Around: func(w http.ResponseWriter, r *http.Request, next http.Handler) error {
		allows(next).ServeHTTP(w, r)
		return nil
	}})
	r := httptest.NewRequest(http.MethodOptions, "/", nil)
	r.Header.Set("Origin", "https://a.example")
	r.Header.Set("Access-Control-Request-Method", "PUT")
	if _, _, h := exchange(t, mux, r); h.Get("Access-Control-Allow-Methods") != "PUT" {
		t.Error(h)
	}
}

func TestHijackUnderMiddleware(t *testing.T) {
	log := &logged{}
	mux := &api.Mux{Logger: log.logger()}
	type rawAPI struct {
		Mw  api.Plugin
		Raw api.Raw
	}
	err := mux.Mount("/", &rawAPI{Mw: api.Middleware(func(next http.Handler) http.Handler { return next }), Raw: func(w http.ResponseWriter, r *http.Request) error {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		_, err = fmt.Fprint(conn, "HTTP/1.1 299 Own\r\nContent-Length: 2\r\n\r\nok")
		return err
	}})
	if err != nil {
		t.Fatal(err)
	}
	if status, body := get(t, mux, "/raw"); status != 299 || body != "ok" || log.String() != "" {
		t.Error(status, body, log)
	}
}
