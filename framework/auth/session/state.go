package session

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// state is the session of a call. Most requests do not ask for it: what it takes then is made when somebody does.
type state struct {
	api.Link
	m     *manager
	outer *state // of another plugin further up
	r     *http.Request

	mu    sync.Mutex
	asked atomic.Bool // the cookie has been looked at
	*contents
}

// contents are what was read and what is to change.
type contents struct {
	err     error  // why the session could not be read
	was     *entry // as it was read; nil for none
	token   string // of was
	draft          // what the handler did
	flushes int    // how often the session was ended
	deleted bool   // the row of was is gone for sure
	typed   []typed
	failed  error // a value that cannot be kept
}

// draft is what is to be done after the handler.
type draft struct {
	changes map[string]json.RawMessage // nil removes the value
	cleared bool                       // nothing of what was read stays, its row neither
	renewed bool                       // the id is to be a new one
	begun   bool                       // and the lifetime begins anew
}

// of finds the state of the plugin m, going outwards.
func (s *state) of(m *manager) *state {
	for s != nil && s.m != m {
		s = s.outer
	}
	return s
}

// load reads the session at first use. The lock is held.
func (s *state) load(ctx context.Context) error {
	if s.asked.Load() {
		return s.err
	}
	s.contents = &contents{}
	s.asked.Store(true)
	token := readCookie(s.r.Header, s.m.cookieName(s.m.secure(s.r)))
	if len(token) != tokenSize {
		return nil
	}
	if s.was, s.err = s.m.read(ctx, token, !isSafe(s.r.Method)); s.was != nil {
		s.token = token
	}
	return s.err
}

// isSafe tells methods that only read. A change must not start from what another process has changed since.
func isSafe(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// get returns a value as it is at this point of the request, nil if there is none. The lock is held.
func (s *state) get(key string) json.RawMessage {
	if raw, changed := s.changes[key]; changed {
		return raw
	}
	if s.was == nil || s.cleared {
		return nil
	}
	return s.was.values[key]
}

// all returns a copy of the values as they are at this point. The lock is held.
func (s *state) all() Values {
	v := Values{}
	if s.was != nil && !s.cleared {
		maps.Copy(v, s.was.values)
	}
	for key, raw := range s.changes {
		if v[key] = raw; raw == nil {
			delete(v, key)
		}
	}
	return v
}

func (s *state) keys() []string { return slices.Sorted(maps.Keys(s.all())) }

// put changes a value; nil removes it. The lock is held.
func (s *state) put(key string, raw json.RawMessage) {
	if !bytes.Equal(s.get(key), raw) {
		s.set(key, raw)
	}
}

// set is put that writes what is there already too.
func (s *state) set(key string, raw json.RawMessage) {
	if s.changes == nil {
		s.changes = map[string]json.RawMessage{}
	}
	s.changes[key] = raw
}

// encode puts a value, or remembers that it cannot be kept.
func (s *state) encode(key string, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		s.failed = fmt.Errorf("session: value %q: %w", key, err)
		return
	}
	s.put(key, raw)
}

// flush ends the session. If ctx carries a transaction, the row goes with it; should it be rolled back, the row goes
// before the answer.
func (s *state) flush(ctx context.Context) error {
	s.mu.Lock()
	if err := s.load(ctx); err != nil {
		s.mu.Unlock()
		return err
	}
	s.draft, s.typed = draft{cleared: true}, nil
	s.flushes++
	was := s.was
	s.mu.Unlock()
	if was == nil {
		return nil
	}
	if err := s.m.remove(ctx, s.token); err != nil {
		return err
	}
	db.AfterCommit(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.deleted = true
	})
	return nil
}

func (m *manager) remove(ctx context.Context, token string) error {
	i := idOf(token)
	err := m.Store.Delete(ctx, i.String())
	m.cache.drop(i)
	if err != nil {
		return fmt.Errorf("session: cannot be ended: %w", err)
	}
	return nil
}

// login puts values under a new id. A session of somebody else is ended first. If ctx carries a transaction that is
// rolled back, nothing of it remains.
func (s *state) login(ctx context.Context, key string, id any, values map[string]any) error {
	s.mu.Lock()
	if err := s.load(ctx); err != nil {
		s.mu.Unlock()
		return err
	}
	raw, err := json.Marshal(id)
	if err != nil {
		s.mu.Unlock()
		return fmt.Errorf("session: the user's key: %w", err)
	}
	before, typed, flushes := s.draft, s.typed, s.flushes
	before.changes = maps.Clone(s.changes)
	if had := s.get(key); had != nil && !bytes.Equal(had, raw) {
		s.changes, s.cleared, s.typed = nil, true, nil
	}
	s.renewed, s.begun = true, true
	s.set(key, raw)
	for k, v := range values {
		s.encode(k, v)
	}
	s.mu.Unlock()
	db.AfterRollback(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.flushes == flushes { // an end stands
			s.draft, s.typed = before, typed
		}
	})
	return nil
}

// expiry is when a session that is used now ends unless it is used again.
func (m *manager) expiry(now, deadline time.Time) time.Time {
	if e := now.Add(m.Idle); e.Before(deadline) {
		return e
	}
	return deadline
}
