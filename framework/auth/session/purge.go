package session

import (
	"context"
	"time"
)

// Start begins to remove ended sessions from the store, in the background: after a minute for the first time, then
// every Config.PurgeEvery. A failure is logged.
func (p Plugin) Start(ctx context.Context) error {
	if err := p.check(); err != nil {
		return err
	}
	m := p.m
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop != nil {
		return nil
	}
	ctx, m.stop = context.WithCancel(context.WithoutCancel(ctx))
	m.done = make(chan struct{})
	go m.purge(ctx, m.done)
	return nil
}

// Stop ends what Start began, and waits for it as long as ctx lasts.
func (p Plugin) Stop(ctx context.Context) error {
	m := p.m
	if m == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.stop == nil {
		return nil
	}
	m.stop()
	m.stop = nil
	select {
	case <-m.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *manager) purge(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	timer := time.NewTimer(min(time.Minute, m.PurgeEvery))
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if _, err := (Plugin{m}).Purge(ctx); err != nil && ctx.Err() == nil {
			m.Logger.WarnContext(ctx, "ended sessions cannot be removed", "error", err)
		}
		timer.Reset(m.PurgeEvery)
	}
}

// Purge removes ended sessions from the store now, and tells how many there were.
func (p Plugin) Purge(ctx context.Context) (int, error) {
	if err := p.check(); err != nil {
		return 0, err
	}
	return p.m.Store.Purge(ctx, round(p.m.Now()))
}
