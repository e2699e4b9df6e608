package cached

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/cache"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// Over is a session.Store that reads through a cache. What is written goes to Store, and its copy in the cache is
// removed; a session that ends is not served from a copy once that has been done. A cache that cannot be read is left
// out. One that cannot be written to when a session changes or ends is an error: other processes could believe the copy.
//
// Rows that somebody removes from the table by hand are believed for TTL.
type Over struct {
	Store session.Store
	Cache cache.Cache
	TTL   time.Duration // how long a copy is believed at most; 5 minutes
}

// Check reports what is missing, and what Store reports.
func (o Over) Check() error {
	if o.Store == nil || o.Cache == nil {
		return errors.New("session: cached.Over needs a Store and a Cache: give it both")
	}
	if o.TTL < 0 {
		return errors.New("session: cached.Over: TTL is below 0: use a positive duration")
	}
	if s, ok := o.Store.(interface{ Check() error }); ok {
		return s.Check()
	}
	return nil
}

// leaseTTL bounds how long a Find that never ends keeps others from making a copy.
const leaseTTL = 10 * time.Second

// Find reads the copy, or else the store. What it found there becomes the copy, unless somebody changed or removed the
// session meanwhile: the lease that was put in the copy's place is gone then.
func (o Over) Find(ctx context.Context, token string) (session.Record, bool, error) {
	if ctx.Value(changing{}) != nil {
		return o.Store.Find(ctx, token)
	}
	key := prefixOver + token
	b, found, err := o.Cache.Get(ctx, key)
	if r, ok := decode(b); ok && found && err == nil {
		return r, true, nil
	}
	var lease []byte
	if err == nil && !found {
		lease = append([]byte{0}, rand.Text()...)
		if added, err := o.Cache.Add(ctx, key, lease, leaseTTL); err != nil || !added {
			lease = nil
		}
	}
	r, found, err := o.Store.Find(ctx, token)
	if lease == nil {
		return r, found, err
	}
	if err != nil || !found {
		_, _ = o.Cache.Swap(ctx, key, lease, nil, -1) // it ends by itself otherwise
		return r, found, err
	}
	_, _ = o.Cache.Swap(ctx, key, lease, encode(r), min(o.ttl(), max(lasts(r), time.Millisecond)))
	return r, true, nil
}

func (o Over) ttl() time.Duration { return cmp.Or(o.TTL, 5*time.Minute) }

func (o Over) Create(ctx context.Context, token string, r session.Record) error {
	return o.Store.Create(ctx, token, r)
}

func (o Over) Update(ctx context.Context, token string, r session.Record) (bool, error) {
	found, err := o.Store.Update(ctx, token, r)
	if err != nil {
		return false, err
	}
	return found, o.drop(ctx, token)
}

func (o Over) Touch(ctx context.Context, token string, activity, expiry time.Time) (bool, error) {
	found, err := o.Store.Touch(ctx, token, activity, expiry)
	if err != nil {
		return false, err
	}
	return found, o.drop(ctx, token)
}

func (o Over) Delete(ctx context.Context, token string) error {
	if err := o.Store.Delete(ctx, token); err != nil {
		return err
	}
	return o.drop(ctx, token)
}

// drop removes the copy, or the lease for one: at once, and again after the commit if ctx carries a transaction,
// because until then others read and copy what was there before.
func (o Over) drop(ctx context.Context, token string) error {
	err := o.Cache.Delete(ctx, prefixOver+token)
	after := false
	db.AfterCommit(ctx, func() {
		if !after {
			return
		}
		ctx, cancel := context.WithTimeout(db.Detach(context.WithoutCancel(ctx)), leaseTTL)
		defer cancel()
		if err := o.Cache.Delete(ctx, prefixOver+token); err != nil {
			slog.WarnContext(ctx, "the copy of a session stays until its time is over", "ttl", o.ttl(), "error", err)
		}
	})
	after = true
	return err
}

// Purge removes from the store what has expired. Copies of it go by themselves.
func (o Over) Purge(ctx context.Context, now time.Time) (int, error) { return o.Store.Purge(ctx, now) }

type changing struct{}

// Atomic is that of Store, if it has one. Inside it everything is read from Store.
func (o Over) Atomic(ctx context.Context, fn func(ctx context.Context) error) error {
	do := func(ctx context.Context) error { return fn(context.WithValue(ctx, changing{}, true)) }
	if s, ok := o.Store.(interface {
		Atomic(context.Context, func(context.Context) error) error
	}); ok {
		return s.Atomic(ctx, do)
	}
	return do(ctx)
}

var _ session.Store = Over{}
