package ratelimit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
	"github.com/utilmeta/utilmeta-go/framework/plugin/ratelimit"
	"github.com/utilmeta/utilmeta-go/internal/testcache"
)

func mount(t testing.TB, l *ratelimit.Limit) http.Handler {
	return plugintest.Mux(t, plugintest.New(l, plugintest.Hello), nil)
}

// send sends a request from an address and returns its status and headers.
func send(h http.Handler, from, path string) *httptest.ResponseRecorder {
	r, w := httptest.NewRequest("GET", path, nil), httptest.NewRecorder()
	r.RemoteAddr = from
	h.ServeHTTP(w, r)
	return w
}

const ada, bob = "10.0.0.1:1000", "10.0.0.2:1000"

func TestRow8_Fixed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := mount(t, &ratelimit.Limit{Requests: 3, Per: time.Minute})
		var got []string
		for i := range 5 {
			w := send(h, ada, []string{"/", "/other"}[i%2])
			got = append(got, fmt.Sprint(w.Code, w.Header()["Ratelimit"], w.Header()["Ratelimit-Policy"], w.Header()["Retry-After"]))
			time.Sleep(10 * time.Second)
		}
		want := []string{
			`200 ["default";r=2;t=60] ["default";q=3;w=60] []`,
			`200 ["default";r=1;t=50] ["default";q=3;w=60] []`,
			`200 ["default";r=0;t=40] ["default";q=3;w=60] []`,
			`429 ["default";r=0;t=30] ["default";q=3;w=60] [30]`,
			`429 ["default";r=0;t=20] ["default";q=3;w=60] [20]`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if w := send(h, bob, "/"); w.Code != 200 {
			t.Error("another client is refused too")
		}
		time.Sleep(10 * time.Second)
		if w := send(h, ada, "/"); w.Code != 200 {
			t.Error("refused in the next window")
		}
	})
}

// Around the end of a window a sliding limit lets no more through than in any other time, and Retry-After is right.
func TestSliding(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const requests, per = 10, time.Minute
		h := mount(t, &ratelimit.Limit{Requests: requests, Per: per, Sliding: true})
		time.Sleep(per - time.Duration(time.Now().UnixNano()%int64(per)) - time.Second) // a second before the end
		for range requests {
			if w := send(h, ada, "/"); w.Code != 200 {
				t.Fatal(w.Code)
			}
		}
		time.Sleep(2 * time.Second)
		through := 0
		for range requests {
			if send(h, ada, "/").Code == 200 {
				through++
			}
		}
		if through > 1 {
			t.Errorf("%d more right behind the end of the window", through)
		}
		for range 20 { // whoever keeps to Retry-After is let in
			w := send(h, ada, "/")
			if w.Code == 200 {
				continue
			}
			after, err := strconv.Atoi(w.Header().Get("Retry-After"))
			if err != nil || after < 1 || after > 120 {
				t.Fatalf("Retry-After %q", w.Header().Get("Retry-After"))
			}
			time.Sleep(time.Duration(after) * time.Second)
			if w := send(h, ada, "/"); w.Code != 200 {
				t.Fatalf("refused after %d seconds", after)
			}
		}
	})
}

func TestRow8_SharedOnRedis(t *testing.T) {
	for _, sliding := range []bool{false, true} {
		t.Run(fmt.Sprint("sliding ", sliding), func(t *testing.T) {
			const requests = 20
			c := testcache.Redis(t)
			limit := func() *ratelimit.Limit {
				return &ratelimit.Limit{Requests: requests, Per: 10 * time.Second, Sliding: sliding, Cache: c}
			}
			processes := []http.Handler{mount(t, limit()), mount(t, limit())}
			var through atomic.Int64
			var wg sync.WaitGroup
			for i := range 3 * requests {
				wg.Go(func() {
					if send(processes[i%2], ada, "/").Code == 200 {
						through.Add(1)
					}
				})
			}
			wg.Wait()
			if n := through.Load(); n > requests && !sliding || n > 2*requests || n == 0 {
				t.Errorf("%d went through", n)
			}
		})
	}
}

