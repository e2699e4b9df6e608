package token

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A Supervisor is a row of a supervisor, a platform that operates services from elsewhere.
type Supervisor struct {
	ID        int64
	NodeID    string // under which it knows this service; "" until it has made itself known
	Ident     string
	BaseURL   string // of its own API; tokens are issued by it or by what is above
	URL       string // of its page
	OpsAPI    string // where it calls
	PublicKey string // a JWK
	Marked    bool   // its init_key is gone: it may go
	Disabled  bool
	Connected bool
}

// supervisors are those of one service.
type supervisors struct {
	store   *store.Store
	service string
	now     func() time.Time
}

// active lists those that may call under a node id.
func (s *supervisors) active(ctx context.Context, node string) (l []Supervisor, err error) {
	return s.list(ctx, `AND node_id = $2 AND disabled = 0 AND public_key IS NOT NULL ORDER BY id`, node)
}

// all lists every one.
func (s *supervisors) all(ctx context.Context) ([]Supervisor, error) {
	return s.list(ctx, `ORDER BY id`)
}

// one is the supervisor of a row, nil for none.
func (s *supervisors) one(ctx context.Context, id int64) (*Supervisor, error) {
	return first(s.list(ctx, `AND id = $2`, id))
}

// begun is the supervisor that has an init key, nil for none.
func (s *supervisors) begun(ctx context.Context, key string) (*Supervisor, error) {
	return first(s.list(ctx, `AND init_key = $2 AND disabled = 0`, hashOf(key)))
}

// named is another supervisor with that address and node, nil for none.
func (s *supervisors) named(ctx context.Context, base, node string, but int64) (*Supervisor, error) {
	return first(s.list(ctx, `AND base_url = $2 AND node_id = $3 AND id <> $4`, base, node, but))
}

func first(l []Supervisor, err error) (*Supervisor, error) {
	if err != nil || len(l) == 0 {
		return nil, err
	}
	return &l[0], nil
}

func (s *supervisors) list(ctx context.Context, where string, args ...any) (l []Supervisor, err error) {
	query := `SELECT id, COALESCE(node_id, ''), COALESCE(ident, ''), COALESCE(base_url, ''), COALESCE(url, ''), COALESCE(ops_api, ''), COALESCE(public_key, ''),
init_key IS NULL, disabled <> 0, connected <> 0 FROM ops_supervisor WHERE service = $1 ` + where
	err = s.store.Each(ctx, query, append([]any{s.service}, args...), func(scan store.Scan) error {
		var v Supervisor
		err := scan(&v.ID, &v.NodeID, &v.Ident, &v.BaseURL, &v.URL, &v.OpsAPI, &v.PublicKey, &v.Marked, &v.Disabled, &v.Connected)
		l = append(l, v)
		return err
	})
	return l, err
}

// add makes a supervisor that is known: its key came by a way that is trusted.
func (s *supervisors) add(ctx context.Context, v Supervisor) (int64, error) {
	id, done, err := s.store.Insert(ctx, `INSERT INTO ops_supervisor (service, node_id, ident, base_url, public_key, connected, created)
VALUES ($1, $2, $3, $4, $5, 1, $6) ON CONFLICT DO NOTHING RETURNING id`, s.service, v.NodeID, v.Ident, v.BaseURL, v.PublicKey, s.now().UnixMicro())
	if err == nil && !done {
		err = fmt.Errorf("supervisor %s knows a node %s already: remove it first", v.BaseURL, v.NodeID)
	}
	return id, err
}

// Expect makes a row for a supervisor at base that is to make itself known with key by POST /.
func (a *Access) Expect(ctx context.Context, base, key string) (id int64, err error) {
	if base == "" || key == "" {
		return 0, errors.New("a supervisor that is expected has an address and a key")
	}
	id, done, err := a.config.Store.Insert(ctx, `INSERT INTO ops_supervisor (service, base_url, init_key, ops_api, created) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING RETURNING id`, a.config.Service, base, hashOf(key), a.config.URL(), a.config.Now().UnixMicro())
	if err == nil && !done {
		err = errors.New("a supervisor is expected with that key already")
	}
	return id, err
}

// complete fills in the row of a supervisor that has made itself known. It is a
// conflict if somebody else was faster.
func (s *supervisors) complete(ctx context.Context, id int64, in *Registration) error {
	if in.BackupURLs == nil {
		in.BackupURLs = []string{}
	}
	_, done, err := s.store.Insert(ctx, `UPDATE ops_supervisor SET ident = $1, node_id = $2, public_key = $3, backup_urls = $4, ops_api = $5, url = $6, local = $7,
connected = 1, init_key = NULL WHERE id = $8 AND init_key IS NOT NULL RETURNING id`,
		in.Ident, in.NodeID, nullable(in.PublicKey), text(in.BackupURLs), in.OpsAPI, nullable(in.URL), number(in.Local), id)
	if err == nil && !done {
		err = api.Conflict("conflict", "another supervisor has used this key")
	}
	return err
}

// remove deletes a row. Tokens of the supervisor stay until they end, so that those revoked stay so.
func (s *supervisors) remove(ctx context.Context, id int64) error {
	_, err := s.store.Exec(ctx, `DELETE FROM ops_supervisor WHERE service = $1 AND id = $2`, s.service, id)
	return err
}

// nullable is NULL for absent and null.
func nullable(n api.Null[string]) any {
	if v, ok := n.Get(); ok {
		return v
	}
	return nil
}
