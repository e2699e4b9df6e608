package token_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"maps"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// keys are private keys of supervisors, by what the tests call them.
var keys = sync.OnceValue(func() map[string]any {
	must := func(key any, err error) any {
		if err != nil {
			panic(err)
		}
		return key
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		panic(err)
	}
	secret := make([]byte, 64)
	_, _ = rand.Read(secret)
	return map[string]any{
		"rsa": must(rsa.GenerateKey(rand.Reader, 2048)), "other": must(rsa.GenerateKey(rand.Reader, 2048)),
		"ec": must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)), "p384": must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)),
		"okp": ed, "oct": secret,
	}
})

// public is the JWK that a service has of a key.
func public(t testing.TB, name string) string {
	t.Helper()
	k := jose.JSONWebKey{Key: keys()[name], Algorithm: "RSA-OAEP-256", KeyID: name}
	if name != "oct" {
		k = k.Public()
	}
	text, err := k.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// sign makes a token with a header.
func sign(t testing.TB, name string, header map[string]any, claims any) string {
	t.Helper()
	options := &jose.SignerOptions{ExtraHeaders: map[jose.HeaderKey]any{}}
	for k, v := range header {
		if k != "alg" {
			options.ExtraHeaders[jose.HeaderKey(k)] = v
		}
	}
	alg, _ := header["alg"].(string)
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.SignatureAlgorithm(alg), Key: keys()[name]}, options)
	if err != nil {
		t.Fatal(err)
	}
	payload, ok := claims.(string)
	if !ok {
		text, err := json.Marshal(claims)
		if err != nil {
			t.Fatal(err)
		}
		payload = string(text)
	}
	signed, err := s.Sign([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// supervisor makes a row of one that may call.
func (f *fixture) supervisor(node, key string) {
	f.Helper()
	f.exec(`INSERT INTO ops_supervisor (service, node_id, base_url, ident, public_key, connected, created) VALUES ('test', $1, 'https://api.utilmeta.com/spv', 'main', $2, 1, 0)`,
		node, public(f, key))
}

// claimsOf are the usual claims, with some of them changed; nil leaves one out.
func (f *fixture) claimsOf(changes map[string]any) map[string]any {
	now := f.clock().Unix()
	c := map[string]any{
		"nid": "node-rsa", "iss": "https://api.utilmeta.com", "aud": "https://blog.example.com", "sub": "user:1",
		"iat": now, "exp": now + 600, "jti": f.Name() + rand.Text(), "scope": "*",
	}
	maps.Copy(c, changes)
	maps.DeleteFunc(c, func(_ string, v any) bool { return v == nil })
	return c
}

// scope asks what a token gives.
func (f *fixture) scope(token string, headers ...string) *answer {
	f.Helper()
	return f.call("GET", "/api/ops/token/scope", nil, append([]string{"Authorization: Bearer " + token, "X-Node-ID: node-rsa"}, headers...)...)
}

var rs256 = map[string]any{"alg": "RS256", "typ": "JWT"}
