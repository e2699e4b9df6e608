package cache_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/cache"
	_ "github.com/utilmeta/utilmeta-go/framework/cache/redis"
	"github.com/utilmeta/utilmeta-go/internal/testcache"
)

func TestOpen(t *testing.T) {
	for url, want := range map[string]string{
		"memory:":                       "",
		"memory:?entries=10&bytes=1000": "",
		"memory:?entries=0":             "entries is not a number above zero",
		"memory:?size=1":                "unknown setting",
		"memory://host":                 "write memory:",
		"secret":                        "not a URL",
		"memcached://secret@host":       "unknown scheme",
		"redis://127.0.0.1:1":           "",
		"redis://":                      "no host",
	} {
		c, err := cache.Open(url)
		switch {
		case want == "" && (err != nil || c == nil), want != "" && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%s: %v, want %q", url, err, want)
		case err != nil && strings.Contains(err.Error(), "secret"):
			t.Errorf("%s: the error has it: %v", url, err)
		}
	}
	m, err := cache.Open("memory:?entries=2")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"a", "b", "c"} {
		if err := m.Set(t.Context(), k, nil, 0); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.(*cache.Memory).Len(); n != 2 {
		t.Error(n)
	}
}

func TestConnections(t *testing.T) {
	config := testcache.RedisConfig(t)
	url := cmp.Or(os.Getenv("META_TEST_REDIS"), config.String()) // String leaves the password out
	l, err := cache.Connect(map[string]string{"default": "memory:", "shared": url})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := l.Start(ctx); err != nil {
		t.Fatal(err)
	}
	key := "connections:" + time.Now().String()
	for _, name := range l.Names() {
		if err := l.Get(name).Set(ctx, key, []byte(name), time.Minute); err != nil {
			t.Fatal(err)
		}
		if v, found, err := l.Get(name).Get(ctx, key); err != nil || !found || string(v) != name {
			t.Errorf("%s: %q %v %v", name, v, found, err)
		}
	}
	if err := errors.Join(l.Get("shared").Delete(ctx, key), l.Ping(ctx), l.Stop(ctx)); err != nil {
		t.Error(err)
	}
	if _, _, err := l.Get("shared").Get(ctx, key); !errors.Is(err, cache.ErrUnavailable) {
		t.Error("the connection is open after Stop:", err)
	}
}

func TestConnectionsThatAreWrong(t *testing.T) {
	if _, err := cache.Connect(map[string]string{"a": "nonsense", "b": "x:"}); err == nil || !strings.Contains(err.Error(), "cache a: not a URL") || !strings.Contains(err.Error(), "cache b: unknown scheme") {
		t.Error(err)
	}
	l, err := cache.Connect(map[string]string{"default": "memory:", "dead": "redis://127.0.0.1:1?timeout=100ms"})
	if err != nil {
		t.Fatal(err)
	}
	if err := l.Start(context.Background()); !errors.Is(err, cache.ErrUnavailable) || !strings.HasPrefix(err.Error(), "cache dead: ") {
		t.Error(err)
	}
	if err := l.Ping(context.Background()); err == nil {
		t.Error("a cache that is not there answers")
	}
	if _, _, err := l.Get("other").Get(t.Context(), "k"); err == nil || err.Error() != "cache other: not connected: there are dead, default" {
		t.Error(err)
	}
	l.Get("other")
	l.Get("another")
	if err := l.Start(context.Background()); err == nil || err.Error() != "cache another: not connected: there are dead, default\ncache other: not connected: there are dead, default" {
		t.Error(err)
	}
}
