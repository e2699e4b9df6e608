package token

import (
	"slices"
	"testing"
	"time"
)

func FuzzClaims(f *testing.F) {
	for _, text := range []string{
		`{"nid":"n","iss":"https://a","jti":"j","exp":1795290733,"iat":1795290733.5,"aud":["x"],"scope":"data.query:a log.view"}`,
		`{"aud":"x","exp":1e308,"nbf":-0,"scope":"*,*"}`, `{"exp":null,"aud":null,"sub":null}`, `[]`, `null`, `{"exp":1e-400}`, `{"scope":"\u0000 :. *:*"}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseClaims([]byte(text))
		if err != nil {
			return
		}
		if err := c.Scopes.Check(); err != nil {
			t.Error(err)
		}
		s := &Supervisor{NodeID: "n", BaseURL: "https://a/b"}
		now := time.Unix(1795290733, 0)
		if err := c.check(s, "x", now); err == nil && (c.Node != "n" || c.ID == "" || !c.Expires.After(now) || !slices.Contains(c.Audience, "x")) {
			t.Errorf("let in: %+v", c)
		}
	})
}

func TestWhoIssues(t *testing.T) {
	for _, c := range []struct {
		issuer, base string
		want         bool
	}{
		{"https://a", "https://a/b", true},
		{"https://a/", "https://a/b", true},
		{"https://a/b", "https://a/b/", true},
		{"https://a/bc", "https://a/b", false},
		{"https://a/b", "https://a/bc", false},
		{"https:", "https://a", false},
		{"https:/", "https://a", false},
		{"", "", false},
		{"https://x@a", "https://a", false},
		{"https://a?x", "https://a", false},
		{"https://a:443", "https://a", false},
		{"//a", "https://a", false},
		{"https://a/%2e%2e", "https://a/b", false},
	} {
		if got := issues(c.issuer, c.base); got != c.want {
			t.Errorf("%q of %q: %t", c.issuer, c.base, got)
		}
	}
}
