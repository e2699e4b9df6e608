package ratelimit

import (
	"context"
	"fmt"
	"strconv"
	"time"
)

// count is what became of a request.
type count struct {
	over  bool
	left  int64         // requests that may follow
	reset time.Duration // until the window is over
	wait  time.Duration // until one is let through again
}

func (l *Limit) count(ctx context.Context, key string) (count, error) {
	if l.Sliding {
		return l.slide(ctx, key, time.Now())
	}
	n, left, err := l.Cache.Increment(ctx, key, 1, l.Per)
	if err != nil {
		return count{}, err
	}
	return count{over: n > int64(l.Requests), left: max(0, int64(l.Requests)-n), reset: left, wait: left}, nil
}

// slide counts in windows of the clock, and adds of the one before the share that is less than Per ago. What is refused
// is not counted, for whoever keeps asking would never be let in.
func (l *Limit) slide(ctx context.Context, key string, now time.Time) (count, error) {
	window := now.UnixNano() / int64(l.Per)
	gone := time.Duration(now.UnixNano() % int64(l.Per))
	at := func(w int64) string { return key + ":" + strconv.FormatInt(w, 10) }
	n, _, err := l.Cache.Increment(ctx, at(window), 1, 2*l.Per)
	if err != nil {
		return count{}, err
	}
	before := int64(0)
	if b, found, err := l.Cache.Get(ctx, at(window-1)); err != nil {
		return count{}, err
	} else if found {
		if before, err = strconv.ParseInt(string(b), 10, 64); err != nil {
			return count{}, fmt.Errorf("ratelimit: %q holds no counter: somebody else uses the key", at(window-1))
		}
	}
	limit, rest := int64(l.Requests), l.Per-gone
	sum := share(before, rest, l.Per) + n
	c := count{left: max(0, limit-sum), reset: rest}
	if sum <= limit {
		return c, nil
	}
	c.over, c.wait = true, wait(before, n-1, limit, gone, l.Per)
	_, _, err = l.Cache.Increment(ctx, at(window), -1, 2*l.Per)
	return c, err
}

// share is how much of n, counted evenly in the window before, is not yet as long ago as a window.
func share(n int64, rest, per time.Duration) int64 {
	return int64(float64(n) * float64(rest) / float64(per))
}

// wait is when one request more fits: in this window, when enough of the one before is gone, or in the next, when
// enough of this one is.
func wait(before, n, limit int64, gone, per time.Duration) time.Duration {
	fits := func(before, room int64) time.Duration { // from the begin of a window
		if before <= room {
			return 0
		}
		return time.Duration(float64(per) * (1 - float64(room)/float64(before)))
	}
	if room := limit - n - 1; room >= 0 {
		return max(0, fits(before, room)-gone)
	}
	return per - gone + fits(n, limit-1)
}
