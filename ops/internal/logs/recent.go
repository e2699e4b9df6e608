package logs

import (
	"sync"
	"time"
)

// recent remembers a bounded number of things for a minute.
type recent[K comparable, V any] struct {
	now func() time.Time

	mu      sync.Mutex
	entries map[K]remembered[V]
}

type remembered[V any] struct {
	value V
	until time.Time
}

const (
	rememberFor  = time.Minute
	rememberMost = 4096
)

func (r *recent[K, V]) get(k K) (v V, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e, ok := r.entries[k]
	if !ok || r.now().After(e.until) {
		return v, false
	}
	return e.value, true
}

// put remembers a thing. Of too many all are forgotten: everything here can be found again.
func (r *recent[K, V]) put(k K, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.entries == nil || len(r.entries) >= rememberMost {
		r.entries = map[K]remembered[V]{}
	}
	r.entries[k] = remembered[V]{v, r.now().Add(rememberFor)}
}

// forget forgets everything.
func (r *recent[K, V]) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = nil
}
