package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// workspace is a folder for the tests of this package, outside of any project.
var workspace string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "meta-tests-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	// What the machine says must not reach the applications.
	for _, name := range []string{"DATABASE_URL", "SECRET_KEY", "HOST", "PORT", "BASE_URL", "PRODUCTION"} {
		os.Unsetenv(name)
	}
	workspace = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// metaBinary builds the command once.
var metaBinary = sync.OnceValues(func() (string, error) {
	path := filepath.Join(workspace, "bin", "meta")
	cmd := exec.Command("go", "build", "-o", path, "./cmd/meta")
	cmd.Dir = ".."
	out, err := cmd.CombinedOutput()
	if err != nil {
		err = fmt.Errorf("go build ./cmd/meta: %w\n%s", err, out)
	}
	return path, err
})

// shell is somebody at a terminal: a folder and an environment.
type shell struct {
	t   testing.TB
	dir string
	env []string // besides that of the process
}

// result is what a command said and how it ended.
type result struct {
	shell
	line           string
	stdout, stderr string
	code           int
}

func (s shell) in(dir string) shell {
	s.dir = filepath.Join(s.dir, dir)
	return s
}

func (s shell) with(env ...string) shell {
	s.env = append(s.env[:len(s.env):len(s.env)], env...)
	return s
}

// meta types a command with meta.
func (s shell) meta(args ...string) *result {
	s.t.Helper()
	path, err := metaBinary()
	if err != nil {
		s.t.Fatal(err)
	}
	return s.run(path, args...)
}

// run types any command.
func (s shell) run(path string, args ...string) *result {
	s.t.Helper()
	cmd := s.command(path, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		s.t.Fatal(err)
	}
	return &result{
		shell: s, line: filepath.Base(path) + " " + strings.Join(args, " "),
		stdout: stdout.String(), stderr: stderr.String(), code: cmd.ProcessState.ExitCode(),
	}
}

func (s shell) command(path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(context.Background(), path, args...)
	cmd.Dir, cmd.Env = s.dir, append(os.Environ(), s.env...)
	return cmd
}

// ok expects success, and texts on standard output.
func (r *result) ok(texts ...string) *result {
	r.t.Helper()
	if r.code != 0 {
		r.t.Fatalf("%s: exit code %d\n%s%s", r.line, r.code, r.stdout, r.stderr)
	}
	for _, text := range texts {
		if !strings.Contains(r.stdout, text) {
			r.t.Errorf("%s: no %q in\n%s", r.line, text, r.stdout)
		}
	}
	return r
}

// refused expects an exit code and one line on standard error with texts in it.
func (r *result) refused(code int, texts ...string) *result {
	r.t.Helper()
	if r.code != code || strings.Count(r.stderr, "\n") != 1 {
		r.t.Errorf("%s: exit code %d, want %d and one line on standard error\n%s%s", r.line, r.code, code, r.stdout, r.stderr)
	}
	return r.says(texts...)
}

// says expects texts on standard error.
func (r *result) says(texts ...string) *result {
	r.t.Helper()
	for _, text := range texts {
		if !strings.Contains(r.stderr, text) {
			r.t.Errorf("%s: no %q in\n%s", r.line, text, r.stderr)
		}
	}
	return r
}

func (s shell) read(name string) string {
	s.t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, name))
	if err != nil {
		s.t.Fatal(err)
	}
	return string(text)
}

func (s shell) write(name, text string) {
	s.t.Helper()
	if err := os.WriteFile(filepath.Join(s.dir, name), []byte(text), 0o644); err != nil {
		s.t.Fatal(err)
	}
}

// edit replaces a text in a file.
func (s shell) edit(name, old, new string) {
	s.t.Helper()
	before := s.read(name)
	after := strings.Replace(before, old, new, 1)
	if after == before {
		s.t.Fatalf("%s: no %q in\n%s", name, old, before)
	}
	s.write(name, after)
}
