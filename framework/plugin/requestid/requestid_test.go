package requestid_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
	"github.com/utilmeta/utilmeta-go/framework/plugin/requestid"
)

// tell answers with the id.
func tell(ctx context.Context, _ *api.Empty) (*plugintest.Note, error) {
	return &plugintest.Note{Text: requestid.From(ctx)}, nil
}

var random = regexp.MustCompile(`^[0-9a-f]{32}$`)

func TestIncoming(t *testing.T) {
	c := plugintest.Serve(t, plugintest.Mux(t, plugintest.New(requestid.Plugin{}, tell), nil))
	own := plugintest.Serve(t, plugintest.Mux(t, plugintest.New(requestid.Plugin{Header: "trace-id", Own: true}, tell), nil))
	for id, kept := range map[string]bool{
		"":                       false,
		"0123-4567":              true,
		"a.b_c=d+e/f:g":          true,
		"short":                  false,
		"has a space":            false,
		"<script>alert":          false,
		"naïve-naïve":            false,
		strings.Repeat("x", 128): true,
		strings.Repeat("x", 129): false,
	} {
		a := c.Do("GET /", "X-Request-Id", id)
		got := a.Header.Get("X-Request-Id")
		if a.Text != `{"text":"`+got+`"}` || kept && got != id || !kept && !random.MatchString(got) {
			t.Errorf("%q: header %q, %s", id, got, a.Text)
		}
		if got := own.Do("GET /", "Trace-Id", id).Header.Get("Trace-Id"); !random.MatchString(got) {
			t.Errorf("%q became %q", id, got)
		}
	}
	if got := c.Do("GET /", "X-Request-Id", "01234567", "X-Request-Id", "76543210").Header.Values("X-Request-Id"); len(got) != 1 || !random.MatchString(got[0]) {
		t.Errorf("two ids became %q", got)
	}
	if one, two := c.Do("GET /").Text, c.Do("GET /").Text; one == two {
		t.Error("two requests have one id")
	}
}

func TestHandler(t *testing.T) {
	mux := plugintest.Mux(t, plugintest.New(requestid.Plugin{}, tell), nil)
	c := plugintest.Serve(t, requestid.Plugin{}.Handler(mux))
	if a := c.Do("GET /nowhere"); !random.MatchString(a.Header.Get("X-Request-Id")) {
		t.Errorf("404 has %v", a.Header)
	}
	a := c.Do("GET /")
	if id := a.Header.Values("X-Request-Id"); len(id) != 1 || !strings.Contains(a.Text, id[0]) {
		t.Errorf("header %q, %s", id, a.Text)
	}
}

func TestErrorsHaveIt(t *testing.T) {
	fail := func(context.Context, *api.Empty) (*plugintest.Note, error) { panic("x") }
	c := plugintest.Serve(t, plugintest.Mux(t, plugintest.New(requestid.Plugin{}, fail), nil))
	if a := c.Do("GET /"); a.StatusCode != 500 || !random.MatchString(a.Header.Get("X-Request-Id")) {
		t.Errorf("%d, %v", a.StatusCode, a.Header)
	}
}

func TestChecked(t *testing.T) {
	plugintest.Refused(t, requestid.Plugin{Header: "X Id"}, "no name of a header")
}

func TestLog(t *testing.T) {
	var b strings.Builder
	logger := slog.New(requestid.Log(slog.NewTextHandler(&b, nil))).With("a", 1).WithGroup("g")
	logged := func(ctx context.Context, in *api.Empty) (*plugintest.Note, error) {
		logger.InfoContext(ctx, "in")
		return tell(ctx, in)
	}
	c := plugintest.Serve(t, plugintest.Mux(t, plugintest.New(requestid.Plugin{}, logged), nil))
	id := c.Do("GET /").Header.Get("X-Request-Id")
	logger.Info("out")
	in, out, _ := strings.Cut(b.String(), "\n")
	if !strings.Contains(in, "a=1 g.request_id="+id) || strings.Contains(out, "request_id") {
		t.Error(b.String())
	}
}

type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// nothing is a plugin that does nothing.
type nothing struct{}

func (nothing) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error { return next(c) }
}

func TestAllocations(t *testing.T) {
	count := func(p api.Plugin) float64 {
		mux := plugintest.Mux(t, plugintest.New(p, plugintest.Hello), nil)
		r, w := httptest.NewRequest("GET", "/", http.NoBody), discard{http.Header{}}
		return testing.AllocsPerRun(1000, func() { clear(w.h); mux.ServeHTTP(w, r) })
	}
	if with, without := count(requestid.Plugin{}), count(nothing{}); with > without+1 {
		t.Errorf("%.0f allocations, %.0f without the plugin", with, without)
	}
}

func ExampleFrom() {
	log := slog.New(requestid.Log(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	})))
	h := requestid.Plugin{}.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "hello")
		_, _ = io.WriteString(w, requestid.From(r.Context()))
	}))
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	r.Header.Set("X-Request-Id", "proxy-1234")
	h.ServeHTTP(w, r)
	fmt.Println(w.Body)
	// Output:
	// level=INFO msg=hello request_id=proxy-1234
	// proxy-1234
}
