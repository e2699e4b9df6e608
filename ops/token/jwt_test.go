package token_test

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

func TestRow38_EveryTypeOfKey(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	for _, key := range []string{"rsa", "ec", "p384", "okp", "oct"} {
		f.supervisor("node-"+key, key)
	}
	for key, algorithms := range map[string][]string{
		"rsa": {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}, "ec": {"ES256"}, "p384": {"ES384"}, "okp": {"EdDSA"}, "oct": {"HS256", "HS384", "HS512"},
	} {
		for _, alg := range algorithms {
			signed := sign(t, key, map[string]any{"alg": alg}, f.claimsOf(map[string]any{"nid": "node-" + key}))
			f.want(key+" "+alg, f.scope(signed, "X-Node-ID: node-"+key), 200, "1")
			f.want(key+" "+alg+" for another node", f.scope(signed, "X-Node-ID: node-unknown"), 400, "supervisor_not_found")
		}
	}
}

func TestRow38_AlgorithmsCannotBeConfused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		for _, key := range []string{"rsa", "ec", "okp", "oct"} {
			f.supervisor("node-"+key, key)
		}
		good := func(node string) map[string]any { return f.claimsOf(map[string]any{"nid": node}) }
		parts := strings.Split(sign(t, "rsa", rs256, good("node-rsa")), ".")
		other := strings.Split(sign(t, "rsa", rs256, f.claimsOf(map[string]any{"sub": "root"})), ".")
		type attack struct{ node, token string }
		corpus := map[string]attack{
			"none":                  {"node-rsa", segment(`{"alg":"none"}`) + "." + parts[1] + "."},
			"NoNe":                  {"node-rsa", segment(`{"alg":"NoNe"}`) + "." + parts[1] + "."},
			"none with signature":   {"node-rsa", segment(`{"alg":"none"}`) + "." + parts[1] + "." + parts[2]},
			"no alg":                {"node-rsa", segment(`{"typ":"JWT"}`) + "." + parts[1] + "." + parts[2]},
			"alg empty":             {"node-rsa", segment(`{"alg":""}`) + "." + parts[1] + "." + parts[2]},
			"alg twice":             {"node-rsa", segment(`{"alg":"RS256","alg":"none"}`) + "." + parts[1] + "."},
			"RSA key of JWE":        {"node-rsa", segment(`{"alg":"RSA-OAEP-256"}`) + "." + parts[1] + "." + parts[2]},
			"claims of another":     {"node-rsa", parts[0] + "." + other[1] + "." + parts[2]},
			"swapped":               {"node-rsa", parts[1] + "." + parts[0] + "." + parts[2]},
			"no signature":          {"node-rsa", parts[0] + "." + parts[1] + "."},
			"four parts":            {"node-rsa", strings.Join(parts, ".") + ".x"},
			"padded":                {"node-rsa", parts[0] + "=." + parts[1] + "." + parts[2]},
			"unicode":               {"node-rsa", "é.ü.ñ"},
			"unicode in the middle": {"node-rsa", parts[0] + "." + parts[1] + "\u200b." + parts[2]},
			"wrong key":             {"node-rsa", sign(t, "other", rs256, good("node-rsa"))},
			"wrong key, right kid":  {"node-rsa", sign(t, "other", map[string]any{"alg": "RS256", "kid": "rsa"}, good("node-rsa"))},
			"kid is a path":         {"node-rsa", sign(t, "other", map[string]any{"alg": "RS256", "kid": "../../../../dev/null"}, good("node-rsa"))},
			"jku":                   {"node-rsa", sign(t, "other", map[string]any{"alg": "RS256", "jku": f.server.URL + "/keys"}, good("node-rsa"))},
			"x5u":                   {"node-rsa", sign(t, "other", map[string]any{"alg": "RS256", "x5u": f.server.URL + "/keys"}, good("node-rsa"))},
			"crit":                  {"node-rsa", sign(t, "rsa", map[string]any{"alg": "RS256", "crit": []string{"x"}, "x": 1}, good("node-rsa"))},
			"another type":          {"node-rsa", sign(t, "rsa", map[string]any{"alg": "RS256", "typ": "dpop+jwt"}, good("node-rsa"))},
			"RSA key for EC":        {"node-ec", sign(t, "rsa", rs256, good("node-ec"))},
			"wrong curve":           {"node-ec", sign(t, "p384", map[string]any{"alg": "ES384"}, good("node-ec"))},
			"ES256 by zeros":        {"node-ec", segment(`{"alg":"ES256"}`) + "." + parts[1] + "." + base64.RawURLEncoding.EncodeToString(make([]byte, 64))},
			"EdDSA by another":      {"node-okp", sign(t, "ec", map[string]any{"alg": "ES256"}, good("node-okp"))},
			"RSA for a secret":      {"node-oct", sign(t, "rsa", rs256, good("node-oct"))},
			"embedded key":          {"node-rsa", embedded(t, good("node-rsa"))},
			"very long":             {"node-rsa", parts[0] + "." + strings.Repeat("A", 17<<10) + "." + parts[2]},
			"claims are a list":     {"node-rsa", sign(t, "rsa", rs256, `[]`)},
			"claims are no JSON":    {"node-rsa", sign(t, "rsa", rs256, `{`)},
		}
		for name, secret := range secrets(t) {
			corpus["HS256 with "+name] = attack{"node-rsa", hmacSigned(t, secret, good("node-rsa"))}
		}
		for name, a := range corpus {
			t.Run(name, func(*testing.T) {
				f.want(name, f.call("GET", "/api/ops/token/scope", nil, "Authorization: Bearer "+a.token, "X-Node-ID: "+a.node), 400, "token_expired")
			})
		}
		if n := f.count(`SELECT COUNT(*) FROM ops_access_token`); n != 0 {
			t.Errorf("%d tokens were taken", n)
		}
	})
}

