package session

import (
	"context"
	"encoding/json"

	"github.com/utilmeta/utilmeta-go/framework/auth"
)

var _ auth.Rememberer = Plugin{}

// proofOf is the name of the value that goes with the user's key.
func proofOf(key string) string { return key + "_proof" }

// Identify finds the user in the session. A cookie that is unknown or whose session has ended is no credential.
func (p Plugin) Identify(ctx context.Context, key string) (c auth.Credential, found bool, err error) {
	s, err := p.find(ctx)
	if err != nil {
		return c, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return c, false, err
	}
	if s.was == nil || s.cleared || len(s.changes) > 0 {
		c, found = credential(key, s.get)
		return c, found, nil
	}
	k := s.was.known.Load()
	if k == nil || k.key != key {
		k = &known{key: key}
		k.Credential, k.found = credential(key, s.get)
		s.was.known.Store(k)
	}
	return k.Credential, k.found, nil
}

// known is what an entry is known to say of a user, so that it is decoded once and not at each request.
type known struct {
	auth.Credential
	key   string
	found bool
}

// credential decodes what Remember kept. A key without a proof is none of its doing.
func credential(key string, get func(string) json.RawMessage) (c auth.Credential, found bool) {
	raw, proof := get(key), get(proofOf(key))
	if raw == nil || proof == nil {
		return c, false
	}
	if c.ID = string(raw); raw[0] == '"' && json.Unmarshal(raw, &c.ID) != nil {
		return c, false
	}
	return c, json.Unmarshal(proof, &c.Proof) == nil && c.Proof != nil
}

// Remember keeps the user in the session, under a new id. A session of another user is ended first, a visitor's goes
// on.
func (p Plugin) Remember(ctx context.Context, l auth.Login) error {
	s, err := p.find(ctx)
	if err != nil {
		return err
	}
	return s.login(ctx, l.Key, l.ID, map[string]any{proofOf(l.Key): l.Proof})
}

// Forget ends the session.
func (p Plugin) Forget(ctx context.Context, _ string) error {
	s, err := p.find(ctx)
	if err != nil {
		return err
	}
	return s.flush(ctx)
}
