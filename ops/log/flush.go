package log

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/spill"
)

const (
	segmentSize = 1 << 20                // of a file of the spill, which is stored in one transaction
	pause       = 500 * time.Millisecond // between flushes, so that rows are stored many at a time
	patience    = 30 * time.Second       // for the store, to take a segment
	orphanage   = 10                     // cycles after which files of dead processes are looked for
)

// flusher moves records from the spill into the store.
type flusher struct {
	log *Log

	mu        sync.Mutex // one flush at a time
	endpoints map[string]int64
	done      []string // segments that are stored and removed, whose names the store still has
	failed    time.Time
	dropped   int64 // by the spill, as far as it was said

	stop    chan struct{}
	stopped chan struct{}
	restore func() // slog's default
}

// Start begins to record and to store. Records that earlier processes have left are stored first.
func (l *Log) Start() error {
	if err := l.open(); err != nil {
		return err
	}
	f := &l.flusher
	f.stop, f.stopped = make(chan struct{}), make(chan struct{})
	if f.restore = func() {}; !l.options.KeepDefault {
		f.restore = l.installDefault()
	}
	go f.run()
	return nil
}

// Stop stores what there is and ends the recording. What cannot be stored stays on disk for the next process, and is no
// error.
func (l *Log) Stop(ctx context.Context) error {
	s := l.spill.Load()
	if s == nil {
		return nil
	}
	f := &l.flusher
	close(f.stop)
	<-f.stopped
	f.restore()
	if err := l.Flush(ctx); err != nil {
		l.config.Logger.Warn("operations: records wait on disk for the next process", "error", err)
	}
	l.spill.Store(nil)
	return s.Close()
}

// run flushes when a cycle is over, or enough waits.
func (f *flusher) run() {
	defer close(f.stopped)
	tick := time.NewTicker(f.log.config.Cycle)
	defer tick.Stop()
	for cycle := 0; ; {
		if cycle%orphanage == 0 {
			f.adopt()
		}
		select {
		case <-f.stop:
			return
		case <-tick.C:
			cycle++
		case <-f.log.wake:
		}
		f.try()
		select {
		case <-f.stop:
			return
		case <-time.After(pause):
		}
	}
}

// try flushes, and says at most once a minute that it did not work: the records wait on disk.
func (f *flusher) try() {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	err := f.log.Flush(ctx)
	if n := f.log.dropped(); n > f.dropped {
		f.log.config.Logger.Error("operations: records were lost: too many waited on disk, see Log.SpillBytes", "lost", n-f.dropped, "all", n)
		f.dropped = n
	}
	switch {
	case err == nil && !f.failed.IsZero():
		f.failed = time.Time{}
		f.log.config.Logger.Info("operations: the store works again")
	case err != nil && time.Since(f.failed) > time.Minute:
		f.failed = time.Now()
		f.log.config.Logger.Warn("operations: records wait on disk until the store works", "error", err)
	}
}

// Flush stores all records that wait.
func (l *Log) Flush(ctx context.Context) error {
	f := &l.flusher
	f.mu.Lock()
	defer f.mu.Unlock()
	s := l.spill.Load()
	if s == nil {
		return nil
	}
	if err := l.config.Store.Start(ctx); err != nil {
		return err
	}
	l.backlog.Store(0)
	for {
		g := s.Take()
		if g == nil {
			return nil
		}
		if err := f.keep(ctx, g); err != nil {
			return err
		}
	}
}

// keep stores a segment and removes it, or gives it back.
func (f *flusher) keep(ctx context.Context, g *spill.Segment) error {
	b := &batch{name: g.Name(), records: make([]record, 0, g.Len())}
	for record, err := range g.Records() {
		if err == nil {
			err = b.add(string(record))
		}
		switch {
		case errors.Is(err, spill.ErrDamaged), errors.Is(err, errLine):
			f.log.lose(err)
		case err != nil:
			g.Return()
			return err
		}
	}
	if err := f.insert(ctx, b); err != nil {
		g.Return()
		return err
	}
	f.done = append(f.done, b.name)
	return g.Done()
}

// adopt stores what dead processes have left.
func (f *flusher) adopt() {
	s := f.log.spill.Load()
	if s == nil {
		return
	}
	segments, err := s.Orphans()
	if err != nil {
		f.log.config.Logger.Warn("operations: records of an earlier process cannot be read", "error", err)
	}
	for _, g := range segments {
		g.Return()
	}
	if segments != nil {
		f.try()
	}
}
