package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/internal/testcache"
)

func TestMemory(t *testing.T) { testcache.Check(t, new(cache.Memory)) }

func has(t *testing.T, c cache.Cache, key string) bool {
	t.Helper()
	_, found, err := c.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestMemoryIsBounded(t *testing.T) {
	ctx := t.Context()
	m := &cache.Memory{Entries: 3}
	for i := range 3 {
		_ = m.Set(ctx, strconv.Itoa(i), nil, 0)
	}
	has(t, m, "0")
	_ = m.Set(ctx, "3", nil, 0)
	if has(t, m, "1") || !has(t, m, "0") || m.Len() != 3 {
		t.Error("what has been out of use the longest is not what made room")
	}
	m = &cache.Memory{Bytes: 10_000}
	for i := range 1000 {
		if err := m.Set(ctx, strconv.Itoa(i), make([]byte, 1000), time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.Len(); n < 6 || n > 9 {
		t.Errorf("%d values of 1000 bytes in 10,000", n)
	}
	_ = m.Set(ctx, "x", nil, 0)
	if err := m.Set(ctx, "x", make([]byte, 10_000), 0); !errors.Is(err, cache.ErrTooLarge) || has(t, m, "x") || m.Len() < 6 {
		t.Errorf("one that is larger than the cache: %v, %d left", err, m.Len())
	}
}

func TestMemoryForgetsInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, m := t.Context(), new(cache.Memory)
		_ = m.Set(ctx, "k", []byte("v"), time.Second)
		time.Sleep(time.Second - 1)
		if !has(t, m, "k") {
			t.Error("gone too early")
		}
		if _, left, _ := m.Increment(ctx, "n", 1, time.Minute); left != time.Minute {
			t.Errorf("%s left", left)
		}
		time.Sleep(time.Nanosecond)
		if has(t, m, "k") || m.Len() != 1 {
			t.Error("stays too long")
		}
		if n, left, _ := m.Increment(ctx, "n", 1, time.Hour); n != 2 || left != time.Minute-1 {
			t.Errorf("%d, %s left", n, left)
		}
		time.Sleep(time.Minute)
		if n, _, _ := m.Increment(ctx, "n", 1, time.Hour); n != 1 {
			t.Errorf("a counter that has ended goes on at %d", n)
		}
	})
}

type user struct {
	Name string
	Tags []string
}

func TestTyped(t *testing.T) {
	ctx, m := t.Context(), new(cache.Memory)
	if _, found, err := cache.Get[user](ctx, m, "u"); found || err != nil {
		t.Errorf("found nothing: %t, %v", found, err)
	}
	if err := cache.Set(ctx, m, "u", user{Name: "ada"}, time.Minute); err != nil {
		t.Fatal(err)
	}
	if u, found, err := cache.Get[user](ctx, m, "u"); !found || err != nil || u.Name != "ada" {
		t.Errorf("got %v, %t, %v", u, found, err)
	}
	if n, found, err := cache.Get[int](ctx, m, "u"); found || err == nil || n != 0 {
		t.Errorf("another type: %v, %t, %v", n, found, err)
	}
	if err := cache.Set(ctx, m, "u", make(chan int), 0); err == nil {
		t.Error("a channel was kept")
	}
}

func TestFetchLoadsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, loads := new(cache.Memory), 0
		results := make(chan user, 50)
		for range cap(results) {
			go func() {
				u, err := cache.Fetch(t.Context(), m, "u", time.Minute, func(context.Context) (user, error) {
					loads++
					time.Sleep(time.Second)
					return user{"ada", []string{"a"}}, nil
				})
				if err != nil {
					t.Error(err)
				}
				u.Tags[0] += "!" // shared with nobody
				results <- u
			}()
		}
		for range cap(results) {
			if u := <-results; u.Name != "ada" || u.Tags[0] != "a!" {
				t.Errorf("got %v", u)
			}
		}
		if loads != 1 {
			t.Errorf("loaded %d times", loads)
		}
	})
}

// When the one who loads goes away, the next one loads.
func TestFetchSurvivesTheFirst(t *testing.T) {
	boom := errors.New("boom")
	for name, test := range map[string]struct {
		fail  func(ctx context.Context, cancel func()) error
		loads int
		want  error
	}{
		"context ends": {func(ctx context.Context, cancel func()) error { cancel(); return ctx.Err() }, 2, nil},
		"panics":       {func(context.Context, func()) error { panic("boom") }, 2, nil},
		"fails":        {func(context.Context, func()) error { return boom }, 1, boom},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, loads := new(cache.Memory), 0
				first, cancel := context.WithCancel(t.Context())
				go func() {
					defer func() { _ = recover() }()
					_, err := cache.Fetch(first, m, "k", 0, func(ctx context.Context) (int, error) {
						loads++
						time.Sleep(time.Second)
						return 0, test.fail(ctx, cancel)
					})
					if err == nil {
						t.Error("the first got a value")
					}
				}()
				synctest.Wait()
				n, err := cache.Fetch(t.Context(), m, "k", 0, func(context.Context) (int, error) { loads++; return 7, nil })
				if !errors.Is(err, test.want) || err == nil && n != 7 || loads != test.loads {
					t.Errorf("got %d, %v after %d loads", n, err, loads)
				}
				cancel()
			})
		})
	}
}

func TestFetchWaitsNoLongerThanItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := new(cache.Memory)
		slow := func(context.Context) (int, error) { time.Sleep(time.Hour); return 1, nil }
		go cache.Fetch(t.Context(), m, "k", 0, slow)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := cache.Fetch(ctx, m, "k", 0, slow); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Hour)
	})
}

// broken is a cache that is down.
type broken struct {
	cache.Cache
	_ []int // not comparable
}

var errDown = errors.New("down")

func (broken) Get(context.Context, string) ([]byte, bool, error)        { return nil, false, errDown }
func (broken) Set(context.Context, string, []byte, time.Duration) error { return errDown }

func TestFetchDoesWithout(t *testing.T) {
	load := func(context.Context) (string, error) { return "loaded", nil }
	m := new(cache.Memory)
	_ = m.Set(t.Context(), "k", []byte("{"), 0)
	for _, c := range []cache.Cache{broken{}, m} {
		if s, err := cache.Fetch(t.Context(), c, "k", 0, load); err != nil || s != "loaded" {
			t.Errorf("got %q, %v", s, err)
		}
	}
	if b, _, _ := m.Get(t.Context(), "k"); !bytes.Equal(b, []byte(`"loaded"`)) {
		t.Errorf("kept %s", b)
	}
}

func ExampleFetch() {
	ctx := context.Background()
	c := &cache.Memory{Entries: 1000}
	load := func(context.Context) ([]string, error) {
		fmt.Println("loading")
		return []string{"Go", "SQL"}, nil
	}
	for range 2 {
		topics, err := cache.Fetch(ctx, c, "topics", time.Minute, load)
		fmt.Println(topics, err)
	}
	// Output:
	// loading
	// [Go SQL] <nil>
	// [Go SQL] <nil>
}
