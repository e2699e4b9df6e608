package token

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Prefix is what tokens of this service begin with.
const Prefix = "ops_"

const (
	defaultTTL = 30 * 24 * time.Hour
	maxTTL     = 90 * 24 * time.Hour
)

// A Token is a row of a token of this service.
type Token struct {
	ID        int64
	Name      string
	Scopes    grant.Scopes
	Created   time.Time
	Expires   time.Time
	Revoked   bool
	LastUsed  time.Time // to the minute; zero for never
	UsedTimes int64
}

// Tokens are those of one service. What is kept of a token is its hash.
type Tokens struct {
	store   *store.Store
	service string
	now     func() time.Time
	uses    *uses
}

func newTokens(s *store.Store, service string, now func() time.Time, logger *slog.Logger) *Tokens {
	return &Tokens{s, service, now, &uses{store: s, logger: logger, update: `UPDATE ops_token SET used_times = used_times + $1, last_used = $2 WHERE id = $3`}}
}

// Create makes a token and returns it: this is the only time that anybody sees it. A ttl of 0 is 30 days; 90 are the
// most.
func (t *Tokens) Create(ctx context.Context, name string, scopes grant.Scopes, ttl time.Duration) (string, *Token, error) {
	if ttl == 0 {
		ttl = defaultTTL
	}
	switch err := scopes.Check(); {
	case err != nil:
		return "", nil, err
	case len(scopes) == 0:
		return "", nil, fmt.Errorf("token %q has no scope: say what it is for, such as log.view", name)
	case ttl < time.Minute || ttl > maxTTL:
		return "", nil, fmt.Errorf("token %q would last %v: it is between a minute and 90 days", name, ttl)
	case strings.Trim(name, "0123456789") == "" || len(name) > 100 || strings.TrimSpace(name) != name:
		return "", nil, fmt.Errorf("name %q: a token has a name of up to 100 letters and digits, not of digits alone", name)
	}
	now := t.now()
	secret := Prefix + rand.Text() + rand.Text()
	made := &Token{Name: name, Scopes: scopes, Created: now, Expires: now.Add(ttl)}
	id, done, err := t.store.Insert(ctx, `INSERT INTO ops_token (service, name, hash, scopes, created, expires) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING RETURNING id`, t.service, name, hashOf(secret), text(scopes), now.UnixMicro(), made.Expires.UnixMicro())
	switch {
	case err != nil:
		return "", nil, err
	case !done:
		return "", nil, fmt.Errorf("token %q is there already: revoke it first, or take another name", name)
	}
	made.ID = id
	return secret, made, nil
}

// List is every token, the newest first.
func (t *Tokens) List(ctx context.Context) (l []Token, err error) {
	err = t.each(ctx, `service = $1 ORDER BY id DESC`, []any{t.service}, func(one Token) { l = append(l, one) })
	return l, err
}

// Revoke ends the token with that name or id at once, and tells whether there was one to end.
func (t *Tokens) Revoke(ctx context.Context, which string) (id int64, found bool, err error) {
	return t.store.Insert(ctx, `UPDATE ops_token SET revoked = 1 WHERE service = $1 AND revoked = 0 AND (name = $2 OR CAST(id AS text) = $2) RETURNING id`, t.service, which)
}

// use finds the token of a request, and counts it.
func (t *Tokens) use(ctx context.Context, secret string) (*Token, error) {
	var found *Token
	if err := t.each(ctx, `service = $1 AND hash = $2`, []any{t.service, hashOf(secret)}, func(one Token) { found = &one }); err != nil {
		return nil, err
	}
	now := t.now()
	switch {
	case found == nil:
		return nil, unauthorized("unauthorized", "this token is unknown")
	case found.Revoked:
		return nil, unauthorized(wire.TokenExpired, "this token was revoked")
	case !now.Before(found.Expires):
		return nil, unauthorized(wire.TokenExpired, "this token has expired")
	}
	t.uses.add(ctx, found.ID, now)
	return found, nil
}

func (t *Tokens) each(ctx context.Context, where string, args []any, f func(Token)) error {
	return t.store.Each(ctx, `SELECT id, name, scopes, created, expires, revoked, last_used, used_times FROM ops_token WHERE `+where, args, func(scan store.Scan) error {
		var (
			one              Token
			scopes           string
			created, expires int64
			revoked          int
			used             *int64
		)
		if err := scan(&one.ID, &one.Name, &scopes, &created, &expires, &revoked, &used, &one.UsedTimes); err != nil {
			return err
		}
		one.Created, one.Expires, one.Revoked = time.UnixMicro(created), time.UnixMicro(expires), revoked != 0
		if used != nil {
			one.LastUsed = time.UnixMicro(*used)
		}
		if err := json.Unmarshal([]byte(scopes), &one.Scopes); err != nil {
			return fmt.Errorf("ops_token %d: scopes: %w", one.ID, err)
		}
		f(one)
		return nil
	})
}

func (t *Tokens) purge(ctx context.Context, before time.Time) error {
	_, err := t.store.Exec(ctx, `DELETE FROM ops_token WHERE service = $1 AND expires < $2`, t.service, before.UnixMicro())
	return err
}

// hashOf is what is kept of a secret.
func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
