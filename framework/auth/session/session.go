package session

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// A Session holds values of a client between requests, by name. It is injected: give an input a field of this type, or
// make it the input. Values are kept as JSON. Copies are the same session; the zero Session belongs to no request and
// keeps nothing.
type Session struct{ s *state }

// Inject finds the session of the request, which may be one that does not exist yet.
func (s *Session) Inject(ctx context.Context) (err error) {
	s.s, err = inject(ctx)
	return err
}

// CheckEndpoint reports an endpoint without a [Plugin].
func (*Session) CheckEndpoint(ep *api.Endpoint) error { return checkPlugin(ep) }

func inject(ctx context.Context) (*state, error) {
	s, ok := api.Attached[*state](ctx)
	if !ok {
		return nil, errNoPlugin
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s, s.load(ctx)
}

// state is locked until the function that it returns is called.
func (s *Session) state() (st *state, unlock func()) {
	if s.s == nil {
		s.s = &state{contents: &contents{}}
		s.s.asked.Store(true)
	}
	s.s.mu.Lock()
	return s.s, s.s.mu.Unlock
}

// Get decodes a value into v, a pointer. It is false when there is none, or none that fits v.
func (s *Session) Get(key string, v any) bool {
	st, unlock := s.state()
	defer unlock()
	raw := st.get(key)
	return raw != nil && json.Unmarshal(raw, v) == nil
}

// Has reports whether there is a value.
func (s *Session) Has(key string) bool {
	st, unlock := s.state()
	defer unlock()
	return st.get(key) != nil
}

// Keys lists the names of all values, sorted.
func (s *Session) Keys() []string {
	st, unlock := s.state()
	defer unlock()
	return st.keys()
}

// Put keeps a value, as it is now. One that cannot be JSON, or whose name begins with an underscore, makes the request
// fail with a 500.
func (s *Session) Put(key string, v any) {
	st, unlock := s.state()
	defer unlock()
	if strings.HasPrefix(key, "_") {
		st.failed = fmt.Errorf("session: value %q: names that begin with an underscore belong to the framework: use another", key)
		return
	}
	st.encode(key, v)
}

// Pop is Get and Delete in one.
func (s *Session) Pop(key string, v any) bool {
	found := s.Get(key, v)
	s.Delete(key)
	return found
}

// Delete removes values, if they are there.
func (s *Session) Delete(keys ...string) {
	st, unlock := s.state()
	defer unlock()
	for _, key := range keys {
		st.put(key, nil)
	}
}

// Renew gives the session another id, and keeps values and lifetime. Do it when the rights of the client change; a
// login does it by itself.
func (s *Session) Renew() {
	st, unlock := s.state()
	defer unlock()
	st.renewed = true
}

// Flush ends the session: its row is removed and the client's cookie expires. What is put afterwards begins another.
func (s *Session) Flush(ctx context.Context) error {
	st, unlock := s.state()
	unlock()
	return st.flush(ctx)
}
