package session_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
)

// purging counts calls of Purge.
type purging struct {
	session.Store
	calls atomic.Int64
}

func (p *purging) Purge(ctx context.Context, _ time.Time) (int, error) {
	if p.calls.Add(1) == 2 {
		return 0, errors.New("the store fails once")
	}
	return 0, nil
}

func TestRow21_PurgeInBackground(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &purging{Store: session.MemoryStore()}
		p := session.New(session.Config{Store: store, Logger: authtest.Quiet})
		ctx, cancel := context.WithCancel(t.Context())
		if err := errors.Join(p.Start(ctx), p.Start(ctx)); err != nil {
			t.Fatal(err)
		}
		cancel() // of the start, not of what it began
		for _, step := range []struct {
			after time.Duration
			calls int64
		}{{59 * time.Second, 0}, {2 * time.Second, 1}, {time.Hour, 2}, {3 * time.Hour, 5}} {
			time.Sleep(step.after)
			synctest.Wait()
			if got := store.calls.Load(); got != step.calls {
				t.Errorf("%s later: %d calls, want %d", step.after, got, step.calls)
			}
		}
		if err := errors.Join(p.Stop(t.Context()), p.Stop(t.Context())); err != nil {
			t.Error(err)
		}
		time.Sleep(5 * time.Hour)
		if got := store.calls.Load(); got != 5 {
			t.Errorf("%d calls after the stop", got)
		}
		if err := errors.Join(p.Start(t.Context()), p.Stop(t.Context())); err != nil {
			t.Error(err)
		}
	})
}
