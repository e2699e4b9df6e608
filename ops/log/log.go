package log

import (
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/spill"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Config is what a Log is made of.
type Config struct {
	Options
	Store      *store.Store
	Service    string        // its name, under which rows are stored
	Node       func() string // the id under which a supervisor knows it, "" for none
	Names      *mask.Names   // of secrets
	Logger     *slog.Logger  // for what goes wrong here
	Production bool
	Cycle      time.Duration // after which records are stored at the latest
	Backlog    int           // how many records wait before they are stored earlier
	Folder     string        // for the spill, if the options say none
}

// A Log records requests and stores the records.
type Log struct {
	config  Config
	options Options
	names   *mask.Names
	targets map[*api.Endpoint]*target
	spill   atomic.Pointer[spill.Spill] // nil before Start and after Stop
	lost    atomic.Int64                // records that could not be written
	told    atomic.Int64                // when that was said, microseconds
	backlog atomic.Int64
	wake    chan struct{}
	flusher flusher
}

// target is what a request is for.
type target struct {
	ident, ref string
	names      []string // of the path's parameters
	secrets    []int    // which of them are secret
}

// New makes a Log. It records nothing before Start.
func New(c Config) (*Log, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	l := &Log{config: c, options: c.filled(c.Production), names: c.Names, wake: make(chan struct{}, 1), targets: map[*api.Endpoint]*target{}}
	l.flusher = flusher{log: l, endpoints: map[string]int64{}}
	return l, nil
}

// Options are the options with their defaults filled in.
func (l *Log) Options() Options { return l.options }

// Target has requests for the endpoint recorded under its ID. It is called before anything is served.
func (l *Log) Target(ep *api.Endpoint) {
	t := &target{ident: ep.ID, ref: ep.Name, names: ep.PathNames()}
	for i, name := range t.names {
		if l.names.Has(name) {
			t.secrets = append(t.secrets, i)
		}
	}
	l.targets[ep] = t
}

// lines are taken in turns.
var lines = sync.Pool{New: func() any { b := make([]byte, 0, 1<<10); return &b }}

func takeLine() *[]byte {
	p := lines.Get().(*[]byte)
	*p = (*p)[:0]
	return p
}

// write puts a line into the spill. What goes wrong is counted and said, and the request goes on.
func (l *Log) write(line *[]byte) {
	if s := l.spill.Load(); s != nil {
		if err := s.Append(*line); err != nil {
			l.lose(err)
		} else if l.backlog.Add(1) >= int64(l.config.Backlog) {
			l.Wake()
		}
	}
	if cap(*line) <= maxPooled {
		lines.Put(line)
	}
}

// lose counts a record that could not be written, and says so once a minute.
func (l *Log) lose(err error) {
	lost, now, before := l.lost.Add(1), time.Now().UnixMicro(), l.told.Load()
	if now-before > time.Minute.Microseconds() && l.told.CompareAndSwap(before, now) {
		l.config.Logger.Error("operations: requests are not recorded", "lost", lost, "error", err)
	}
}

// Wake has records stored soon.
func (l *Log) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// dropped is how many records the spill had to let go.
func (l *Log) dropped() int64 {
	if s := l.spill.Load(); s != nil {
		return s.Dropped()
	}
	return 0
}

// open begins to record.
func (l *Log) open() error {
	folder := l.options.SpillDir
	if folder == "" {
		folder = l.config.Folder
	}
	s, err := spill.Open(spill.Options{Dir: folder, MaxBytes: l.options.SpillBytes, Segment: segmentSize})
	if err != nil {
		return fmt.Errorf("%w: name another folder by Log.SpillDir", err)
	}
	l.spill.Store(s)
	return nil
}
