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
func (p Plugin) Identify(ctx context.Context, key string) (*auth.Credential, error) {
	s, err := p.find(ctx)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.load(ctx); err != nil {
		return nil, err
	}
	raw := s.get(key)
	if raw == nil {
		return nil, nil
	}
	c := &auth.Credential{ID: string(raw)}
	if raw[0] == '"' {
		if err := json.Unmarshal(raw, &c.ID); err != nil {
			return nil, nil
		}
	}
	if proof := s.get(proofOf(key)); proof != nil && json.Unmarshal(proof, &c.Proof) != nil {
		return nil, nil
	}
	return c, nil
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
