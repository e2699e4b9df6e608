package session

import (
	"context"
	"sync"
	"time"
)

// MemoryStore makes a Store that ends with the process.
func MemoryStore() Store { return &memory{records: map[string]Record{}} }

type memory struct {
	changing sync.Mutex
	mu       sync.Mutex
	records  map[string]Record
}

func (m *memory) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	m.changing.Lock()
	defer m.changing.Unlock()
	return fn(ctx)
}

func (m *memory) Find(_ context.Context, token string) (Record, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, found := m.records[token]
	return r, found, nil
}

func (m *memory) Create(_ context.Context, token string, r Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.records[token] = r
	return nil
}

func (m *memory) Update(_ context.Context, token string, r Record) (bool, error) {
	return m.change(token, func(old *Record) { *old = r })
}

func (m *memory) Touch(_ context.Context, token string, activity, expiry time.Time) (bool, error) {
	return m.change(token, func(r *Record) { r.Activity, r.Expiry = activity, expiry })
}

func (m *memory) change(token string, do func(*Record)) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, found := m.records[token]
	if found {
		do(&r)
		m.records[token] = r
	}
	return found, nil
}

func (m *memory) Delete(_ context.Context, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.records, token)
	return nil
}

func (m *memory) Purge(_ context.Context, now time.Time) (n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for token, r := range m.records {
		if r.ended(now) {
			delete(m.records, token)
			n++
		}
	}
	return n, nil
}
