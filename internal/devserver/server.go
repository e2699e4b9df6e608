// Package devserver serves an application while it is being written: what changes is generated, built and started
// anew; what does not compile is shown, and the version before it goes on.
package devserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/internal/project"
	"github.com/utilmeta/utilmeta-go/internal/supervise"
	"github.com/utilmeta/utilmeta-go/internal/watch"
)

// patience is how long requests of the old version may take to end.
const patience = 3 * time.Second

// A Server runs one application.
type Server struct {
	Project        *project.Project
	Args           []string // of the application: serve with its flags
	Stdout, Stderr io.Writer

	process *supervise.Process // nil while nothing runs
}

// Run serves until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	begun := s.Project // update may replace it
	w := &watch.Watcher{Root: begun.Dir(), Ignore: func(name string) bool { return ignored(begun, name) }}
	if err := w.Start(); err != nil {
		return err
	}
	defer w.Close()
	defer func() { s.stop(context.WithoutCancel(ctx)) }()

	next := make(chan []string)
	broken := make(chan error, 1)
	go func() {
		for {
			changed, err := w.Next(ctx)
			if err != nil {
				broken <- err
				return
			}
			select {
			case next <- changed:
			case <-ctx.Done():
			}
		}
	}()
	s.first(ctx)
	for {
		select {
		case <-ctx.Done():
			return nil
		case err := <-broken:
			if ctx.Err() != nil {
				return nil
			}
			return err
		case changed := <-next:
			s.update(ctx, changed)
		case <-s.ended():
			s.say("%s ended: %s: waiting for a change", s.Project.Name, s.process.State())
			s.process = nil
		}
	}
}

func (s *Server) say(format string, a ...any) { fmt.Fprintf(s.Stderr, "meta: "+format+"\n", a...) }

// ended is closed when the application is; it blocks while nothing runs.
func (s *Server) ended() <-chan struct{} {
	if s.process == nil {
		return nil
	}
	return s.process.Done()
}

func (s *Server) first(ctx context.Context) {
	if _, err := s.build(ctx, !s.Project.ModelsFresh()); err != nil {
		s.complain(ctx, err, "waiting for a change")
		return
	}
	if err := s.start(); err != nil {
		s.complain(ctx, err, "waiting for a change")
	}
}

// update follows a change of files.
func (s *Server) update(ctx context.Context, files []string) {
	begun := time.Now()
	what := describe(files)
	if has(files, "meta.ini") || has(files, "go.mod") {
		p, err := project.Enter(s.Project.Dir())
		if err != nil {
			s.complain(ctx, err, "the version before goes on")
			return
		}
		s.Project = p
	}
	changed, err := s.build(ctx, concernsModels(files))
	switch {
	case err != nil:
		rest := "the version before goes on"
		if s.process == nil {
			rest = "waiting for a change"
		}
		s.complain(ctx, err, what+": "+rest)
		return
	case !changed && !has(files, project.EnvFile) && s.process != nil:
		return
	}
	s.stop(ctx)
	if ctx.Err() != nil {
		return
	}
	if err := s.start(); err != nil {
		s.complain(ctx, err, "waiting for a change")
		return
	}
	s.say("%s: restarted after %.1fs", what, time.Since(begun).Seconds())
}

// errMistakes stands for mistakes in the sources that were told already.
var errMistakes = errors.New("mistakes")

// build generates and builds. It reports whether the binary changed.
func (s *Server) build(ctx context.Context, models bool) (changed bool, err error) {
	g, err := s.Project.Generate(ctx, models)
	if err != nil {
		return false, err
	}
	for _, line := range g.Lines() {
		s.say("%s", line)
	}
	if len(g.Models) > 0 {
		s.say("the database follows with: meta makemigrations, meta migrate")
	}
	for _, d := range g.Diagnostics {
		fmt.Fprintln(s.Stderr, d)
	}
	if g.Failed() {
		return false, errMistakes
	}
	return s.Project.Build(ctx)
}

func (s *Server) complain(ctx context.Context, err error, rest string) {
	if ctx.Err() != nil {
		return
	}
	if !errors.Is(err, errMistakes) {
		fmt.Fprintln(s.Stderr, err)
	}
	s.say("%s", rest)
}

// start runs a copy of the binary, so that the next build may write to it.
func (s *Server) start() error {
	path := filepath.Join(filepath.Dir(s.Project.Binary()), "run", s.Project.Name)
	if err := copyFile(s.Project.Binary(), path); err != nil {
		return err
	}
	p, err := supervise.Start(s.Project.Dir(), path, s.Args, s.Stdout, s.Stderr)
	if err == nil {
		s.process = p
	}
	return err
}

func (s *Server) stop(ctx context.Context) {
	if s.process != nil {
		s.process.Stop(ctx, patience)
		s.process = nil
	}
}

// describe names a changed file, and how many others there are.
func describe(files []string) string {
	if n := len(files); n > 1 {
		return fmt.Sprintf("%s and %d more changed", files[0], n-1)
	}
	return strings.Join(files, "") + " changed"
}
