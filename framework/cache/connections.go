package cache

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"
)

// Connections are the caches of a service by their names: a part that starts, checks and stops them together.
//
//	caches, err := cache.Connect(map[string]string{"default": "memory:", "shared": cfg.RedisURL})
//	service.Use(caches)
//	limit := ratelimit.Limit{Cache: caches.Get("shared"), ...}
type Connections struct {
	caches map[string]Cache

	mu      sync.Mutex
	unknown map[string]error // by names that somebody asked for
	started bool
}

// maxUnknown is how many wrong names are remembered: code has few of them, unless it makes them up.
const maxUnknown = 100

// Connect makes the caches that the URLs name; see Open. It connects to nothing yet. All mistakes are told at once, and
// then there are no Connections.
func Connect(urls map[string]string) (*Connections, error) {
	l := &Connections{caches: map[string]Cache{}, unknown: map[string]error{}}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(urls)) {
		c, err := Open(urls[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("cache %s: %w", name, err))
		}
		l.caches[name] = c
	}
	if errs != nil {
		return nil, errors.Join(errs...)
	}
	return l, nil
}

// Names lists the caches.
func (l *Connections) Names() []string { return slices.Sorted(maps.Keys(l.caches)) }

// Get finds the cache of a name. One that is not there fails whatever is asked of it; Start says so, and after it the
// default logger, once.
func (l *Connections) Get(name string) Cache {
	if c := l.caches[name]; c != nil {
		return c
	}
	err := fmt.Errorf("cache %s: not connected: there are %s", name, strings.Join(l.Names(), ", "))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.unknown[name] == nil && len(l.unknown) < maxUnknown {
		l.unknown[name] = err
		if l.started {
			slog.Error(err.Error())
		}
	}
	return missing{err}
}

// Start starts the caches that need it, in the order of their names. If one fails, those before it are stopped.
func (l *Connections) Start(ctx context.Context) error {
	l.mu.Lock()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(l.unknown)) {
		errs = append(errs, l.unknown[name])
	}
	err := errors.Join(errs...)
	l.started = err == nil
	l.mu.Unlock()
	if err != nil {
		return err
	}
	var started []string
	for _, name := range l.Names() {
		s, ok := l.caches[name].(interface{ Start(context.Context) error })
		if !ok {
			continue
		}
		if err := s.Start(ctx); err != nil {
			for _, name := range started {
				_ = l.stop(context.WithoutCancel(ctx), name) // the error of the start says more
			}
			return fmt.Errorf("cache %s: %w", name, err)
		}
		started = append(started, name)
	}
	return nil
}

// Stop stops them all, even if one fails.
func (l *Connections) Stop(ctx context.Context) error {
	var errs []error
	for _, name := range l.Names() {
		errs = append(errs, l.stop(ctx, name))
	}
	return errors.Join(errs...)
}

func (l *Connections) stop(ctx context.Context, name string) error {
	if s, ok := l.caches[name].(interface{ Stop(context.Context) error }); ok {
		if err := s.Stop(ctx); err != nil {
			return fmt.Errorf("cache %s: %w", name, err)
		}
	}
	return nil
}

// Ping asks each cache whether it works.
func (l *Connections) Ping(ctx context.Context) error {
	var errs []error
	for _, name := range l.Names() {
		if p, ok := l.caches[name].(interface{ Ping(context.Context) error }); ok {
			if err := p.Ping(ctx); err != nil {
				errs = append(errs, fmt.Errorf("cache %s: %w", name, err))
			}
		}
	}
	return errors.Join(errs...)
}