func segment(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }

// secrets are what everybody knows of the RSA key.
func secrets(t *testing.T) map[string][]byte {
	t.Helper()
	pub := &keys()["rsa"].(*rsa.PrivateKey).PublicKey
	der, err := x509.MarshalPKIXPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{
		"the JWK": []byte(public(t, "rsa")), "the DER": der, "the PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}),
		"PKCS1": pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: x509.MarshalPKCS1PublicKey(pub)}), "the modulus": pub.N.Bytes(),
	}
}

func hmacSigned(t *testing.T, secret []byte, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: secret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return compact(t, s, claims)
}

// embedded is signed with a key that the header brings along.
func embedded(t *testing.T, claims map[string]any) string {
	t.Helper()
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: keys()["other"]}, &jose.SignerOptions{EmbedJWK: true})
	if err != nil {
		t.Fatal(err)
	}
	return compact(t, s, claims)
}

func compact(t *testing.T, s jose.Signer, claims map[string]any) string {
	t.Helper()
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := s.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestRow38_Claims(t *testing.T) {
	f := open(t, testdb.SQLite(t), func(c *token.Config) { c.Audience = "https://blog.example.com" })
	f.supervisor("node-rsa", "rsa")
	now := f.clock().Unix()
	for _, c := range []struct {
		name    string
		changes map[string]any
		status  int
		state   string
	}{
		{"usual", nil, 200, "1"},
		{"audience in a list", map[string]any{"aud": []string{"x", "https://blog.example.com"}}, 200, "1"},
		{"other audience", map[string]any{"aud": "https://evil.com"}, 409, "0"},
		{"no audience", map[string]any{"aud": nil}, 409, "0"},
		{"audience is a number", map[string]any{"aud": 1}, 400, "token_expired"},
		{"no node", map[string]any{"nid": nil}, 409, "0"},
		{"node in other letters", map[string]any{"nid": nil, "NID": "node-rsa"}, 409, "0"},
		{"node before issuer", map[string]any{"nid": "x", "exp": 1}, 409, "0"},
		{"issuer before time", map[string]any{"iss": "https://evil.com", "exp": 1}, 409, "0"},
		{"no issuer", map[string]any{"iss": nil}, 409, "0"},
		{"empty issuer", map[string]any{"iss": ""}, 409, "0"},
		{"issuer is a beginning", map[string]any{"iss": "https://api.utilmeta.co"}, 409, "0"},
		{"issuer is a scheme", map[string]any{"iss": "https:/"}, 409, "0"},
		{"issuer is half a path", map[string]any{"iss": "https://api.utilmeta.com/sp"}, 409, "0"},
		{"issuer is the base", map[string]any{"iss": "https://api.utilmeta.com/spv/"}, 200, "1"},
		{"issuer is below", map[string]any{"iss": "https://api.utilmeta.com/spv/x"}, 409, "0"},
		{"issuer not by https", map[string]any{"iss": "http://api.utilmeta.com"}, 409, "0"},
		{"no end", map[string]any{"exp": nil}, 422, "0"},
		{"end is a text", map[string]any{"exp": "2999"}, 400, "token_expired"},
		{"end is null", map[string]any{"exp": json.RawMessage("null")}, 400, "token_expired"},
		{"end is huge", map[string]any{"exp": json.RawMessage("1e300")}, 400, "token_expired"},
		{"end is below zero", map[string]any{"exp": -1}, 400, "token_expired"},
		{"ends in a second", map[string]any{"exp": now + 1}, 200, "1"},
		{"ends in half a second", map[string]any{"exp": json.RawMessage(fmt.Sprintf("%d.999999", now))}, 200, "1"},
		{"ends now", map[string]any{"exp": now}, 400, "token_expired"},
		{"ended", map[string]any{"exp": now - 1}, 400, "token_expired"},
		{"begins soon", map[string]any{"nbf": now + 59}, 200, "1"},
		{"begins later", map[string]any{"nbf": now + 62}, 400, "token_expired"},
		{"issued soon", map[string]any{"iat": now + 59}, 200, "1"},
		{"issued later", map[string]any{"iat": now + 62}, 400, "token_expired"},
		{"issued never", map[string]any{"iat": nil}, 400, "token_expired"},
		{"no id", map[string]any{"jti": nil}, 400, "token_expired"},
		{"empty id", map[string]any{"jti": ""}, 400, "token_expired"},
		{"long id", map[string]any{"jti": strings.Repeat("x", 256)}, 400, "token_expired"},
		{"scope is a list", map[string]any{"scope": []string{"*"}}, 400, "token_expired"},
	} {
		t.Run(c.name, func(*testing.T) {
			f.want(c.name, f.scope(sign(t, "rsa", rs256, f.claimsOf(c.changes))), c.status, c.state)
		})
	}
	a := f.scope(sign(t, "rsa", rs256, f.claimsOf(map[string]any{"scope": "log.view everything data.query:a:b *.* data.* *:x"})))
	if string(a.Result) != `["log.view","data.*"]` {
		t.Errorf("scopes that mean nothing: %s", a.text)
	}
}

func TestRow38_TheFirstSupervisorWhoseKeyFits(t *testing.T) {
	f := open(t, testdb.SQLite(t), nil)
	f.exec(`INSERT INTO ops_supervisor (service, node_id, base_url, public_key, created) VALUES ('test', 'node-rsa', 'https://a.example.com', 'no key', 0),
('test', 'node-rsa', 'https://b.example.com', NULL, 0), ('another', 'node-rsa', 'https://c.example.com', $1, 0)`, public(t, "okp"))
	f.want("of another service", f.scope(sign(t, "okp", map[string]any{"alg": "EdDSA"}, f.claimsOf(nil))), 400, "token_expired")
	f.supervisor("node-rsa", "rsa")
	f.want("behind others", f.scope(sign(t, "rsa", rs256, f.claimsOf(nil))), 200, "1")
}

func TestRow38_AnIDBelongsToOneIssuer(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		f := open(t, d, nil)
		f.supervisor("node-rsa", "rsa")
		f.supervisor("node-ec", "ec")
		mine := sign(t, "rsa", rs256, f.claimsOf(map[string]any{"jti": "one"}))
		f.want("first", f.scope(mine), 200, "1")
		theirs := sign(t, "ec", map[string]any{"alg": "ES256"}, f.claimsOf(map[string]any{"jti": "one", "nid": "node-ec"}))
		f.want("another's", f.scope(theirs, "X-Node-ID: node-ec"), 400, "token_expired")
		for range 5 {
			f.want("again", f.scope(mine), 200, "1")
		}
		if n := f.count(`SELECT used_times FROM ops_access_token WHERE token_id = 'one'`); n != 1 {
			t.Errorf("used_times is %d within a minute of the first use", n)
		}
		f.tick(time.Minute)
		f.want("later", f.scope(mine), 200, "1")
		if n := f.count(`SELECT used_times FROM ops_access_token WHERE token_id = 'one'`); n != 7 {
			t.Errorf("used_times is %d, want 7", n)
		}
	})
}

func TestRow38_KeysOfSupervisors(t *testing.T) {
	private, err := jose.JSONWebKey{Key: keys()["rsa"]}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ text, want string }{
		"RSA":         {public(t, "rsa"), ""},
		"private":     {string(private), "a private key is nobody else's"},
		"short":       {`{"kty":"oct","k":"c2hvcnQ"}`, "32 bytes or more"},
		"no JSON":     {"-----BEGIN PUBLIC KEY-----", "not a JWK"},
		"not a point": {`{"kty":"EC","crv":"P-256","x":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","y":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`, "not a JWK"},
		"weak":        {`{"kty":"RSA","e":"AQAB","n":"` + strings.Repeat("x", 100) + `"}`, "2048 bits"},
	} {
		if _, err := token.ParseKey(c.text); (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}
