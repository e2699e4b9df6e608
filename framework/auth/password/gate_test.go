package password

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func TestRow09_HashingIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slots, callers = 2, 200
		g := newGate(slots)
		var running, most, done, busy atomic.Int64
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				leave, err := g.enter(t.Context())
				if errors.Is(err, ErrBusy) {
					busy.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				defer leave()
				if n := running.Add(1); n > most.Load() {
					most.Store(n)
				}
				time.Sleep(100 * time.Millisecond)
				running.Add(-1)
				done.Add(1)
			})
		}
		all.Wait()
		if most.Load() != slots || done.Load() != slots*11 || busy.Load() != callers-slots*11 {
			t.Errorf("at most %d ran, %d were done, %d refused", most.Load(), done.Load(), busy.Load())
		}
		if g.inside.Load() != 0 || len(g.slots) != 0 {
			t.Errorf("%d are still inside", g.inside.Load())
		}
	})
}

func TestGateHearsTheContext(t *testing.T) {
	g := newGate(1)
	leave, err := g.enter(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.enter(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled caller waits: %v", err)
	}
	leave()
	if g.inside.Load() != 0 {
		t.Error("the cancelled caller still counts")
	}
}

func TestBusyIsARefusal(t *testing.T) {
	var r schema.Refusal
	if !errors.As(ErrBusy, &r) {
		t.Fatal("ErrBusy is no refusal")
	}
	if reason, _ := r.Refusal(); reason != schema.Busy {
		t.Errorf("reason %v", reason)
	}
	var after interface{ RetryAfter() time.Duration }
	if !errors.As(ErrBusy, &after) || after.RetryAfter() <= 0 {
		t.Error("ErrBusy does not tell when to try again")
	}
	if cap(workers.slots) != runtime.GOMAXPROCS(0) {
		t.Errorf("%d hashes run at once", cap(workers.slots))
	}
}
