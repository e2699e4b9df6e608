package session

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/alexedwards/scs/v2"
)

// SCS makes a Store of one of github.com/alexedwards/scs, those of others included. Such a store removes what has
// expired by itself, and cannot tell a change from a new session: a session that ends in the very moment in which
// another request changes it may come back, and of two changes in one moment one may be lost.
func SCS(store scs.Store) Store { return foreign{store} }

type foreign struct{ scs.Store }

// envelope is a record in a store that keeps nothing but bytes and an expiry.
type envelope struct {
	Activity time.Time       `json:"activity"`
	Expiry   time.Time       `json:"expiry"`
	Data     json.RawMessage `json:"data"`
}

// Check reports a store that is not there.
func (f foreign) Check() error {
	if f.Store == nil {
		return fmt.Errorf("session: SCS was given no store")
	}
	return nil
}

func (f foreign) Find(ctx context.Context, token string) (r Record, found bool, err error) {
	var b []byte
	if s, ok := f.Store.(scs.CtxStore); ok {
		b, found, err = s.FindCtx(ctx, token)
	} else {
		b, found, err = f.Store.Find(token)
	}
	if err != nil || !found {
		return r, false, err
	}
	var e envelope
	if json.Unmarshal(b, &e) != nil {
		return r, false, nil // written by somebody else
	}
	return Record{Data: e.Data, Activity: e.Activity, Expiry: e.Expiry}, true, nil
}

func (f foreign) Create(ctx context.Context, token string, r Record) error {
	b, err := json.Marshal(envelope{r.Activity, r.Expiry, r.Data})
	if err != nil {
		return err
	}
	if s, ok := f.Store.(scs.CtxStore); ok {
		return s.CommitCtx(ctx, token, b, r.Expiry)
	}
	return f.Commit(token, b, r.Expiry)
}

func (f foreign) Update(ctx context.Context, token string, r Record) (bool, error) {
	if _, found, err := f.Find(ctx, token); err != nil || !found {
		return false, err
	}
	return true, f.Create(ctx, token, r)
}

func (f foreign) Touch(ctx context.Context, token string, activity, expiry time.Time) (bool, error) {
	r, found, err := f.Find(ctx, token)
	if err != nil || !found {
		return false, err
	}
	r.Activity, r.Expiry = activity, expiry
	return true, f.Create(ctx, token, r)
}

func (f foreign) Delete(ctx context.Context, token string) error {
	if s, ok := f.Store.(scs.CtxStore); ok {
		return s.DeleteCtx(ctx, token)
	}
	return f.Store.Delete(token)
}

func (f foreign) Purge(context.Context, time.Time) (int, error) { return 0, nil }
