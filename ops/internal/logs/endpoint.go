package logs

import (
	"context"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/store"
)

// endpoints are those of the store by their keys, read again when a key is not known or a minute has passed.
type endpoints struct {
	store *store.Store
	now   func() time.Time

	mu   sync.Mutex
	rows map[int64]endpoint
	read time.Time
}

// An endpoint is what requests are for.
type endpoint struct{ ident, ref *string }

// of is the endpoint with that key; without names if there is none.
func (l *endpoints) of(ctx context.Context, key *int64) (endpoint, error) {
	if key == nil {
		return endpoint{}, nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, known := l.rows[*key]; known && l.now().Sub(l.read) < time.Minute {
		return e, nil
	}
	rows := map[int64]endpoint{}
	err := l.store.Each(ctx, "SELECT id, ident, ref FROM ops_endpoint", nil, func(scan store.Scan) error {
		var id int64
		var e endpoint
		err := scan(&id, &e.ident, &e.ref)
		rows[id] = e
		return err
	})
	if err != nil {
		return endpoint{}, err
	}
	e := rows[*key]
	rows[*key] = e // one that is gone is not looked for again
	l.rows, l.read = rows, l.now()
	return e, nil
}

// named lists the keys of endpoints with that ident: one for each service.
func (l *endpoints) named(ctx context.Context, ident string) (keys []int64, err error) {
	err = l.store.Each(ctx, "SELECT id FROM ops_endpoint WHERE ident = $1", []any{stored(ident)}, func(scan store.Scan) error {
		var id int64
		err := scan(&id)
		keys = append(keys, id)
		return err
	})
	return keys, err
}
