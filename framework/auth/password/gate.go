package password

import (
	"context"
	"runtime"
	"sync/atomic"
)

// workers bounds how many hashes are computed at once in this process.
var workers = newGate(runtime.GOMAXPROCS(0))

// gate lets some in and some more wait; who comes then is sent away.
type gate struct {
	slots  chan struct{}
	inside atomic.Int64 // running and waiting
	atMost int64
}

// Ten waiting a slot is about a second of PBKDF2 at the default cost.
func newGate(slots int) *gate {
	return &gate{slots: make(chan struct{}, slots), atMost: int64(slots) * 11}
}

func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	if g.inside.Add(1) > g.atMost {
		g.inside.Add(-1)
		counters.refused.Add(1)
		return nil, ErrBusy
	}
	select {
	case g.slots <- struct{}{}:
		return func() { <-g.slots; g.inside.Add(-1) }, nil
	case <-ctx.Done():
		g.inside.Add(-1)
		return nil, ctx.Err()
	}
}

var counters struct{ hashes, rounds, refused atomic.Int64 }

// Stats is the hashing work of this process since its start.
type Stats struct {
	Hashes  int64 // computed: new ones, verifications and dummies
	Rounds  int64 // iterations in them
	Refused int64 // answered with ErrBusy
}

// ReadStats returns the work done so far.
func ReadStats() Stats {
	return Stats{counters.hashes.Load(), counters.rounds.Load(), counters.refused.Load()}
}
