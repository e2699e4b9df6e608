package redis

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/cache"
)

// pause is how long nothing is tried after the server could not be reached.
const pause = time.Second

var errPause = fmt.Errorf("%w: it could not be reached a moment ago", cache.ErrUnavailable)

// breaker keeps callers from waiting for a server that is away: one in a second does.
type breaker struct {
	until atomic.Int64 // in Unix nanoseconds; 0 while all is well
}

// allow is asked before a command is sent.
func (b *breaker) allow() error {
	until := b.until.Load()
	if until == 0 {
		return nil
	}
	now := time.Now()
	if now.UnixNano() < until || !b.until.CompareAndSwap(until, now.Add(pause).UnixNano()) {
		return errPause
	}
	return nil // this one tries, the others wait for another pause
}

func (b *breaker) down() { b.until.Store(time.Now().Add(pause).UnixNano()) }

func (b *breaker) up() {
	if b.until.Load() != 0 {
		b.until.Store(0)
	}
}
