package session

import (
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"sync/atomic"
	"time"
)

// id is the hash of a token: what a session is known by everywhere but in the cookie.
type id [sha256.Size]byte

// tokenSize is the length of the tokens that scs makes: 32 random bytes in unpadded base64.
const tokenSize = 43

func idOf(token string) id {
	var buf [tokenSize]byte // on the stack, where a conversion would allocate
	return sha256.Sum256(buf[:copy(buf[:], token)])
}

// String is the hash as scs hands it to stores.
func (i id) String() string { return base64.RawURLEncoding.EncodeToString(i[:]) }

// entry is a session as it was read, decoded. What it says does not change.
type entry struct {
	Record
	values   Values
	checked  time.Time             // when the store was asked
	touching atomic.Bool           // a request is about to write the last activity
	known    atomic.Pointer[known] // nil until somebody asks for the user
}

// cache keeps entries of the process, a bounded number.
type cache struct {
	size int

	mu      sync.RWMutex
	entries map[id]*entry
	drops   uint64
}

// get returns the entry, nil if there is none, and a mark for put.
func (c *cache) get(i id) (e *entry, mark uint64) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries[i], c.drops
}

// put adds an entry that was read after mark was taken. Something dropped since then may have been read before it was
// removed from the store, so then nothing is kept.
func (c *cache) put(i id, e *entry, mark uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drops != mark {
		return
	}
	if _, known := c.entries[i]; !known && len(c.entries) >= c.size {
		c.evict()
	}
	c.entries[i] = e
}

// evict removes the one of a few, taken at random, that has been out of use the longest.
func (c *cache) evict() {
	var oldest id
	var at time.Time
	n := 0
	for i, e := range c.entries {
		if n == 0 || e.checked.Before(at) {
			oldest, at = i, e.checked
		}
		if n++; n == 8 {
			break
		}
	}
	delete(c.entries, oldest)
}

// drop forgets the entry.
func (c *cache) drop(i id) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drops++
	delete(c.entries, i)
}
