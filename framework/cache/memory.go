package cache

import (
	"bytes"
	"context"
	"math"
	"strconv"
	"sync"
	"time"
)

// What a Memory is bounded by unless it says otherwise.
const (
	DefaultEntries = 100_000
	DefaultBytes   = 64 << 20
)

// overhead is about what an entry takes besides its key and value.
const overhead = 160

// Memory is a Cache in the process. The zero value is ready for use; it must not be copied after that. What has been
// out of use the longest makes room for what is new. It starts nothing in the background: what has expired takes its
// place until somebody asks for it or the place is needed.
type Memory struct {
	Entries int // that are kept at most; DefaultEntries if not above 0
	Bytes   int // that keys and values take at most, with some 160 for each entry; DefaultBytes if not above 0

	mu      sync.Mutex
	entries map[string]*entry
	recent  list
	used    int
}

// Len is how many values there are, those included that have expired and were not asked for since.
func (m *Memory) Len() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.entries)
}

// Get returns a copy of the value.
func (m *Memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.live(key, time.Now())
	if e == nil {
		return nil, false, nil
	}
	return append([]byte{}, e.value...), true, nil
}

func (m *Memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.put(key, value, ttl)
}

func (m *Memory) Add(_ context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.live(key, time.Now()) != nil {
		return false, nil
	}
	err := m.put(key, value, ttl)
	return err == nil, err
}

func (m *Memory) Swap(_ context.Context, key string, old, value []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.live(key, time.Now()); e == nil || !bytes.Equal(e.value, old) {
		return false, nil
	}
	err := m.put(key, value, ttl)
	return err == nil, err
}

func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.entries[key]; e != nil {
		m.remove(e)
	}
	return nil
}

func (m *Memory) Increment(_ context.Context, key string, n int64, ttl time.Duration) (int64, time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	e := m.live(key, now)
	if e == nil {
		return n, max(ttl, 0), m.put(key, strconv.AppendInt(nil, n, 10), ttl)
	}
	total, err := strconv.ParseInt(string(e.value), 10, 64)
	if err != nil || n > 0 && total > math.MaxInt64-n || n < 0 && total < math.MinInt64-n {
		return 0, 0, ErrNoCounter
	}
	total += n
	m.used -= e.size()
	e.value = strconv.AppendInt(e.value[:0], total, 10)
	m.used += e.size()
	m.shrink()
	return total, e.left(now), nil
}

// live finds an entry and notes that it is in use.
func (m *Memory) live(key string, now time.Time) *entry {
	e := m.entries[key]
	if e == nil {
		return nil
	}
	if e.expired(now) {
		m.remove(e)
		return nil
	}
	m.recent.remove(e)
	m.recent.push(e)
	return e
}

func (m *Memory) put(key string, value []byte, ttl time.Duration) error {
	if e := m.entries[key]; e != nil {
		m.remove(e)
	}
	if ttl < 0 {
		return nil
	}
	e := &entry{key: key, value: append([]byte{}, value...)}
	if ttl > 0 {
		e.until = time.Now().Add(ttl)
	}
	if e.size() > m.maxBytes() {
		return ErrTooLarge
	}
	if m.entries == nil {
		m.entries = map[string]*entry{}
	}
	m.entries[key] = e
	m.recent.push(e)
	m.used += e.size()
	m.shrink()
	return nil
}

func (m *Memory) remove(e *entry) {
	delete(m.entries, e.key)
	m.recent.remove(e)
	m.used -= e.size()
}

// shrink makes room. The one that was used last stays.
func (m *Memory) shrink() {
	for len(m.entries) > 1 && (len(m.entries) > m.maxEntries() || m.used > m.maxBytes()) {
		m.remove(m.recent.oldest())
	}
}

func (m *Memory) maxEntries() int {
	if m.Entries <= 0 {
		return DefaultEntries
	}
	return m.Entries
}

func (m *Memory) maxBytes() int {
	if m.Bytes <= 0 {
		return DefaultBytes
	}
	return m.Bytes
}

var _ Cache = (*Memory)(nil)
