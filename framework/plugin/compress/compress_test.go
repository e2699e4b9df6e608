package compress_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/compress"
	"github.com/utilmeta/utilmeta-go/framework/plugin/httpcache"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
)

var long = strings.Repeat("all work and no play ", 500)

func serve(t *testing.T, h http.HandlerFunc) plugintest.Client {
	return plugintest.Serve(t, compress.Answers{}.Handler(h))
}

func unzip(t *testing.T, a plugintest.Answer) string {
	t.Helper()
	z, err := gzip.NewReader(strings.NewReader(a.Text))
	if err != nil {
		t.Fatalf("%v: %.40q", a.Header, a.Text)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestWhatIsCompressed(t *testing.T) {
	type header = map[string]string
	json := header{"Content-Type": "application/json"}
	for name, test := range map[string]struct {
		header header
		status int
		body   string
		zipped bool
		vary   bool
	}{
		"json":         {json, 200, long, true, true},
		"problem":      {header{"Content-Type": "application/problem+json"}, 500, long, true, true},
		"text":         {header{"Content-Type": "text/html; charset=utf-8"}, 200, long, true, true},
		"no type":      {nil, 200, long, true, true},
		"length known": {header{"Content-Type": "text/css", "Content-Length": strconv.Itoa(len(long))}, 200, long, true, true},
		"small":        {json, 200, "{}", false, true},
		"small, known": {header{"Content-Type": "application/json", "Content-Length": "2"}, 200, "{}", false, true},
		"image":        {header{"Content-Type": "image/png"}, 200, long, false, false},
		"sniffed":      {nil, 200, "\x89PNG\x0D\x0A\x1A\x0A" + long, false, false},
		"encoded":      {header{"Content-Type": "text/css", "Content-Encoding": "br"}, 200, long, false, false},
		"range":        {header{"Content-Type": "text/css", "Content-Range": "bytes 0-1/2"}, 206, long, false, false},
		"no-transform": {header{"Content-Type": "text/css", "Cache-Control": "public, No-Transform"}, 200, long, false, false},
		"no content":   {json, 204, "", false, false},
		"nothing":      {json, 200, "", false, true},
	} {
		t.Run(name, func(t *testing.T) {
			c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range test.header {
					w.Header().Set(k, v)
				}
				w.WriteHeader(test.status)
				for rest := test.body; rest != ""; { // in pieces
					n := min(700, len(rest))
					if _, err := io.WriteString(w, rest[:n]); err != nil {
						t.Error(err)
					}
					rest = rest[n:]
				}
			})
			a := c.Do("GET /", "Accept-Encoding", "br, gzip;q=0.8")
			zipped := a.Header.Get("Content-Encoding") == "gzip"
			body := a.Text
			if zipped {
				body = unzip(t, a)
			}
			if a.StatusCode != test.status || zipped != test.zipped || body != test.body || (a.Header.Get("Vary") == "Accept-Encoding") != test.vary {
				t.Errorf("%d %v, %d bytes", a.StatusCode, a.Header, len(a.Text))
			}
			plain := c.Do("GET /")
			if plain.Text != test.body || plain.Header.Get("Content-Encoding") == "gzip" || (plain.Header.Get("Vary") != "") != test.vary {
				t.Errorf("not asked for: %v", plain.Header)
			}
		})
	}
}

func TestAcceptEncoding(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, long)
	})
	for accept, zipped := range map[string]bool{
		"gzip": true, "GZIP": true, "x-gzip": true, "*": true, "deflate, gzip;q=0.001": true, "gzip; q=1.0": true,
		"": false, "br": false, "gzip;q=0": false, "gzip; q=0.000": false, "*;q=0": false, "gzip;q=0, *": false, "identity": false, "gzipp": false,
	} {
		if got := c.Do("GET /", "Accept-Encoding", accept).Header.Get("Content-Encoding") == "gzip"; got != zipped {
			t.Errorf("%q: %t", accept, got)
		}
	}
}

func TestHeaders(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Etag", `"strong"`)
		h.Set("Accept-Ranges", "bytes")
		h.Set("Vary", "Cookie")
		h.Set("Content-Type", "text/plain")
		h.Set("Content-Length", strconv.Itoa(len(long)))
		_, _ = io.WriteString(w, long)
	})
	for _, method := range []string{"GET", "HEAD"} {
		a := c.Do(method+" /", "Accept-Encoding", "gzip")
		h := a.Header
		if h.Get("Etag") != `W/"strong"` || h.Get("Accept-Ranges") != "" || strings.Join(h["Vary"], ", ") != "Cookie, Accept-Encoding" || h.Get("Content-Encoding") != "gzip" || a.ContentLength == int64(len(long)) {
			t.Errorf("%s: %v, length %d", method, h, a.ContentLength)
		}
	}
}

