package project

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
)

// A BuildError is what the compiler says about the application.
type BuildError struct{ Output string }

func (e *BuildError) Error() string { return e.Output }

// Build brings the binary up to date. It reports whether it changed; what the compiler complains about is a
// [*BuildError].
func (p *Project) Build(ctx context.Context) (changed bool, err error) {
	if !p.compiler {
		if err := p.checkCompiler(ctx); err != nil {
			return false, err
		}
		p.compiler = true
	}
	before := modTime(p.Binary())
	// Debug information is half of the time that linking takes, and asking git for the state of the checkout is for
	// what others are given.
	args := []string{"build", "-ldflags=-w", "-buildvcs=false"}
	// Codecs are for a release: here they would take time to compile, and may be of an older framework.
	without, err := p.withoutCodecs()
	if err != nil {
		return false, err
	}
	if err := Go(ctx, append(append(args, without...), "-o", p.Binary(), p.mainPackage())...); err != nil {
		return false, err
	}
	return modTime(p.Binary()) != before, nil
}

// withoutCodecs are flags of the go command that leave codecs out, whatever state their files are in.
func (p *Project) withoutCodecs() ([]string, error) {
	replace := map[string]string{}
	err := walkSources(p.Dir(), func(name string) error {
		if filepath.Base(name) == codecgen.FileName {
			replace[name] = ""
		}
		return nil
	})
	if err != nil || len(replace) == 0 {
		return nil, err
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err == nil {
		err = os.MkdirAll(WorkDir, 0o755)
	}
	file := filepath.Join(WorkDir, "without-codecs.json")
	if err == nil {
		err = atomicfile.Write(file, overlay, 0o644)
	}
	return []string{"-overlay", file}, err
}

// Go runs the go command in the working directory; if it fails the error is a [*BuildError] with what it said.
func Go(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	switch err := cmd.Run(); {
	case err == nil:
		return nil
	case errors.Is(err, exec.ErrNotFound):
		return errors.New("go: not in PATH: install Go from https://go.dev/dl and add its bin folder to PATH")
	case ctx.Err() != nil:
		return ctx.Err()
	case out.Len() == 0:
		return fmt.Errorf("go %s: %w", args[0], err)
	}
	return &BuildError{Output: strings.TrimSpace(out.String())}
}

func modTime(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.ModTime().UnixNano()
}

// Exec runs the binary on this process's terminal, and returns its exit code. When ctx ends it is interrupted, and given
// time to finish what it does.
func (p *Project) Exec(ctx context.Context, args ...string) (code int, err error) {
	cmd := exec.CommandContext(ctx, p.Binary(), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 15 * time.Second
	err = cmd.Run()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		if exit.ExitCode() < 0 {
			return 1, fmt.Errorf("%s %s: %s", p.Name, strings.Join(args, " "), exit.ProcessState)
		}
		return exit.ExitCode(), nil
	}
	if ctx.Err() != nil {
		return 1, nil // it ended well, but not with what it was to do
	}
	return 0, err
}

// Output runs the binary and returns what it printed, on both streams.
func (p *Project) Output(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, p.Binary(), args...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
