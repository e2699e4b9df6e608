package timeout_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
	"github.com/utilmeta/utilmeta-go/framework/plugin/timeout"
)

func TestAfter(t *testing.T) {
	for name, test := range map[string]struct {
		fail   func(ctx context.Context) error
		status int
	}{
		"waits for it":     {func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }, 504},
		"wraps it":         {func(ctx context.Context) error { <-ctx.Done(); return fmt.Errorf("query: %w", ctx.Err()) }, 504},
		"driver's words":   {func(ctx context.Context) error { <-ctx.Done(); return errors.New("canceling statement") }, 504},
		"driver cancelled": {func(ctx context.Context) error { <-ctx.Done(); return context.Canceled }, 504},
		"on purpose":       {func(ctx context.Context) error { <-ctx.Done(); return api.NotFound("gone", "") }, 404},
		"ignores it":       {func(context.Context) error { time.Sleep(time.Minute); return nil }, 200},
		"in time":          {func(context.Context) error { time.Sleep(time.Second); return nil }, 200},
		"fails in time":    {func(context.Context) error { return errors.New("x") }, 500},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				mux := plugintest.Mux(t, plugintest.New(timeout.After(2*time.Second), func(ctx context.Context, _ *api.Empty) (*plugintest.Note, error) {
					return &plugintest.Note{}, test.fail(ctx)
				}), nil)
				w := httptest.NewRecorder()
				mux.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
				if w.Code != test.status || w.Code == 504 && !strings.Contains(w.Body.String(), "longer than 2s") {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		})
	}
}

// saver looks at the context before the first byte.
type saver struct{ err error }

type saving struct {
	api.Link
	s *saver
}

func (s *saving) BeforeWrite(c *api.Call) error { s.s.err = c.Context().Err(); return nil }

func (s *saver) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error { c.Attach(&saving{s: s}); return next(c) }
}

type both struct {
	Saver   *saver
	Timeout timeout.After
	Get     api.Get[api.Empty, plugintest.Note]
}

func TestWhatIsSavedAfterwardsHasAContext(t *testing.T) {
	for name, h := range map[string]plugintest.Handler{
		"answer": plugintest.Hello,
		"panic":  func(context.Context, *api.Empty) (*plugintest.Note, error) { panic("x") },
	} {
		s := &saver{err: errors.New("was not asked")}
		c := plugintest.Serve(t, func() *api.Mux {
			mux := plugintest.Mux(t, plugintest.New(nothing{}, h), nil)
			if err := mux.Mount("/both", &both{s, timeout.After(time.Minute), h}); err != nil {
				t.Fatal(err)
			}
			return mux
		}())
		if c.Do("GET /both"); s.err != nil {
			t.Errorf("%s: %v", name, s.err)
		}
	}
}

type nothing struct{}

func (nothing) Wrap(_ *api.Endpoint, next api.Handler) api.Handler { return next }

func TestChecked(t *testing.T) {
	plugintest.Refused(t, timeout.After(0), "leaves no time")
	plugintest.Refused(t, timeout.After(-time.Second), "After(-1s)")
}

type slowAPI struct {
	Timeout timeout.After
	Report  api.Get[api.Empty, plugintest.Note]
}

func Example() {
	var mux api.Mux
	err := mux.Mount("", &slowAPI{
		Timeout: timeout.After(5 * time.Second),
		Report: func(ctx context.Context, _ *api.Empty) (*plugintest.Note, error) {
			_, bounded := ctx.Deadline()
			return &plugintest.Note{Text: fmt.Sprint("bounded: ", bounded)}, nil
		},
	})
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/report", nil))
	fmt.Println(w.Code, w.Body, err)
	// Output: 200 {"text":"bounded: true"} <nil>
}
