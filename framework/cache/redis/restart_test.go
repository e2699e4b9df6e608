package redis_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/cache/redis"
)

// serve starts a server of the test's own on a unix socket.
func serve(t *testing.T, socket string) (stop func()) {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("META_TEST_REQUIRE") == "all" {
			t.Fatalf("needs redis-server, and META_TEST_REQUIRE=all: %v", err)
		}
		t.Skipf("needs redis-server: %v", err)
	}
	cmd := exec.Command(path, "--port", "0", "--unixsocket", socket, "--requirepass", password, "--save", "", "--dir", filepath.Dir(socket))
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop = func() {
		if !stopped {
			stopped = true
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	}
	t.Cleanup(stop)
	return stop
}

// eventually waits for what a server takes its time for.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for range 1000 {
		if done() {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

// A server that dies and comes back is used again, by itself.
func TestRestart(t *testing.T) {
	dir, err := os.MkdirTemp("", "redis") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	ctx, socket := t.Context(), filepath.Join(dir, "s")
	config, err := redis.Parse("unix://:" + password + "@" + socket)
	if err != nil {
		t.Fatal(err)
	}
	c := redis.New(config)
	defer c.Stop(ctx)
	works := func() bool { return c.Set(ctx, "k", []byte("v"), time.Minute) == nil }
	stop := serve(t, socket)
	eventually(t, "it starts", works)
	stop()
	if _, _, err := c.Get(ctx, "k"); !errors.Is(err, cache.ErrUnavailable) {
		t.Errorf("killed: %v", err)
	}
	serve(t, socket)
	eventually(t, "it is used again", works)
	if b, found, err := c.Get(ctx, "k"); err != nil || !found || string(b) != "v" {
		t.Errorf("got %q, %t, %v", b, found, err)
	}
}
