package session

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Of is a session as a struct: each member of Data, by its name in JSON, is a value of the session. It is injected
// like [Session], and both may be used in one request. What the handler leaves in Data is saved after it.
//
//	type Cart struct {
//		Items []int `json:"items"`
//	}
//
//	type AddInput struct {
//		Cart session.Of[Cart]
//		Item int `json:"item"`
//	}
type Of[Data any] struct {
	Data Data
	was  map[string]json.RawMessage
}

// typed is every Of.
type typed interface{ collect(s *state) }

// Inject decodes the session of the request. A value that does not fit its member leaves it zero.
func (o *Of[Data]) Inject(ctx context.Context) error {
	s, err := inject(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	all, err := json.Marshal(s.all())
	if err != nil {
		return fmt.Errorf("session: %w", err)
	}
	var misfit *json.UnmarshalTypeError // the rest is decoded all the same
	if err := json.Unmarshal(all, &o.Data); err != nil && !errors.As(err, &misfit) {
		return fmt.Errorf("session: %T: %w", o.Data, err)
	}
	if o.was, err = o.members(); err != nil {
		return err
	}
	s.typed = append(s.typed, o)
	return nil
}

// CheckEndpoint reports an endpoint without a [Plugin], and a type that has no members.
func (o *Of[Data]) CheckEndpoint(ep *api.Endpoint) error {
	if _, err := o.members(); err != nil || reflect.TypeFor[Data]().Kind() != reflect.Struct {
		return fmt.Errorf("session.Of[%v]: its values have no names: use a struct that can be JSON", reflect.TypeFor[Data]())
	}
	return checkPlugin(ep)
}

func (o *Of[Data]) members() (m map[string]json.RawMessage, err error) {
	b, err := json.Marshal(&o.Data)
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		return nil, fmt.Errorf("session: %T: %w", o.Data, err)
	}
	return m, nil
}

// collect puts what has changed since Inject. The lock is held.
func (o *Of[Data]) collect(s *state) {
	now, err := o.members()
	if err != nil {
		s.failed = err
		return
	}
	for key, raw := range now {
		if !bytes.Equal(raw, o.was[key]) {
			s.put(key, raw)
		}
	}
	for key := range o.was {
		if _, there := now[key]; !there {
			s.put(key, nil)
		}
	}
}
