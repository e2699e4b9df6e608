package cache

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Get returns a value that [Set] or [Fetch] has put under key, as JSON. One that is no T is an error.
func Get[T any](ctx context.Context, c Cache, key string) (v T, found bool, err error) {
	b, found, err := c.Get(ctx, key)
	if err != nil || !found {
		return v, false, err
	}
	if err := json.Unmarshal(b, &v); err != nil {
		var none T
		return none, false, fmt.Errorf("cache: the value of %q is no %T: %w", key, none, err)
	}
	return v, true, nil
}

// Set keeps a value as JSON.
func Set[T any](ctx context.Context, c Cache, key string, v T, ttl time.Duration) error {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("cache: the value for %q: %w", key, err)
	}
	return c.Set(ctx, key, b, ttl)
}

// Fetch returns the value under key, or else what load returns, which it keeps for ttl. Of callers in this process that
// ask for the same key at the same time one calls load, with a context of its own, and the others wait for it. They
// share its error, which is not kept; but if the one's context ended, or load panicked, the next of them tries. The
// value is decoded for each of them, so they share no memory.
//
// A cache that fails, and a value in it that is no T, are as a cache that is empty: they cost time, not the answer.
func Fetch[T any](ctx context.Context, c Cache, key string, ttl time.Duration, load func(ctx context.Context) (T, error)) (T, error) {
	if v, found, err := Get[T](ctx, c, key); err == nil && found {
		return v, nil
	}
	var own *T // what this caller has loaded itself
	b, err := loading.do(ctx, flightKey{c, key}, func() ([]byte, error) {
		v, err := load(ctx)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("cache: the value for %q: %w", key, err)
		}
		own = &v
		_ = c.Set(ctx, key, b, ttl)
		return b, nil
	})
	if err != nil {
		var none T
		return none, err
	}
	if own != nil {
		return *own, nil
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return load(ctx) // somebody keeps another type under the same key
	}
	return v, nil
}
