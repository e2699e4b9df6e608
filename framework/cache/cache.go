// Package cache keeps values for a while: in the process with [Memory], for several processes with package
// cache/redis. Rate limits and sessions are kept in a [Cache] too.
//
//	articles, err := cache.Fetch(ctx, c, "articles:top", time.Minute, func(ctx context.Context) ([]Article, error) {
//		return loadTop(ctx)
//	})
//
// What is in a cache may be gone at any moment: it was evicted, or the server was restarted.
package cache

import (
	"context"
	"errors"
	"time"
)

// A Cache keeps bytes under keys. Every method is one atomic step, also between processes that share a cache.
//
// A ttl is how long a value stays at most, to the millisecond. Zero lets it stay until it is deleted or evicted; with a
// negative one the time is over already, and nothing is kept. Values belong to the caller, those passed in as those
// returned.
type Cache interface {
	// Get returns the value of key.
	Get(ctx context.Context, key string) (value []byte, found bool, err error)
	// Set puts a value in the place of whatever there is.
	Set(ctx context.Context, key string, value []byte, ttl time.Duration) error
	// Add keeps a value if there is none under key.
	Add(ctx context.Context, key string, value []byte, ttl time.Duration) (added bool, err error)
	// Swap puts a value in the place of old. It does nothing if something else is there, or nothing.
	Swap(ctx context.Context, key string, old, value []byte, ttl time.Duration) (swapped bool, err error)
	// Delete removes the value of key, if there is one.
	Delete(ctx context.Context, key string) error
	// Increment adds n to the counter under key and returns its total, and how long it stays yet: 0 for one that
	// stays. A counter that is not there begins at 0, with ttl; later calls do not prolong it. Get returns it in
	// decimal, and a decimal that was set is a counter; another value is ErrNoCounter.
	Increment(ctx context.Context, key string, n int64, ttl time.Duration) (total int64, left time.Duration, err error)
}

var (
	// ErrNoCounter says that the value under a key cannot be incremented, or not by so much.
	ErrNoCounter = errors.New("cache: the value is no counter with room for that")
	// ErrTooLarge says that a value is larger than the whole cache may be.
	ErrTooLarge = errors.New("cache: the value is larger than the cache")
	// ErrUnavailable says that the cache cannot be reached.
	ErrUnavailable = errors.New("cache: unavailable")
)
