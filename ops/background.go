package ops

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/logs"
)

// cleaning is how often what is too old is removed.
const cleaning = time.Hour

// background is what goes on while a service runs.
type background struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

func (b *background) start(o *Operations) {
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	b.done.Go(func() {
		tick := time.NewTicker(o.config.WorkerCycle)
		defer tick.Stop()
		var cleaned time.Time
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			o.cycle(ctx, &cleaned)
		}
	})
}

func (b *background) stop() {
	if b.cancel != nil {
		b.cancel()
		b.done.Wait()
	}
}

// cycle does what is due. What fails is said, and tried again in the next one.
func (o *Operations) cycle(ctx context.Context, cleaned *time.Time) {
	if !o.store.Ready() {
		return
	}
	err := o.access.Flush(ctx)
	if time.Since(*cleaned) > cleaning {
		err = errors.Join(err, o.clean(ctx))
		*cleaned = time.Now()
	}
	if err != nil && ctx.Err() == nil {
		o.subject.logger.Warn("operations: background work failed", "error", err)
	}
}

// clean removes what is too old, or too much.
func (o *Operations) clean(ctx context.Context) error {
	l := o.log.Options()
	keep := logs.Retention{
		Store: o.store, Service: o.subject.name, VolatileMaintain: l.VolatileMaintain, MaxRetention: o.config.MaxRetention, Levels: l.Retention, MaxBytes: l.MaxBytes,
	}
	_, err := keep.Run(ctx)
	return errors.Join(err, o.access.Purge(ctx, time.Now().Add(-o.config.MaxRetention)))
}
