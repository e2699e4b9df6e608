// Package spill keeps records on disk from the moment that they are written until they are stored for good, so that a
// process that is killed loses none. It does not wait for the disk: what it promises holds for the death of the process,
// not of the machine.
package spill

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Options of a Spill. Zero values are the defaults.
type Options struct {
	Dir      string // made with the mode 0700
	Segment  int64  // bytes of a file before the next one begins; 8 MiB
	MaxBytes int64  // of all files of this process; above it the oldest records go; 256 MiB
}

// A Spill is the spill of one process. Its methods may be called at the same time.
type Spill struct {
	options Options
	run     string // tells the files of this Spill from those of others

	mu      sync.Mutex
	current *Segment
	waiting []*Segment // full ones, the oldest first
	taken   map[*Segment]bool
	next    int
	dropped int64
	line    []byte // of the last record, to be used again
	closed  bool
}

// maxKept is how many bytes of a line are kept.
const maxKept = 64 << 10

// Open makes the folder and a Spill in it.
func Open(o Options) (*Spill, error) {
	if o.Segment <= 0 {
		o.Segment = 8 << 20
	}
	if o.MaxBytes <= 0 {
		o.MaxBytes = 256 << 20
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	return &Spill{options: o, run: strings.ToLower(rand.Text()[:10]), taken: map[*Segment]bool{}}, nil
}

// errClosed is what Append returns after Close.
var errClosed = errors.New("spill: closed")

// Append writes a record, which must have no line break, by one call of the system: when it returns, the record outlives
// the process.
func (s *Spill) Append(record []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	line, err := encode(s.line[:0], record)
	if err != nil {
		return err
	}
	if cap(line) <= maxKept {
		s.line = line
	}
	if s.current == nil {
		if s.current, err = s.create(); err != nil {
			return err
		}
	}
	if err := s.current.write(line); err != nil {
		return err
	}
	if s.current.size >= s.options.Segment {
		s.waiting, s.current = append(s.waiting, s.current), nil
		s.makeRoom()
	}
	return nil
}

// create begins a file.
func (s *Spill) create() (*Segment, error) {
	s.next++
	name := filepath.Join(s.options.Dir, prefix+strconv.Itoa(os.Getpid())+"-"+s.run+"-"+strconv.Itoa(s.next)+suffix)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return s.create() // of a dead process that had the same number
	}
	if err != nil {
		return nil, fmt.Errorf("spill: %w", err)
	}
	err = lock(f)
	info, statErr := f.Stat()
	switch {
	case errors.Is(err, errLocked), statErr == nil && gone(name, info):
		// Another process was quicker, which took it for one that was left behind, or has removed it already.
		_ = f.Close()
		return s.create()
	case err != nil || statErr != nil:
		return nil, errors.Join(fmt.Errorf("spill: %s: %w", name, errors.Join(err, statErr)), f.Close(), os.Remove(name))
	}
	return &Segment{spill: s, file: f, memory: mapped(f, s.options.Segment)}, nil
}

// makeRoom removes the oldest files that nobody has taken until the others are small enough together.
func (s *Spill) makeRoom() {
	for s.bytes() > s.options.MaxBytes && len(s.waiting) > 0 {
		oldest := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.dropped += oldest.records
		_ = oldest.remove() // what stays is found by the next process
	}
}

func (s *Spill) bytes() (n int64) {
	for _, w := range s.waiting {
		n += w.size
	}
	for t := range s.taken {
		n += t.size
	}
	if s.current != nil {
		n += s.current.size
	}
	return n
}

// Dropped is how many records were lost because those that nobody stored grew too many.
func (s *Spill) Dropped() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped
}

// Waiting is how many records wait to be taken.
func (s *Spill) Waiting() (n int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range s.waiting {
		n += w.records
	}
	if s.current != nil {
		n += s.current.records
	}
	return n
}

// Take gives the oldest records to be stored, nil if there are none. Of each Segment that it gives, Done or Return has
// to be called.
func (s *Spill) Take() *Segment {
	s.mu.Lock()
	defer s.mu.Unlock()
	var g *Segment
	switch {
	case len(s.waiting) > 0:
		g, s.waiting = s.waiting[0], s.waiting[1:]
	case s.current != nil:
		g, s.current = s.current, nil
		_ = g.seal() // what it has written is there all the same
	default:
		return nil
	}
	s.taken[g] = true
	return g
}

// errLocked says that another process has the file.
var errLocked = errors.New("locked by another process")

const (
	prefix = "spill-"
	suffix = ".log"
)

// Close leaves the files of records that nobody has stored to the next process, and no empty ones.
func (s *Spill) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	var errs []error
	for _, g := range append(slices.Clone(s.waiting), s.current) {
		switch {
		case g == nil:
		case g.memory != nil && g.size > 0:
			errs = append(errs, g.seal(), g.file.Close())
		case g.size == 0: // its first record could not be written
			errs = append(errs, g.remove())
		default:
			errs = append(errs, g.file.Close())
		}
	}
	s.waiting, s.current = nil, nil
	return errors.Join(errs...)
}
