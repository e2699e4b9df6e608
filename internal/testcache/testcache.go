// Package testcache has the tests that every cache.Cache passes, and finds the Redis server that tests use.
package testcache

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"math"
	"net"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/cache/redis"
)

// RedisConfig is the server at META_TEST_REDIS, a URL, or else at 127.0.0.1:6379, with a prefix that is the test's own.
// Where none answers the test is skipped, or fails with META_TEST_REQUIRE=all.
func RedisConfig(t testing.TB) redis.Config {
	t.Helper()
	url := os.Getenv("META_TEST_REDIS")
	if url == "" {
		url = "redis://127.0.0.1:6379/0"
	}
	config, err := redis.Parse(url)
	if err != nil {
		t.Fatal(err)
	}
	config.Prefix = "meta-test:" + rand.Text() + ":"
	c := redis.New(config)
	defer c.Stop(context.Background())
	if err := c.Ping(t.Context()); err != nil {
		if os.Getenv("META_TEST_REQUIRE") == "all" {
			t.Fatalf("needs Redis, and META_TEST_REQUIRE=all: %v", err)
		}
		t.Skipf("needs Redis, which META_TEST_REDIS names: %v", err)
	}
	return config
}

// Redis makes a cache on that server. Its keys are removed after the test.
func Redis(t testing.TB) *redis.Cache {
	t.Helper()
	config := RedisConfig(t)
	c := redis.New(config)
	t.Cleanup(func() {
		if err := errors.Join(sweep(config), c.Stop(context.Background())); err != nil {
			t.Errorf("cleaning up on %s: %v", c, err)
		}
	})
	return c
}

// sweep removes the keys with the test's prefix.
func sweep(c redis.Config) error {
	o := &goredis.Options{
		Network: "tcp", Addr: net.JoinHostPort(c.Host, strconv.Itoa(cmp.Or(c.Port, 6379))), TLSConfig: c.TLS,
		DB: c.DB, Username: c.User, Password: c.Password,
	}
	if c.Socket != "" {
		o.Network, o.Addr = "unix", c.Socket
	}
	client := goredis.NewClient(o)
	defer client.Close()
	ctx := context.Background()
	keys := client.Scan(ctx, 0, c.Prefix+"*", 1000).Iterator()
	for keys.Next(ctx) {
		if err := client.Del(ctx, keys.Val()).Err(); err != nil {
			return err
		}
	}
	return keys.Err()
}

// Check holds a cache to its promises.
func Check(t *testing.T, c cache.Cache) {
	t.Run("values", func(t *testing.T) { values(t, c) })
	t.Run("swap", func(t *testing.T) { swap(t, c) })
	t.Run("counters", func(t *testing.T) { counters(t, c) })
	t.Run("time", func(t *testing.T) { times(t, c) })
	t.Run("races", func(t *testing.T) { races(t, c) })
}

type checker struct {
	*testing.T
	cache.Cache
}

// want checks what is under a key; "-" is nothing.
func (c checker) want(key, want string) {
	c.Helper()
	b, found, err := c.Get(c.Context(), key)
	got := string(b)
	if !found {
		got = "-"
	}
	if err != nil || got != want {
		c.Errorf("%s is %q, %v, want %q", key, got, err, want)
	}
}

func (c checker) must(err error) {
	c.Helper()
	if err != nil {
		c.Error(err)
	}
}

func (c checker) is(want bool) func(bool, error) {
	return func(got bool, err error) {
		c.Helper()
		if got != want || err != nil {
			c.Errorf("got %t, %v, want %t", got, err, want)
		}
	}
}

func values(t *testing.T, cc cache.Cache) {
	c, ctx := checker{t, cc}, t.Context()
	c.want("a", "-")
	c.must(c.Delete(ctx, "a"))
	mine := []byte("one\x00\xff")
	c.must(c.Set(ctx, "a", mine, time.Minute))
	mine[0] = 'X'
	c.want("a", "one\x00\xff")
	got, _, _ := c.Get(ctx, "a")
	got[0] = 'X'
	c.want("a", "one\x00\xff")
	c.must(c.Set(ctx, "a", nil, 0))
	c.want("a", "")
	c.is(false)(c.Add(ctx, "a", []byte("two"), time.Minute))
	c.want("a", "")
	c.must(c.Delete(ctx, "a"))
	c.want("a", "-")
	c.is(true)(c.Add(ctx, "a", []byte("two"), time.Minute))
	c.want("a", "two")
}