// What is flushed arrives, and events are left alone.
func TestFlush(t *testing.T) {
	for media, zipped := range map[string]bool{"text/plain": true, "text/event-stream": false} {
		t.Run(media, func(t *testing.T) {
			arrived := make(chan struct{})
			h := compress.Answers{}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", media)
				_, _ = io.WriteString(w, "first")
				if err := http.NewResponseController(w).Flush(); err != nil {
					t.Error(err)
				}
				select {
				case <-arrived:
				case <-r.Context().Done():
				}
				_, _ = io.WriteString(w, "second")
			}))
			s := httptest.NewServer(h)
			defer s.Close()
			r, _ := http.NewRequest("GET", s.URL, nil)
			r.Header.Set("Accept-Encoding", "gzip")
			res, err := s.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			var body io.Reader = res.Body
			if got := res.Header.Get("Content-Encoding") == "gzip"; got != zipped {
				t.Fatalf("zipped: %t", got)
			}
			if zipped {
				if body, err = gzip.NewReader(res.Body); err != nil {
					t.Fatal(err)
				}
			}
			first := make([]byte, 5)
			if _, err := io.ReadFull(body, first); err != nil || string(first) != "first" {
				t.Fatalf("%q, %v", first, err)
			}
			close(arrived)
			if rest, err := io.ReadAll(body); err != nil || string(rest) != "second" {
				t.Errorf("%q, %v", rest, err)
			}
		})
	}
}

// An answer that breaks off does not look whole.
func TestPanic(t *testing.T) {
	s := httptest.NewServer(compress.Answers{}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, long)
		panic(http.ErrAbortHandler)
	})))
	defer s.Close()
	r, _ := http.NewRequest("GET", s.URL, nil)
	r.Header.Set("Accept-Encoding", "gzip")
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return // cut before the header
	}
	defer res.Body.Close()
	z, err := gzip.NewReader(res.Body)
	if err == nil {
		_, err = io.ReadAll(z)
	}
	if err == nil {
		t.Error("it looks whole")
	}
}

func TestHijack(t *testing.T) {
	s := httptest.NewServer(compress.Answers{}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(conn, "mine")
		conn.Close()
	})))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprint(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if b, err := io.ReadAll(conn); err != nil || string(b) != "mine" {
		t.Errorf("%q, %v", b, err)
	}
}

// Around an API: answers, problems, and validators that still fit.
func TestAPI(t *testing.T) {
	h := func(context.Context, *api.Empty) (*plugintest.Note, error) { return &plugintest.Note{Text: long}, nil }
	a := plugintest.New(httpcache.Policy{}, h)
	a.Other.Get = func(context.Context, *api.Empty) (*plugintest.Note, error) {
		return nil, api.Conflict("long", "%s", long)
	}
	c := plugintest.Serve(t, compress.Answers{MinSize: 512, Level: 9}.Handler(plugintest.Mux(t, a, nil)))
	got := c.Do("GET /", "Accept-Encoding", "gzip")
	if text := unzip(t, got); text != `{"text":"`+long+`"}` {
		t.Errorf("got %.40s", text)
	}
	if again := c.Do("GET /", "Accept-Encoding", "gzip", "If-None-Match", got.Header.Get("Etag")); again.StatusCode != 304 {
		t.Errorf("%d with %s", again.StatusCode, got.Header.Get("Etag"))
	}
	if got := c.Do("GET /other", "Accept-Encoding", "gzip"); got.StatusCode != 409 || !strings.Contains(unzip(t, got), long) {
		t.Errorf("problem: %d %v", got.StatusCode, got.Header)
	}
	if got := c.Do("GET /empty", "Accept-Encoding", "gzip"); got.StatusCode != 204 || got.Text != "" {
		t.Errorf("empty: %d %v", got.StatusCode, got.Header)
	}
}

func Example() {
	h := compress.Answers{}.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, strings.Repeat("hello ", 1000))
	}))
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Accept-Encoding", "gzip")
	h.ServeHTTP(w, r)
	fmt.Println(w.Header().Get("Content-Encoding"), w.Body.Len() < 100)
	// Output: gzip true
}