func TestBy(t *testing.T) {
	header := func(c *api.Call) string { return c.Request().Header.Get("Key") }
	for name, test := range map[string]struct {
		by      func(*api.Call) string
		from    []string
		paths   []string
		through int
	}{
		"address":          {nil, []string{ada, "10.0.0.1:2000"}, []string{"/", "/other"}, 1},
		"IPv6 network":     {nil, []string{"[2001:db8::1]:1", "[2001:db8::ffff]:2"}, []string{"/"}, 1},
		"IPv6 networks":    {nil, []string{"[2001:db8::1]:1", "[2001:db8:0:1::1]:2"}, []string{"/"}, 2},
		"mapped":           {nil, []string{ada, "[::ffff:10.0.0.1]:2"}, []string{"/"}, 1},
		"no address":       {nil, []string{"@", "@"}, []string{"/"}, 1},
		"nobody":           {ratelimit.User, []string{ada, ada}, []string{"/"}, 1},
		"endpoint":         {ratelimit.Endpoint(ratelimit.Address), []string{ada, ada}, []string{"/", "/other"}, 2},
		"not counted":      {header, []string{ada, ada, bob}, []string{"/"}, 3},
		"each, or nobody":  {ratelimit.Endpoint(header), []string{ada, ada}, []string{"/"}, 2},
		"whatever is long": {func(*api.Call) string { return strings.Repeat("x", 5000) }, []string{ada, bob}, []string{"/"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			h, through := mount(t, &ratelimit.Limit{Requests: 1, By: test.by}), 0
			for i, from := range test.from {
				if send(h, from, test.paths[i%len(test.paths)]).Code == 200 {
					through++
				}
			}
			if through != test.through {
				t.Errorf("%d went through, want %d", through, test.through)
			}
		})
	}
}

func TestNames(t *testing.T) {
	m := new(cache.Memory)
	one := mount(t, &ratelimit.Limit{Requests: 1, Name: "login", Cache: m})
	two := mount(t, &ratelimit.Limit{Requests: 1, Name: "login", Cache: m})
	three := mount(t, &ratelimit.Limit{Requests: 1, Name: "other", Cache: m})
	four := mount(t, &ratelimit.Limit{Requests: 1, Cache: m})
	var got []int
	for _, h := range []http.Handler{one, two, three, four} {
		got = append(got, send(h, ada, "/").Code)
	}
	if diff := cmp.Diff([]int{200, 429, 200, 200}, got); diff != "" {
		t.Error(diff)
	}
}

// Two limits of one API: both count, and both tell.
type twoAPI struct {
	Burst, Day ratelimit.Limit
	Get        api.Get[api.Empty, plugintest.Note]
}

func TestTwoLimits(t *testing.T) {
	var mux api.Mux
	err := mux.Mount("/two", &twoAPI{
		Burst: ratelimit.Limit{Name: "burst", Requests: 2, Per: time.Second},
		Day:   ratelimit.Limit{Name: "day", Requests: 1000, Per: 24 * time.Hour},
		Get:   plugintest.Hello,
	})
	if err != nil {
		t.Fatal(err)
	}
	w := send(&mux, ada, "/two")
	if got := w.Header()["Ratelimit"]; len(got) != 2 || got[0] != `"burst";r=1;t=1` || got[1] != `"day";r=999;t=86400` {
		t.Errorf("got %q", got)
	}
}

// down is a cache that cannot be reached.
type down struct{ cache.Cache }

func (down) Increment(context.Context, string, int64, time.Duration) (int64, time.Duration, error) {
	return 0, 0, errors.New("connection refused")
}

func TestCacheIsDown(t *testing.T) {
	var b strings.Builder
	logger := slog.New(slog.NewTextHandler(&b, nil))
	open := mount(t, &ratelimit.Limit{Requests: 1, Cache: down{}, Logger: logger})
	for range 3 {
		if w := send(open, ada, "/"); w.Code != 200 || w.Header().Get("RateLimit") != "" {
			t.Errorf("open: %d, %v", w.Code, w.Header())
		}
	}
	if n := strings.Count(b.String(), "connection refused"); n != 1 {
		t.Errorf("logged %d times: %s", n, b.String())
	}
	w := send(mount(t, &ratelimit.Limit{Requests: 1, Cache: down{}, Closed: true}), ada, "/")
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" || strings.Contains(w.Body.String(), "refused") {
		t.Errorf("closed: %d %s", w.Code, w.Body)
	}
}

func TestChecked(t *testing.T) {
	plugintest.Refused(t, &ratelimit.Limit{}, "Requests is 0")
	plugintest.Refused(t, &ratelimit.Limit{Requests: -1}, "Requests is -1")
	plugintest.Refused(t, &ratelimit.Limit{Requests: 1, Per: time.Millisecond}, "Per is 1ms")
	plugintest.Refused(t, &ratelimit.Limit{Requests: 1, Name: `a"b`}, "use letters")
}

func Example() {
	var mux api.Mux
	err := mux.Mount("", plugintest.New(&ratelimit.Limit{Requests: 2, Per: time.Hour}, plugintest.Hello))
	for range 3 {
		w := send(&mux, "10.0.0.1:1000", "/")
		fmt.Println(w.Code, w.Header().Get("RateLimit"), err)
	}
	// Output:
	// 200 "default";r=1;t=3600 <nil>
	// 200 "default";r=0;t=3600 <nil>
	// 429 "default";r=0;t=3600 <nil>
}
