package spill

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Orphans takes what dead processes have left in the folder. Several processes may ask: each file goes to one of them.
func (s *Spill) Orphans() (l []*Segment, err error) {
	entries, err := os.ReadDir(s.options.Dir)
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), prefix) || !strings.HasSuffix(e.Name(), suffix) {
			continue
		}
		g, err := s.orphan(filepath.Join(s.options.Dir, e.Name()))
		if g != nil {
			l = append(l, g)
		}
		errs = append(errs, err)
	}
	return l, errors.Join(errs...)
}

// orphan takes one file, if its process is dead; one of this process is locked like those of others that live.
func (s *Spill) orphan(name string) (*Segment, error) {
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // its process has just stored it
	}
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	err = lock(f)
	if errors.Is(err, errLocked) {
		return nil, f.Close() // its process lives
	}
	info, statErr := f.Stat()
	if err = errors.Join(err, statErr); err != nil {
		return nil, errors.Join(fmt.Errorf("spill: %s: %w", name, err), f.Close())
	}
	if gone(name, info) {
		return nil, f.Close() // another process was quicker
	}
	g := &Segment{spill: s, file: f, size: info.Size()}
	if err := errors.Join(g.trim(), g.count()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s.mu.Lock()
	s.taken[g] = true
	s.mu.Unlock()
	return g, nil
}

// gone tells whether the name is no longer that of the file.
func gone(name string, info fs.FileInfo) bool {
	now, err := os.Stat(name)
	return err != nil || !os.SameFile(now, info)
}
