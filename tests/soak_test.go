package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	_ "github.com/utilmeta/utilmeta-go/framework/db/sqlite"
	"github.com/utilmeta/utilmeta-go/ops"
)

type soakAPI struct {
	Session session.Plugin
	Visit   api.Post[session.Session, soakAnswer]
	Echo    api.Post[soakInput, soakAnswer]
	Fail    api.Get[api.Empty, soakAnswer]
	Panic   api.Get[api.Empty, soakAnswer]
}

type soakInput struct {
	Text string   `json:"text" minLength:"1"`
	List []string `json:"list" maxItems:"50"`
	ID   int      `query:"id" api:"optional"`
}

type soakAnswer struct {
	Text string `json:"text"`
}

// TestSoak sends a million mixed requests to a service with operations, and looks whether memory, goroutines or files are
// left behind.
func TestSoak(t *testing.T) {
	if os.Getenv("META_TEST_SOAK") == "" {
		t.Skip("set META_TEST_SOAK=1, or run make soak")
	}
	total := 1_000_000
	if n, err := strconv.Atoi(os.Getenv("META_TEST_SOAK")); err == nil && n > 1 {
		total = n
	}
	t.Chdir(t.TempDir()) // where operations keep their files
	s := framework.New(framework.Config{Name: "soak", Port: -1, Logger: slog.New(slog.NewTextHandler(io.Discard, nil))})
	s.Mount("/api", &soakAPI{
		Session: session.New(session.Config{CacheSize: 1000}),
		Visit: func(_ context.Context, v *session.Session) (*soakAnswer, error) {
			v.Put("seen", true)
			return &soakAnswer{"hi"}, nil
		},
		Echo:  func(_ context.Context, in *soakInput) (*soakAnswer, error) { return &soakAnswer{in.Text}, nil },
		Fail:  func(context.Context, *api.Empty) (*soakAnswer, error) { return nil, errors.New("no") },
		Panic: func(context.Context, *api.Empty) (*soakAnswer, error) { panic("no") },
	})
	s.Use(ops.New(ops.Config{Route: "ops", Database: db.Config{Engine: db.SQLite, Name: "operations.db"}}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	for s.Client(framework.Live).Get("nothing").Status == 0 {
		runtime.Gosched()
	}
	soak(t, s, total/10) // until caches and pools are filled
	before := measure()
	soak(t, s, total*4/10)
	half := measure()
	soak(t, s, total/2)
	after := measure()
	t.Logf("before %v, half %v, after %v", before, half, after)
	if after.goroutines > before.goroutines+5 || after.files > before.files+5 {
		t.Errorf("left behind: before %v, after %v", before, after)
	}
	if after.heap > half.heap+half.heap/10+4<<20 {
		t.Errorf("the heap grows: half %v, after %v", half, after)
	}
}

func soak(t *testing.T, s *framework.Service, n int) {
	t.Helper()
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			jar, err := cookiejar.New(nil) // or every visit would make a session
			if err != nil {
				t.Error(err)
				return
			}
			client := &http.Client{Jar: jar, Transport: &http.Transport{MaxIdleConnsPerHost: 1}}
			defer client.CloseIdleConnections()
			for i := range n / 8 {
				if err := one(client, s.URL(), g*n+i); err != nil {
					t.Error(err)
					return
				}
			}
		}()
	}
	wg.Wait()
}

// one sends one of the requests that come in turn, and gives up every hundredth.
func one(client *http.Client, url string, i int) error {
	method, path, body, want := "POST", "/echo?id="+strconv.Itoa(i), `{"text":"hello","list":["a","b"]}`, 200
	switch i % 10 {
	case 1:
		path, body, want = "/echo", `{"text":""}`, 422
	case 2:
		path, body, want = "/echo", `{"text":`, 400
	case 3:
		method, path, body, want = "GET", "/fail", "", 500
	case 4:
		method, path, body, want = "GET", "/panic", "", 500
	case 5:
		path, body = "/visit", ""
	case 6:
		method, path, body, want = "GET", "/nothing", "", 404
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if i%100 == 0 {
		cancel()
	}
	req, err := http.NewRequestWithContext(ctx, method, url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != want {
		return fmt.Errorf("%s %s: %s, want %d", method, path, res.Status, want)
	}
	return nil
}

type usage struct {
	goroutines, files int
	heap              uint64
}

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d files, %d KiB", u.goroutines, u.files, u.heap>>10)
}

func measure() usage {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd")
	return usage{runtime.NumGoroutine(), len(files), m.HeapAlloc}
}
