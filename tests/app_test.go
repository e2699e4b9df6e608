package tests

import (
	"bufio"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// demo is the tutorial's application on SQLite, set up, added to and migrated once for all tests that do not change it
// for good.
func demo(t testing.TB) shell {
	t.Helper()
	demoOnce.Do(func() {
		s := shell{t: t, dir: workspace}
		s.meta("setup", "demo-user", "--description", "").ok("made ")
		demoSetup = listing(t, s.in("demo-user").dir)
		s = s.in("demo-user")
		s.meta("add", "user", "--auth").ok("create user/api.go", "+ User: user.New(database),", "create user/api_gen.go")
		s.meta("makemigrations").ok("_initial.sql", "- Create table users")
		s.meta("migrate").ok("Running migrations:", "_initial... OK")
		demoMade = true
	})
	if !demoMade {
		t.Fatal("the application could not be made")
	}
	return shell{t: t, dir: filepath.Join(workspace, "demo-user")}
}

var (
	demoOnce  sync.Once
	demoMade  bool
	demoSetup map[string]os.FileMode // what setup wrote
)

// listing is every file below dir with its mode.
func listing(t testing.TB, dir string) map[string]os.FileMode {
	t.Helper()
	files := map[string]os.FileMode{}
	err := filepath.Walk(dir, func(name string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			rel, _ := filepath.Rel(dir, name)
			files[filepath.ToSlash(rel)] = info.Mode().Perm()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// copyOf is a copy of the application to change.
func copyOf(t testing.TB, s shell) shell {
	t.Helper()
	dir := filepath.Join(t.TempDir(), filepath.Base(s.dir))
	if err := os.CopyFS(dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	return shell{t: t, dir: dir, env: s.env}
}

// serve starts the application's binary on a free port, stops it after the test, and returns its address.
func (s shell) serve(binary string) (url string) {
	s.t.Helper()
	cmd := s.command(binary, "serve", "--port", "-1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
			s.t.Error(err)
		}
		go io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			s.t.Errorf("%s serve: %v", binary, err)
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, url, ok := strings.Cut(lines.Text(), "server at "); ok {
			return strings.TrimSuffix(url, "/")
		}
	}
	s.t.Fatalf("%s serve: ended without a banner", binary)
	return ""
}

// database opens the application's.
func (s shell) database(url string) *db.DB {
	s.t.Helper()
	c, err := db.Parse(url)
	if err != nil {
		s.t.Fatal(err)
	}
	if c.Engine == db.SQLite {
		c.Name = filepath.Join(s.dir, c.Name)
	}
	d, err := db.Open(s.t.Context(), c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { d.Close() })
	return d
}

// value asks for one value.
func value(t testing.TB, d *db.DB, query string) (v string) {
	t.Helper()
	rows, err := d.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
	}
	return v
}

// eventually waits for something that another process does.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("%s did not happen", what)
}
