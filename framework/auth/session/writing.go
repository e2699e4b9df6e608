package session

import (
	"context"
	"encoding/json"
	"time"

	"github.com/alexedwards/scs/v2"
)

// document is what a session's data looks like in a store.
type document struct {
	Deadline time.Time `json:"deadline"`
	Values   Values    `json:"values"`
}

func decode(b []byte) (d document, err error) {
	err = json.Unmarshal(b, &d)
	return d, err
}

// writing is one save through scs: the store and the codec that scs sees.
type writing struct {
	m      *manager
	now    time.Time
	loaded string // the token that was found
	values Values // as encoded last
}

func (w *writing) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	r, found, err := w.m.Store.Find(ctx, token)
	if err != nil || !found || r.ended(w.now) {
		return nil, false, err
	}
	w.loaded = token
	return r.Data, true, nil
}

func (w *writing) CommitCtx(ctx context.Context, token string, b []byte, deadline time.Time) error {
	deadline = round(deadline)
	r := Record{Data: b, Activity: w.now, Expiry: w.m.expiry(w.now, deadline), Deadline: deadline, Values: w.values}
	if w.m.Columns != nil {
		r.Columns = w.m.Columns(w.values)
	}
	if token != w.loaded {
		return w.m.Store.Create(ctx, token, r)
	}
	found, err := w.m.Store.Update(ctx, token, r)
	if err == nil && !found {
		err = errGone
	}
	return err
}

func (w *writing) DeleteCtx(ctx context.Context, token string) error {
	return w.m.Store.Delete(ctx, token)
}

// What scs calls only on stores without contexts.

func (w *writing) Find(token string) ([]byte, bool, error) {
	return w.FindCtx(context.Background(), token)
}

func (w *writing) Commit(token string, b []byte, expiry time.Time) error {
	return w.CommitCtx(context.Background(), token, b, expiry)
}

func (w *writing) Delete(token string) error { return w.DeleteCtx(context.Background(), token) }

var _ scs.CtxStore = (*writing)(nil)

// Encode is the codec of scs. The values are json.RawMessages.
func (w *writing) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	w.values = make(Values, len(values))
	for k, v := range values {
		w.values[k] = v.(json.RawMessage)
	}
	return json.Marshal(document{deadline, w.values})
}

// Decode is the codec of scs.
func (w *writing) Decode(b []byte) (time.Time, map[string]any, error) {
	d, err := decode(b)
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, err
}
