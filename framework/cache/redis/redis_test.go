package redis_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/cache/redis"
	"github.com/utilmeta/utilmeta-go/internal/testcache"
)

// It is a part of a service.
var _ interface {
	framework.Starter
	framework.Stopper
	framework.Pinger
} = (*redis.Cache)(nil)

func TestRedis(t *testing.T) { testcache.Check(t, testcache.Redis(t)) }

func TestPrefixSeparates(t *testing.T) {
	one, two := testcache.Redis(t), testcache.Redis(t)
	if err := one.Set(t.Context(), "k", []byte("1"), time.Minute); err != nil {
		t.Fatal(err)
	}
	if _, found, err := two.Get(t.Context(), "k"); found || err != nil {
		t.Errorf("found under another prefix: %v", err)
	}
}

func TestStartStop(t *testing.T) {
	ctx, c := t.Context(), redis.New(testcache.RedisConfig(t))
	for range 2 {
		if err := errors.Join(c.Start(ctx), c.Ping(ctx), c.Set(ctx, "k", nil, -1), c.Stop(ctx)); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Get(ctx, "k"); !errors.Is(err, cache.ErrUnavailable) {
			t.Errorf("after Stop: %v", err)
		}
	}
}

const password = "s3cret-pw"

// A server that is away costs one connection in a second, and no error tells the password.
func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var connections atomic.Int64
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			c.Close()
		}
	}()
	config := redis.Config{Port: l.Addr().(*net.TCPAddr).Port, User: "ada", Password: password}
	c := redis.New(config)
	defer c.Stop(t.Context())
	before := time.Now()
	first := c.Ping(t.Context())
	tried := connections.Load()
	for range 100 {
		_, _, err := c.Get(t.Context(), "k")
		if !errors.Is(err, cache.ErrUnavailable) || strings.Contains(err.Error(), password) {
			t.Fatalf("got %v", err)
		}
	}
	if !errors.Is(first, cache.ErrUnavailable) || strings.Contains(first.Error(), password) || !strings.Contains(first.Error(), c.String()) {
		t.Errorf("got %v", first)
	}
	if n, most := connections.Load(), tried*int64(2+time.Since(before)/time.Second); n > most {
		t.Errorf("%d connections, want at most %d", n, most)
	}
	config.Optional = true
	c = redis.New(config)
	defer c.Stop(t.Context())
	if err := errors.Join(c.Start(t.Context()), c.Ping(t.Context())); err != nil {
		t.Errorf("an optional cache: %v", err)
	}
}

func TestWrongPassword(t *testing.T) {
	config := testcache.RedisConfig(t)
	config.User, config.Password = "nobody", password
	c := redis.New(config)
	defer c.Stop(t.Context())
	if err := c.Start(t.Context()); err == nil || strings.Contains(err.Error(), password) || !strings.Contains(err.Error(), "WRONGPASS") {
		t.Errorf("got %v", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for want, c := range map[string]redis.Config{
		"port 70000 is not":   {Port: 70000},
		"database -1":         {DB: -1},
		"timeout -1s":         {Timeout: -time.Second},
		"pool size -1":        {PoolSize: -1},
		"Socket goes without": {Socket: "/run/redis.sock", Host: "a"},
	} {
		if err := redis.New(c).Ping(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

func TestParse(t *testing.T) {
	for url, want := range map[string]redis.Config{
		"redis://localhost":                     {Host: "localhost"},
		"redis://ada:p%40ss@10.0.0.5:6380/3":    {Host: "10.0.0.5", Port: 6380, DB: 3, User: "ada", Password: "p@ss"},
		"redis://:pw@[::1]:1/":                  {Host: "::1", Port: 1, Password: "pw"},
		"unix:///run/redis.sock?db=2":           {Socket: "/run/redis.sock", DB: 2},
		"redis://h?prefix=shop%3A&timeout=50ms": {Host: "h", Prefix: "shop:", Timeout: 50 * time.Millisecond},
		"redis://h?pool_size=4&optional=true":   {Host: "h", PoolSize: 4, Optional: true},
	} {
		if got, err := redis.Parse(url); err != nil || got != want {
			t.Errorf("%s: got %s %+v, %v", url, got, got, err)
		}
	}
	c, err := redis.Parse("rediss://h.example:6380/1")
	if err != nil || c.TLS == nil || c.TLS.ServerName != "h.example" || c.String() != "rediss://h.example:6380/1" {
		t.Errorf("got %s, %v", c, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for url, want := range map[string]string{
		"":                         "not a valid URL",
		"localhost:6379":           "not a valid URL",
		"http://h":                 "unknown scheme",
		"redis:///0":               "no host",
		"redis://h:0":              "port",
		"redis://h:99999":          "port",
		"redis://h/x":              "number of the database",
		"redis://h/-1":             "database -1",
		"redis://h?ttl=3":          "unknown setting",
		"redis://h?db=1&db=2":      "twice",
		"redis://h?timeout=3":      "setting timeout",
		"unix://run/redis.sock":    "three slashes",
		"redis://:s3cret/pw@h":     "%2F",
		"redis://:s3cret?pw@h":     "%3F",
		"redis://:s3cret#pw@h":     "%23",
		"redis://:1234/s3cret@h":   "%2F",
		"redis://:s3cret%zz@h":     "%25",
		"unix://:s3cret@/":         "three slashes",
		"redis://h?timeout=s3cret": "setting timeout",
		"redis://h?s3cret=s3cret":  "unknown setting",
		"redis://h/0?db=s3cret@x":  "not a valid URL",
	} {
		_, err := redis.Parse(url)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %q", url, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("redis://ada:pw@h:1/2?prefix=a")
	f.Add("unix:///a?db=1")
	f.Fuzz(func(t *testing.T, url string) {
		c, err := redis.Parse(url)
		if err != nil {
			return
		}
		again, err := redis.Parse(c.String())
		if err != nil || again.String() != c.String() {
			t.Errorf("%q is %s, and that is %s, %v", url, c, again, err)
		}
	})
}

func TestPasswordIsNotShown(t *testing.T) {
	c := redis.Config{Host: "h", User: "ada", Password: password}
	shown := fmt.Sprintf("%v %+v %#v %s %v", c, c, c, c, redis.New(c))
	var b strings.Builder
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "config", c)
	if shown += b.String(); strings.Contains(shown, password) || !strings.Contains(shown, "redis://h:6379/0") {
		t.Error(shown)
	}
}
