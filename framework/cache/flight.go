package cache

import (
	"context"
	"reflect"
	"sync"
)

// loading holds what Fetch loads at this moment.
var loading = flights{running: map[flightKey]*flight{}}

type flightKey struct {
	cache Cache
	key   string
}

type flights struct {
	mu      sync.Mutex
	running map[flightKey]*flight
}

// flight is one load that others may wait for.
type flight struct {
	done  chan struct{}
	value []byte
	err   error
	again bool // it ended for a reason of its own: whoever waits tries
}

// do calls load, unless another call for the same key is on its way: then it waits for that.
func (f *flights) do(ctx context.Context, key flightKey, load func() ([]byte, error)) ([]byte, error) {
	if !reflect.TypeOf(key.cache).Comparable() {
		return load()
	}
	for {
		own := &flight{done: make(chan struct{}), again: true}
		if other := f.join(key, own); other != nil {
			select {
			case <-other.done:
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
			if other.again {
				continue
			}
			return other.value, other.err
		}
		return f.lead(ctx, key, own, load)
	}
}

// join returns the flight that is on its way, or puts own in its place.
func (f *flights) join(key flightKey, own *flight) *flight {
	f.mu.Lock()
	defer f.mu.Unlock()
	if other := f.running[key]; other != nil {
		return other
	}
	f.running[key] = own
	return nil
}

// lead runs load in the caller's goroutine. A panic of it goes on there.
func (f *flights) lead(ctx context.Context, key flightKey, own *flight, load func() ([]byte, error)) ([]byte, error) {
	defer func() {
		f.mu.Lock()
		delete(f.running, key)
		f.mu.Unlock()
		close(own.done)
	}()
	own.value, own.err = load()
	own.again = own.err != nil && ctx.Err() != nil
	return own.value, own.err
}
