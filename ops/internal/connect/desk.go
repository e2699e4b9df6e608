// Package connect lets those in who work on this machine: whoever can open a socket that only the service's own user can
// gets a code there, which is good once and for a minute, and a page swaps the code for a token.
//
// Codes and tokens are kept in memory, by their hashes, and end with the process.
package connect

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// Prefix is what the tokens of a Desk begin with.
const Prefix = "ops_local_"

const (
	codeTTL     = time.Minute
	defaultTTL  = 8 * time.Hour
	maxTTL      = 7 * 24 * time.Hour
	maxCodes    = 32 // that wait
	maxSessions = 256
)

// A Session is what somebody on this machine may do, and until when.
type Session struct {
	Scopes  grant.Scopes
	Expires time.Time
}

// A Desk gives out codes and tokens.
type Desk struct {
	Default grant.Scopes // of a code that asks for none
	Now     func() time.Time

	mu       sync.Mutex
	codes    map[hash]offer
	sessions map[hash]Session
}

type hash = [sha256.Size]byte

// offer is what a code is good for.
type offer struct {
	scopes  grant.Scopes
	ttl     time.Duration
	expires time.Time
}

// Code makes a code for scopes and a session as long as ttl; zero values are the usual ones.
func (d *Desk) Code(scopes grant.Scopes, ttl time.Duration) (string, error) {
	if err := scopes.Check(); err != nil {
		return "", err
	}
	ttl = cmp.Or(ttl, defaultTTL)
	if ttl < time.Minute || ttl > maxTTL {
		return "", fmt.Errorf("ttl %v: a session lasts between a minute and %d days", ttl, maxTTL/(24*time.Hour))
	}
	if len(scopes) == 0 {
		scopes = d.Default
	}
	if len(scopes) == 0 {
		return "", errors.New("local access is off: LocalScope is empty")
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // it never fails
	code := base64.RawURLEncoding.EncodeToString(secret)
	d.mu.Lock()
	defer d.mu.Unlock()
	now := d.Now()
	if d.codes == nil {
		d.codes, d.sessions = map[hash]offer{}, map[hash]Session{}
	}
	trim(d.codes, maxCodes, now, func(o offer) time.Time { return o.expires })
	d.codes[sha256.Sum256([]byte(code))] = offer{scopes, ttl, now.Add(codeTTL)}
	return code, nil
}

// Exchange swaps a code for a token. It is false for a code that is wrong, too old or used.
func (d *Desk) Exchange(code string) (token string, s Session, ok bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key, now := sha256.Sum256([]byte(code)), d.Now()
	o, ok := d.codes[key]
	delete(d.codes, key)
	if !ok || !now.Before(o.expires) {
		return "", Session{}, false
	}
	trim(d.sessions, maxSessions, now, func(s Session) time.Time { return s.Expires })
	token, s = Prefix+rand.Text()+rand.Text(), Session{o.scopes, now.Add(o.ttl)}
	d.sessions[sha256.Sum256([]byte(token))] = s
	return token, s, true
}

// Session is what a token is good for; false is nothing.
func (d *Desk) Session(token string) (Session, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	s, ok := d.sessions[sha256.Sum256([]byte(token))]
	return s, ok && d.Now().Before(s.Expires)
}

// End makes a token good for nothing.
func (d *Desk) End(token string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.sessions, sha256.Sum256([]byte(token)))
}

// trim makes room in m for one more of limit: what has ended goes, and what ends first if nothing has.
func trim[V any](m map[hash]V, limit int, now time.Time, end func(V) time.Time) {
	maps.DeleteFunc(m, func(_ hash, v V) bool { return !now.Before(end(v)) })
	if len(m) < limit {
		return
	}
	first := slices.MinFunc(slices.Collect(maps.Keys(m)), func(a, b hash) int { return end(m[a]).Compare(end(m[b])) })
	delete(m, first)
}

// Is tells a token of a Desk from others.
func Is(token string) bool { return strings.HasPrefix(token, Prefix) }
