package cached

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/cache"
)

// Only is a session.Store that keeps sessions in a cache and nowhere else: what the cache evicts has ended. A cache that
// fails ends no session, but nobody can use one meanwhile.
type Only struct {
	Cache cache.Cache
}

// Check reports a cache that is not there.
func (o Only) Check() error {
	if o.Cache == nil {
		return errors.New("session: cached.Only has no Cache: give it one")
	}
	return nil
}

func (o Only) Find(ctx context.Context, token string) (session.Record, bool, error) {
	r, _, found, err := o.find(ctx, token)
	return r, found, err
}

// find returns the bytes of the record too.
func (o Only) find(ctx context.Context, token string) (r session.Record, b []byte, found bool, err error) {
	b, found, err = o.Cache.Get(ctx, prefixOnly+token)
	if err != nil || !found {
		return r, nil, false, err
	}
	if r, found = decode(b); !found {
		return r, nil, false, nil
	}
	if c, ok := ctx.Value(changeKey{}).(*change); ok {
		c.token, c.was = token, b
	}
	return r, b, true, nil
}

func (o Only) Create(ctx context.Context, token string, r session.Record) error {
	return o.Cache.Set(ctx, prefixOnly+token, encode(r), lasts(r))
}

// Update replaces the session, if it is as the Find of the same change has seen it.
func (o Only) Update(ctx context.Context, token string, r session.Record) (bool, error) {
	c, _ := ctx.Value(changeKey{}).(*change)
	if c != nil && c.token == token {
		swapped, err := o.Cache.Swap(ctx, prefixOnly+token, c.was, encode(r), lasts(r))
		if err == nil && !swapped {
			err = errChanged
		}
		return swapped, err
	}
	for {
		_, was, found, err := o.find(ctx, token)
		if err != nil || !found {
			return false, err
		}
		swapped, err := o.Cache.Swap(ctx, prefixOnly+token, was, encode(r), lasts(r))
		if err != nil || swapped {
			return swapped, err
		}
	}
}

// Touch notes that the session is in use. If it changes at the same time, that says so too.
func (o Only) Touch(ctx context.Context, token string, activity, expiry time.Time) (bool, error) {
	r, was, found, err := o.find(ctx, token)
	if err != nil || !found {
		return false, err
	}
	r.Activity, r.Expiry = activity, expiry
	swapped, err := o.Cache.Swap(ctx, prefixOnly+token, was, encode(r), lasts(r))
	if err != nil || swapped {
		return swapped, err
	}
	_, found, err = o.Find(ctx, token)
	return found, err
}

func (o Only) Delete(ctx context.Context, token string) error {
	return o.Cache.Delete(ctx, prefixOnly+token)
}

// Purge has nothing to do: a cache forgets by itself.
func (Only) Purge(context.Context, time.Time) (int, error) { return 0, nil }

// Atomic runs fn, again and again while other requests change the same session between its Find and its Update.
func (o Only) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	for range tries {
		err := fn(context.WithValue(ctx, changeKey{}, new(change)))
		if !errors.Is(err, errChanged) {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	return fmt.Errorf("session: %d other requests changed it at the same time", tries)
}

// tries is how often a change is begun at most. Each that fails means that another one succeeded.
const tries = 100

// errChanged says that what a change has read is there no longer.
var errChanged = errors.New("session: changed or ended in the meantime")

type changeKey struct{}

// change is what a change has read.
type change struct {
	token string
	was   []byte
}

// lasts is how long a record is kept: until it expires, by the clock that it was made with.
func lasts(r session.Record) time.Duration { return r.Expiry.Sub(r.Activity) }

var _ session.Store = Only{}
