package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

var (
	noStore    = []string{"no-store"} // shared: nobody may write into them in place
	varyCookie = []string{"Cookie"}
)

// BeforeWrite saves what the handler changed, or that the session is in use. Its error takes the place of the answer.
func (s *state) BeforeWrite(c *api.Call) error {
	if !s.asked.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.typed {
		t.collect(s)
	}
	if s.failed != nil {
		return s.failed
	}
	h := c.Header()
	if h["Vary"] == nil {
		h["Vary"] = varyCookie
	} else {
		h.Add("Vary", "Cookie")
	}
	if s.was != nil || len(s.changes) > 0 {
		h["Cache-Control"] = noStore
	}
	if s.err != nil {
		return nil // whoever asked was told
	}
	return s.write(db.Detach(c.Context()), h) // a plugin may have put one with a transaction in place
}

// write does what is to be done. The lock is held.
func (s *state) write(ctx context.Context, h http.Header) error {
	gone := s.was != nil && s.cleared
	if gone && !s.deleted {
		if err := s.m.remove(ctx, s.token); err != nil {
			return err
		}
	}
	if gone { // once more: another request may have read the row while a transaction was removing it
		s.m.cache.drop(idOf(s.token))
	}
	switch {
	case s.holds() || s.was != nil && !gone && (len(s.changes) > 0 || s.renewed):
		return s.save(ctx, h)
	case gone:
		s.m.writeCookie(h, s.m.secure(s.r), "", 0)
	case s.was != nil:
		s.touch(ctx, h)
	}
	return nil
}

// holds reports that the handler left a value: a reason for a new session.
func (s *state) holds() bool {
	for _, raw := range s.changes {
		if raw != nil {
			return true
		}
	}
	return false
}

// save puts the changes into the store and gives the client the token.
func (s *state) save(ctx context.Context, h http.Header) error {
	w := &writing{m: s.m, now: round(s.m.Now())}
	var token string
	var deadline time.Time
	err := atomically(ctx, s.m.Store, func(ctx context.Context) (err error) {
		token, deadline, err = s.commit(ctx, w)
		return err
	})
	if s.was != nil {
		s.m.cache.drop(idOf(s.token))
	}
	switch {
	case errors.Is(err, errGone):
		return nil
	case err != nil:
		return fmt.Errorf("session: cannot be saved: %w", err)
	}
	s.m.writeCookie(h, s.m.secure(s.r), token, deadline.Sub(w.now))
	return nil
}

func atomically(ctx context.Context, store Store, fn func(ctx context.Context) error) error {
	if s, ok := store.(interface {
		Atomic(context.Context, func(context.Context) error) error
	}); ok {
		return s.Atomic(ctx, fn)
	}
	return fn(ctx)
}

// errGone says that another request ended the session in the meantime. That stands.
var errGone = errors.New("session: has ended")

// commit goes by way of scs, which makes and renews tokens.
func (s *state) commit(ctx context.Context, w *writing) (token string, deadline time.Time, err error) {
	manager := &scs.SessionManager{Store: w, Codec: w, Lifetime: s.m.Lifetime, HashTokenInStore: true}
	old := s.token
	if s.cleared {
		old = ""
	}
	if ctx, err = manager.Load(ctx, old); err != nil {
		return "", deadline, err
	}
	known := manager.Token(ctx) != ""
	if old != "" && !known && !s.begun {
		return "", deadline, errGone
	}
	if err := s.apply(ctx, manager, known, w.now); err != nil {
		return "", deadline, err
	}
	return manager.Commit(ctx)
}

func (s *state) apply(ctx context.Context, manager *scs.SessionManager, known bool, now time.Time) error {
	deadline := now.Add(s.m.Lifetime)
	if known && !s.begun {
		deadline = manager.Deadline(ctx)
	}
	if s.renewed && known {
		if err := manager.RenewToken(ctx); err != nil {
			return err
		}
	}
	manager.SetDeadline(ctx, deadline)
	for key, raw := range s.changes {
		if raw == nil {
			manager.Remove(ctx, key)
		} else {
			manager.Put(ctx, key, raw)
		}
	}
	return nil
}

// touch notes that the session is in use, now and then. A failure is logged: the next request tries again, and finds
// out soon enough whether the store works.
func (s *state) touch(ctx context.Context, h http.Header) {
	e, now := s.was, round(s.m.Now())
	if now.Sub(e.Activity) < s.m.Touch || !e.touching.CompareAndSwap(false, true) {
		return
	}
	i := idOf(s.token)
	_, mark := s.m.cache.get(i)
	expiry := s.m.expiry(now, e.Deadline)
	found, err := s.m.Store.Touch(ctx, i.String(), now, expiry)
	switch {
	case err != nil:
		e.touching.Store(false)
		if ctx.Err() == nil { // else the client is gone
			s.m.Logger.WarnContext(ctx, "a session's last activity cannot be written", "error", err)
		}
	case !found:
		s.m.cache.drop(i)
	default:
		next := &entry{Record: e.Record, values: e.values, checked: e.checked}
		next.Activity, next.Expiry = now, expiry
		s.m.cache.put(i, next, mark)
		s.m.writeCookie(h, s.m.secure(s.r), s.token, e.Deadline.Sub(now))
	}
}
