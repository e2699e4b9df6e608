package token

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// issued are the tokens of supervisors that were seen or revoked.
type issued struct {
	store *store.Store
	uses  *uses
}

func newIssued(s *store.Store, logger *slog.Logger) *issued {
	return &issued{s, &uses{store: s, logger: logger, update: `UPDATE ops_access_token SET used_times = used_times + $1, last_activity = $2 WHERE id = $3`}}
}

// supervisorGrant is what a token of a supervisor gives. One that is no token at all is told from none.
func (a *Access) supervisorGrant(r *http.Request, token string) (*grant.Grant, error) {
	id := node(r)
	if id == "" {
		return nil, api.BadRequest(wire.NodeRequired, "node id required: send it as X-Node-ID")
	}
	if err := a.ready(); err != nil {
		return nil, err
	}
	candidates, err := a.supervisors.active(r.Context(), id)
	switch {
	case err != nil:
		return nil, err
	case len(candidates) == 0:
		return nil, api.BadRequest(wire.SupervisorNotFound, "supervisor not found")
	case len(token) > maxJWT || strings.Count(token, ".") != 2:
		return nil, expired("it is no JWS")
	}
	s, payload := signer(candidates, token)
	if s == nil {
		return nil, expired("its signature is not the supervisor's")
	}
	c, err := parseClaims(payload)
	if err != nil {
		return nil, expired("it cannot be read").Cause(err)
	}
	now := a.config.Now()
	if err := c.check(s, a.config.Audience, now); err != nil {
		return nil, err
	}
	row, err := a.issued.seen(r.Context(), s, c, guard.Address(r), now)
	if err != nil {
		return nil, err
	}
	return &grant.Grant{
		Kind: grant.Supervisor, Subject: c.Subject, AccessID: row, Supervisor: s.ID, NodeID: s.NodeID, Scopes: c.Scopes, Expires: c.Expires,
	}, nil
}

// signer is the first supervisor whose key has signed the token, nil for none, and what it signed.
func signer(candidates []Supervisor, token string) (*Supervisor, []byte) {
	for i := range candidates {
		key, err := ParseKey(candidates[i].PublicKey)
		if err != nil {
			continue
		}
		if payload, err := verify(token, key); err == nil {
			return &candidates[i], payload
		}
	}
	return nil, nil
}

// seen is the row of a token, made at its first use.
func (l *issued) seen(ctx context.Context, s *Supervisor, c *claims, ip string, now time.Time) (id int64, err error) {
	id, known, err := l.find(ctx, s, c)
	if known || err != nil {
		if err == nil {
			l.uses.add(ctx, id, now)
		}
		return id, err
	}
	id, made, err := l.store.Insert(ctx, `INSERT INTO ops_access_token (issuer, token_id, issued_at, subject, expiry_time, last_activity, used_times, ip, scope)
VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $8) ON CONFLICT DO NOTHING RETURNING id`,
		s.ID, c.ID, c.Issued.UnixMicro(), c.Subject, c.Expires.UnixMicro(), now.UnixMicro(), ip, text(c.Scopes))
	if err != nil {
		return 0, err
	}
	if made {
		l.uses.began(id, now)
		return id, nil
	}
	if id, _, err = l.find(ctx, s, c); err == nil { // another request has just made it
		l.uses.add(ctx, id, now)
	}
	return id, err
}

// find looks a token up, and refuses one that was revoked or is another supervisor's.
func (l *issued) find(ctx context.Context, s *Supervisor, c *claims) (id int64, known bool, err error) {
	err = l.store.Each(ctx, `SELECT id, issuer, revoked FROM ops_access_token WHERE token_id = $1`, []any{c.ID}, func(scan store.Scan) error {
		var issuer, revoked int64
		if err := scan(&id, &issuer, &revoked); err != nil {
			return err
		}
		known = true
		switch {
		case revoked != 0:
			return expired("revoked")
		case issuer != s.ID:
			return expired("its id is another's")
		}
		return nil
	})
	return id, known, err
}

// revoke ends the tokens with these ids, those too that were never seen, and counts the ones that were there.
func (l *issued) revoke(ctx context.Context, supervisor int64, ids []string, now time.Time) (there int, err error) {
	err = l.store.Atomic(ctx, func(ctx context.Context) error {
		for _, id := range ids {
			_, found, err := l.store.Insert(ctx, `UPDATE ops_access_token SET revoked = 1 WHERE token_id = $1 AND issuer = $2 RETURNING id`, id, supervisor)
			if err != nil {
				return err
			}
			if found {
				there++
				continue
			}
			if _, err := l.store.Exec(ctx, `INSERT INTO ops_access_token (issuer, token_id, expiry_time, revoked) VALUES ($1, $2, $3, 1) ON CONFLICT DO NOTHING`,
				supervisor, id, now.Add(24*time.Hour).UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
	return there, err
}

// rows lists the tokens of a supervisor that fit, the newest first.
func (l *issued) rows(ctx context.Context, supervisor int64, in *Filter) (out []AccessToken, err error) {
	c := &columns{}
	c.add("issuer", supervisor)
	in.columns(c)
	err = l.store.Each(ctx, `SELECT id, issuer, token_id, issued_at, subject, expiry_time, last_activity, used_times, ip, scope, revoked
FROM ops_access_token WHERE `+c.equal(" AND ")+` ORDER BY id DESC LIMIT 1000`, c.values, func(scan store.Scan) error {
		var (
			t                        AccessToken
			issuedAt, expiry, active *int64
			scope                    string
			revoked                  int
		)
		if err := scan(&t.ID, &t.IssuerID, &t.TokenID, &issuedAt, &t.Subject, &expiry, &active, &t.UsedTimes, &t.IP, &scope, &revoked); err != nil {
			return err
		}
		t.IssuedAt, t.ExpiryTime, t.LastActivity, t.Revoked = wire.Time(issuedAt), wire.Time(expiry), wire.Time(active), revoked != 0
		err := json.Unmarshal([]byte(scope), &t.Scope)
		out = append(out, t)
		return err
	})
	return out, err
}

func (l *issued) purge(ctx context.Context, before time.Time) error {
	_, err := l.store.Exec(ctx, `DELETE FROM ops_access_token WHERE expiry_time < $1 AND (revoked = 0 OR issued_at IS NOT NULL)`, before.UnixMicro())
	return err
}
