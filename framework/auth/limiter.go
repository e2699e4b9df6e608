package auth

import (
	"cmp"
	"hash/maphash"
	"strings"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/internal/network"
)

// A Limiter slows down who guesses passwords, by counting failed logins in a window of time. The zero Limiter is ready
// for use. It counts in this process only, so that n processes allow n times as much, and forgets when it ends.
//
// What is refused is an address, never an account: whoever knows the password gets in from an address of their own
// while others guess. A negative number is no limit.
type Limiter struct {
	PerAccount int           // failures of one address at one account; 10
	PerAddress int           // failures of one address at all accounts together; 100
	Attacked   int           // failures at one account from everywhere, after which each further address has a single try; 100
	Window     time.Duration // how long failures count, from the first; 15 minutes
	Size       int           // counters that are kept, some 50 bytes each; 100,000

	Now func() time.Time // time.Now if nil

	mu     sync.Mutex
	seed   maphash.Seed
	counts map[uint64]count
}

type count struct {
	n     int
	since time.Time
}

// An attempt is a login on its way: it counts as failed until it turns out otherwise.
type attempt struct {
	l                      *Limiter
	pair, address, account uint64
}

// begin counts an attempt, or refuses it with a 429.
func (l *Limiter) begin(ident, address string) (attempt, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.seed, l.counts = maphash.MakeSeed(), map[uint64]count{}
	}
	ident, from := strings.ToLower(ident), network.Of(address)
	a := attempt{l, l.hash("pair", from, ident), l.hash("address", from), l.hash("account", ident)}
	now := l.now()
	pairs := cmp.Or(l.PerAccount, 10)
	if limit := cmp.Or(l.Attacked, 100); limit >= 0 && l.live(a.account, now).n >= limit && pairs > 0 {
		pairs = 1
	}
	if wait := max(l.wait(a.pair, pairs, now), l.wait(a.address, cmp.Or(l.PerAddress, 100), now)); wait > 0 {
		return a, api.TooMany("too_many_logins", "too many logins have failed: wait before the next").RetryAfter(wait)
	}
	for _, key := range []uint64{a.pair, a.address, a.account} {
		l.add(key, now)
	}
	return a, nil
}

// wait is how long a counter that has reached its limit refuses yet.
func (l *Limiter) wait(key uint64, limit int, now time.Time) time.Duration {
	c := l.live(key, now)
	if limit < 0 || c.n < limit {
		return 0
	}
	return l.window() - now.Sub(c.since)
}

// live is the counter, zero when its window is over.
func (l *Limiter) live(key uint64, now time.Time) count {
	c := l.counts[key]
	if now.Sub(c.since) >= l.window() {
		return count{since: now}
	}
	return c
}

func (l *Limiter) add(key uint64, now time.Time) {
	c := l.live(key, now)
	c.n++
	if _, known := l.counts[key]; !known && len(l.counts) >= cmp.Or(l.Size, 100_000) {
		l.evict()
	}
	l.counts[key] = c
}

// evict removes the oldest of a few counters, taken at random.
func (l *Limiter) evict() {
	var oldest uint64
	var since time.Time
	n := 0
	for key, c := range l.counts {
		if n == 0 || c.since.Before(since) {
			oldest, since = key, c.since
		}
		if n++; n == 8 {
			break
		}
	}
	delete(l.counts, oldest)
}

// takeBack uncounts the attempt.
func (a attempt) takeBack() {
	a.l.mu.Lock()
	defer a.l.mu.Unlock()
	for _, key := range []uint64{a.pair, a.address, a.account} {
		if c, ok := a.l.counts[key]; ok && c.n > 1 {
			c.n--
			a.l.counts[key] = c
		} else {
			delete(a.l.counts, key)
		}
	}
}

// succeed forgives what the same address has failed at the account before.
func (a attempt) succeed() {
	a.l.mu.Lock()
	defer a.l.mu.Unlock()
	delete(a.l.counts, a.pair)
}

func (l *Limiter) hash(parts ...string) uint64 {
	var h maphash.Hash
	h.SetSeed(l.seed)
	for _, part := range parts {
		_, _ = h.WriteString(part)
		_ = h.WriteByte(0)
	}
	return h.Sum64()
}

func (l *Limiter) now() time.Time {
	if l.Now == nil {
		return time.Now()
	}
	return l.Now()
}

func (l *Limiter) window() time.Duration { return cmp.Or(l.Window, 15*time.Minute) }
