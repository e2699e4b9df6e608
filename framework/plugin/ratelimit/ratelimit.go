// Package ratelimit bounds how many requests a client may send in a time.
//
//	type API struct {
//		Limit ratelimit.Limit
//		...
//	}
//
//	&API{Limit: ratelimit.Limit{Requests: 100, Per: time.Minute, Cache: shared}}
//
// What goes past a limit is answered with 429. Every answer tells how much is left, by the headers RateLimit and
// RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers.
package ratelimit

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/cache"
)

// A Limit is a plugin that counts the requests of each client to all endpoints below it together. Fields of one API
// may be several, a short one for bursts and a long one.
type Limit struct {
	Requests int           // that a client may send
	Per      time.Duration // in so long; 1 minute

	// By tells whose a request is: Address if nil. What it returns "" for is not counted.
	By func(c *api.Call) string

	// Sliding weighs what was counted in the window before, so that nobody has twice as much around its end. It asks
	// the cache twice.
	Sliding bool

	// Name tells limits apart, in the cache and in headers: letters, digits, - and _. Limits of the same name and time
	// in one cache count together. If empty the limit counts by itself, and is "default" in headers.
	Name string

	// Cache keeps the counters. Nil is one in the process, so that n processes let n times as much through.
	Cache cache.Cache

	// Closed answers 503 while the cache fails. Otherwise requests go through uncounted, and the log says so.
	Closed bool

	Logger *slog.Logger // slog.Default() if nil

	// made when mounted; shared by copies from then on
	scope  string        // of the keys in the cache
	warned *atomic.Int64 // when the log was told last, in Unix nanoseconds
}

// CheckEndpoint reports a limit that cannot be one.
func (l *Limit) CheckEndpoint(ep *api.Endpoint) error {
	l.prepare(ep)
	var errs []error
	if l.Requests <= 0 {
		errs = append(errs, fmt.Errorf("ratelimit: Requests is %d: say how many a client may send", l.Requests))
	}
	if l.Per < time.Second {
		errs = append(errs, fmt.Errorf("ratelimit: Per is %s: use a second at least", l.Per))
	}
	for _, c := range l.Name {
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			errs = append(errs, fmt.Errorf("ratelimit: Name %q: use letters, digits, - and _", l.Name))
			break
		}
	}
	return errors.Join(errs...)
}

// prepare fills in what is not said. A limit without a name is known by the first endpoint that it is mounted around,
// which is the same in every process.
func (l *Limit) prepare(ep *api.Endpoint) {
	if l.scope != "" {
		return
	}
	l.Per = cmp.Or(l.Per, time.Minute)
	if l.By == nil {
		l.By = Address
	}
	if l.Cache == nil {
		l.Cache = new(cache.Memory)
	}
	if l.Logger == nil {
		l.Logger = slog.Default()
	}
	l.warned = new(atomic.Int64)
	name := "/" + ep.ID // apart from every Name
	if l.Name != "" {
		name = l.Name
	}
	l.scope = fmt.Sprintf("ratelimit:%s:%s:", name, l.Per)
	if l.Name == "" {
		l.scope = fmt.Sprintf("ratelimit:%s:%s:%d:", name, l.Per, l.Requests)
	}
}

// Wrap counts the requests of the endpoint.
func (l *Limit) Wrap(ep *api.Endpoint, next api.Handler) api.Handler {
	l.prepare(ep)
	policy := fmt.Sprintf(`"%s";q=%d;w=%d`, cmp.Or(l.Name, "default"), l.Requests, int64(l.Per/time.Second))
	return func(c *api.Call) error {
		who := l.By(c)
		if who == "" {
			return next(c)
		}
		count, err := l.count(c.Context(), l.scope+short(who))
		if err != nil {
			return l.failed(c, next, err)
		}
		h := c.Header()
		h.Add("RateLimit-Policy", policy)
		h.Add("RateLimit", fmt.Sprintf(`"%s";r=%d;t=%d`, cmp.Or(l.Name, "default"), count.left, seconds(count.reset)))
		if count.over {
			return api.TooMany("too_many_requests", "too many requests: wait before the next").RetryAfter(count.wait)
		}
		return next(c)
	}
}

// failed goes on without a count, or does not.
func (l *Limit) failed(c *api.Call, next api.Handler, err error) error {
	if c.Context().Err() != nil {
		return c.Context().Err()
	}
	if l.Closed {
		return api.Unavailable("rate_limit", "requests cannot be counted: try again").RetryAfter(time.Second).Cause(err)
	}
	now, last := time.Now().UnixNano(), l.warned.Load()
	if now-last >= int64(quiet) && l.warned.CompareAndSwap(last, now) {
		l.Logger.WarnContext(c.Context(), "requests are not counted, and let through", "limit", l.scope, "error", err)
	}
	return next(c)
}

// quiet is how long the log is not told again.
const quiet = 10 * time.Second

func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