func swap(t *testing.T, cc cache.Cache) {
	c, ctx := checker{t, cc}, t.Context()
	c.is(false)(c.Swap(ctx, "b", nil, []byte("x"), time.Minute))
	c.want("b", "-")
	c.must(c.Set(ctx, "b", []byte{}, time.Minute))
	c.is(true)(c.Swap(ctx, "b", nil, []byte("x"), time.Minute))
	c.is(false)(c.Swap(ctx, "b", []byte("y"), []byte("z"), time.Minute))
	c.want("b", "x")
	c.is(true)(c.Swap(ctx, "b", []byte("x"), []byte("y"), 0))
	c.want("b", "y")
	c.is(true)(c.Swap(ctx, "b", []byte("y"), []byte("z"), -1))
	c.want("b", "-")
}

func counters(t *testing.T, cc cache.Cache) {
	c, ctx := checker{t, cc}, t.Context()
	add := func(n, want int64, ttl time.Duration, stays bool) {
		t.Helper()
		total, left, err := c.Increment(ctx, "n", n, ttl)
		if err != nil || total != want || stays != (left == 0) || left > time.Minute {
			t.Errorf("got %d, %s, %v, want %d", total, left, err, want)
		}
	}
	add(2, 2, time.Minute, false)
	add(-5, -3, time.Hour, false)
	c.want("n", "-3")
	c.must(c.Set(ctx, "n", []byte("40"), 0))
	add(2, 42, time.Minute, true)
	c.must(c.Delete(ctx, "n"))
	add(math.MaxInt64, math.MaxInt64, 0, true)
	if _, _, err := c.Increment(ctx, "n", 1, 0); !errors.Is(err, cache.ErrNoCounter) {
		t.Errorf("past the largest: %v", err)
	}
	c.must(c.Delete(ctx, "n"))
	add(7, 7, -time.Second, true)
	c.want("n", "-")
	c.must(c.Set(ctx, "text", []byte("abc"), time.Minute))
	if _, _, err := c.Increment(ctx, "text", 1, 0); !errors.Is(err, cache.ErrNoCounter) {
		t.Errorf("of a text: %v", err)
	}
	c.want("text", "abc")
}

func times(t *testing.T, cc cache.Cache) {
	c, ctx := checker{t, cc}, t.Context()
	gone := func(how string) {
		t.Helper()
		for range 2000 {
			if _, found, err := c.Get(ctx, "brief"); !found && err == nil {
				return
			}
			time.Sleep(time.Millisecond)
		}
		t.Errorf("%s: it stays", how)
	}
	c.must(c.Set(ctx, "brief", []byte("x"), time.Nanosecond))
	gone("Set")
	c.is(true)(c.Add(ctx, "brief", []byte("x"), time.Millisecond))
	gone("Add")
	_, _, err := c.Increment(ctx, "brief", 1, time.Millisecond)
	c.must(err)
	gone("Increment")
	c.must(c.Set(ctx, "brief", []byte("x"), 0))
	c.is(true)(c.Swap(ctx, "brief", []byte("x"), []byte("y"), time.Millisecond))
	gone("Swap")
	c.must(c.Set(ctx, "brief", []byte("x"), 0))
	c.is(false)(c.Add(ctx, "brief", []byte("x"), -1))
	c.must(c.Set(ctx, "brief", []byte("x"), -1))
	c.want("brief", "-")
	c.is(true)(c.Add(ctx, "brief", []byte("x"), -1))
	c.want("brief", "-")
}

func races(t *testing.T, c cache.Cache) {
	const n = 20
	ctx := t.Context()
	var wg sync.WaitGroup
	var added, swapped atomic.Int64
	total := make([]int64, n)
	each := func(do func(i int) error) {
		t.Helper()
		for i := range n {
			wg.Go(func() {
				if err := do(i); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	each(func(int) error {
		ok, err := c.Add(ctx, "race", []byte("0"), time.Minute)
		if ok {
			added.Add(1)
		}
		return err
	})
	each(func(int) error {
		ok, err := c.Swap(ctx, "race", []byte("0"), []byte("1"), time.Minute)
		if ok {
			swapped.Add(1)
		}
		return err
	})
	each(func(i int) (err error) {
		total[i], _, err = c.Increment(ctx, "race", 1, time.Minute)
		return err
	})
	seen := map[int64]bool{}
	for _, v := range total {
		seen[v] = true
	}
	if added.Load() != 1 || swapped.Load() != 1 || len(seen) != n || !seen[n+1] {
		t.Errorf("%d added, %d swapped, %v", added.Load(), swapped.Load(), total)
	}
}
