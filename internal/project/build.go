package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

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
	// Codecs are for a release: here they would take time to compile, and may be of an older framework.
	if err := Go(ctx, "build", "-ldflags=-w", "-buildvcs=false", "-tags", p.tags(ctx), "-o", p.Binary(), p.mainPackage()); err != nil {
		return false, err
	}
	return modTime(p.Binary()) != before, nil
}

// tags are the build tags of the developer's own, from GOFLAGS, and the one that leaves codecs out.
func (p *Project) tags(ctx context.Context) string {
	if p.buildTags == "" {
		p.buildTags = codecgen.Tag
		out, err := exec.CommandContext(ctx, "go", "env", "GOFLAGS").Output()
		for _, flag := range strings.Fields(string(out)) {
			if own, ok := strings.CutPrefix(strings.TrimLeft(flag, "-"), "tags="); ok && err == nil {
				p.buildTags = own + "," + codecgen.Tag
			}
		}
	}
	return p.buildTags
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

// stdout runs the binary and returns what it printed; an error has what it said on the other stream.
func (p *Project) stdout(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, p.Binary(), args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s", p.Name, strings.Join(args, " "), err, strings.TrimSpace(said.String()))
	}
	return out, nil
}
