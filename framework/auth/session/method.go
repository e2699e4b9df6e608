package session

import (
	"bytes"
	"context"
	"encoding/base64"
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
	raw := s.get(key)
	if raw == nil {
		return c, false, nil
	}
	if c.ID = string(raw); raw[0] == '"' && json.Unmarshal(raw, &c.ID) != nil {
		return c, false, nil
	}
	if proof := s.get(proofOf(key)); proof != nil {
		if c.Proof, found = unquote(proof); !found {
			return c, false, nil
		}
	}
	return c, true, nil
}

// unquote is json.Unmarshal for bytes that json.Marshal wrote, without its cost: their base64 has no escapes.
func unquote(raw json.RawMessage) ([]byte, bool) {
	if string(raw) == "null" {
		return nil, true
	}
	text := bytes.Trim(raw, `"`)
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(b, text)
	return b[:n], err == nil
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
