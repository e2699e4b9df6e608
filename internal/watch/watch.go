// Package watch tells which files of a folder change.
package watch

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"time"

	"github.com/fsnotify/fsnotify"
)

// DefaultQuiet is how long nothing must change before a batch is told: an editor writes a file in several steps, and a
// checkout many files.
const DefaultQuiet = 50 * time.Millisecond

// A Watcher watches a folder and all below it, those too that are made later.
type Watcher struct {
	Root   string
	Ignore func(path string) bool // path is below Root, with slashes; nil ignores nothing
	Quiet  time.Duration          // DefaultQuiet

	files *fsnotify.Watcher
}

// Start begins to watch. What changes from then on is told by Next.
func (w *Watcher) Start() error {
	files, err := fsnotify.NewWatcher()
	if err != nil {
		return fmt.Errorf("watch %s: %w", w.Root, err)
	}
	w.files = files
	if _, err := w.add(w.Root); err != nil {
		return errors.Join(err, files.Close())
	}
	return nil
}

// Close ends the watch.
func (w *Watcher) Close() error { return w.files.Close() }

// Next waits for changes and returns the paths below Root once it is quiet, sorted. Its error is that of ctx, or of the
// operating system.
func (w *Watcher) Next(ctx context.Context) ([]string, error) {
	quiet := w.Quiet
	if quiet == 0 {
		quiet = DefaultQuiet
	}
	changed := map[string]bool{}
	var calm <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-calm:
			return slices.Sorted(maps.Keys(changed)), nil
		case err, ok := <-w.files.Errors:
			if !ok {
				return nil, fs.ErrClosed
			}
			if !errors.Is(err, fsnotify.ErrEventOverflow) {
				return nil, fmt.Errorf("watch %s: %w", w.Root, err)
			}
			changed["."] = true // too much at once to tell what
			calm = time.After(quiet)
		case e, ok := <-w.files.Events:
			if !ok {
				return nil, fs.ErrClosed
			}
			if w.take(e, changed) {
				calm = time.After(quiet)
			}
		}
	}
}

// take notes what an event is about. It reports whether it is of interest.
func (w *Watcher) take(e fsnotify.Event, changed map[string]bool) bool {
	rel, ok := w.rel(e.Name)
	if !ok || e.Op == fsnotify.Chmod {
		return false
	}
	if e.Op.Has(fsnotify.Create) {
		// Files may have come into a new folder before it was watched.
		if inside, err := w.add(e.Name); err == nil && inside != nil {
			for _, name := range inside {
				changed[name] = true
			}
			return len(inside) > 0
		}
	}
	changed[rel] = true
	return true
}

func (w *Watcher) rel(path string) (string, bool) {
	rel, err := filepath.Rel(w.Root, path)
	if err != nil {
		return "", false
	}
	rel = filepath.ToSlash(rel)
	return rel, rel == "." || w.Ignore == nil || !w.Ignore(rel)
}

// add watches a folder and those below it and returns the files in them, nil when path is no folder.
func (w *Watcher) add(path string) (files []string, err error) {
	err = filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			if name != w.Root && errors.Is(err, fs.ErrNotExist) {
				return nil // gone already
			}
			return err
		}
		rel, ok := w.rel(name)
		switch {
		case !ok && e.IsDir():
			return fs.SkipDir
		case !ok || !e.IsDir() && name == path:
			return nil
		case !e.IsDir():
			files = append(files, rel)
			return nil
		}
		if files == nil {
			files = []string{}
		}
		if err := w.files.Add(name); err != nil {
			return fmt.Errorf("watch %s: %w", name, err)
		}
		return nil
	})
	return files, err
}
