package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// maxJWT is the size in bytes from which on a token is none.
const maxJWT = 16 << 10

// skew is how far the clock of a supervisor may be ahead.
const skew = time.Minute

// ParseKey reads the JWK of a supervisor: a public key, or a secret that both have. Its member alg says nothing about
// tokens.
func ParseKey(text string) (key any, err error) {
	var k jose.JSONWebKey
	if err := json.Unmarshal([]byte(text), &k); err != nil {
		return nil, fmt.Errorf("key: not a JWK: %w", err)
	}
	if len(algorithms(k.Key)) == 0 {
		return nil, errors.New("key: take a public RSA key of 2048 bits or more, an EC key on P-256, P-384 or P-521, an Ed25519 key, or a secret of 32 bytes or more; a private key is nobody else's")
	}
	return k.Key, nil
}

// algorithms are those that a key is for, by its type alone: none that a token says.
func algorithms(key any) []jose.SignatureAlgorithm {
	switch k := key.(type) {
	case *rsa.PublicKey:
		if k.N.BitLen() >= 2048 {
			return []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.PS384, jose.PS512}
		}
	case *ecdsa.PublicKey:
		switch k.Curve {
		case elliptic.P256():
			return []jose.SignatureAlgorithm{jose.ES256}
		case elliptic.P384():
			return []jose.SignatureAlgorithm{jose.ES384}
		case elliptic.P521():
			return []jose.SignatureAlgorithm{jose.ES512}
		}
	case ed25519.PublicKey:
		return []jose.SignatureAlgorithm{jose.EdDSA}
	case []byte:
		if len(k) >= 32 {
			return []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512}
		}
	}
	return nil
}

// expired is the answer for a token that is not good any more, or never was.
func expired(format string, args ...any) *api.Problem {
	return api.BadRequest(wire.TokenExpired, "invalid token: "+format, args...)
}

// verify is what a token says that was signed with key. Nothing in its header chooses the key.
func verify(token string, key any) ([]byte, error) {
	signed, err := jose.ParseSignedCompact(token, algorithms(key))
	if err != nil {
		return nil, err
	}
	if typ, ok := signed.Signatures[0].Protected.ExtraHeaders[jose.HeaderType]; ok {
		if name, _ := typ.(string); !strings.EqualFold(name, "JWT") && !strings.EqualFold(name, "at+jwt") {
			return nil, fmt.Errorf("typ is %v", typ)
		}
	}
	return signed.Verify(key)
}

// claims are what a supervisor's token says.
type claims struct {
	Node, Issuer, ID, Subject string
	Audience                  []string
	Expires                   time.Time // zero if it says none
	Issued, NotBefore         time.Time
	Scopes                    grant.Scopes // those that mean something
}

// parseClaims reads members by their exact names.
func parseClaims(payload []byte) (*claims, error) {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(payload, &m); err != nil {
		return nil, err
	}
	c, scope := &claims{}, ""
	for name, to := range map[string]any{"nid": &c.Node, "iss": &c.Issuer, "jti": &c.ID, "sub": &c.Subject, "scope": &scope} {
		if raw, ok := m[name]; ok {
			if err := json.Unmarshal(raw, to); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	for name, to := range map[string]*time.Time{"exp": &c.Expires, "iat": &c.Issued, "nbf": &c.NotBefore} {
		if raw, ok := m[name]; ok {
			if err := numericDate(raw, to); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if raw, ok := m["aud"]; ok && json.Unmarshal(raw, &c.Audience) != nil {
		var one string
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, fmt.Errorf("aud: %w", err)
		}
		c.Audience = []string{one}
	}
	named, _ := grant.Parse(scope) // names that mean nothing give nothing
	c.Scopes = named.Valid()
	return c, nil
}

// numericDate reads seconds since 1970, of the years up to 9999.
func numericDate(raw json.RawMessage, to *time.Time) error {
	var seconds *float64
	if err := json.Unmarshal(raw, &seconds); err != nil {
		return err
	}
	if seconds == nil || *seconds < 1 || *seconds > 253402300799 {
		return errors.New("is no time")
	}
	whole, rest := math.Modf(*seconds)
	*to = time.Unix(int64(whole), int64(rest*1e9)).UTC()
	return nil
}

// check holds the claims against the supervisor whose key they were signed with, in the order of the contract.
func (c *claims) check(s *Supervisor, audience string, now time.Time) error {
	switch {
	case c.Node != s.NodeID:
		return api.Conflict("conflict", "invalid token: it is for another node")
	case !issues(c.Issuer, s.BaseURL):
		return api.Conflict("conflict", "invalid token issuer: %q", c.Issuer)
	case audience != "" && !slices.Contains(c.Audience, audience):
		return api.Conflict("conflict", "invalid token: it is for another audience")
	case c.Expires.IsZero():
		return api.BadRequest(wire.Unprocessable, "invalid token: no expires")
	case !now.Before(c.Expires):
		return expired("expired")
	case c.NotBefore.After(now.Add(skew)):
		return expired("not valid yet")
	case c.ID == "" || len(c.ID) > 255:
		return expired("id required")
	case c.Issued.IsZero() || c.Issued.After(now.Add(skew)):
		return expired("issue time required")
	}
	return nil
}

// issues tells whether an issuer is the supervisor at base, or what is above it on the same host.
func issues(issuer, base string) bool {
	i, err := url.Parse(issuer)
	if err != nil || i.Host == "" || i.User != nil || i.RawQuery != "" || i.Fragment != "" {
		return false
	}
	b, err := url.Parse(base)
	if err != nil || i.Scheme != b.Scheme || i.Host != b.Host {
		return false
	}
	above, path := strings.TrimSuffix(i.EscapedPath(), "/"), strings.TrimSuffix(b.EscapedPath(), "/")
	return path == above || strings.HasPrefix(path, above+"/")
}
