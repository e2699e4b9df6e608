package config

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

func TestSecretIsHidden(t *testing.T) {
	type holder struct {
		Key  Secret
		Keys []Secret
	}
	h := holder{"hunter2", []Secret{"hunter2"}}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%10s"} {
		fmt.Fprintf(&out, verb+"\n", h)
		fmt.Fprintf(&out, verb+"\n", h.Key)
	}
	fmt.Fprintln(&out, h.Key, fmt.Errorf("with %w", fmt.Errorf("%v", h.Key)))
	if err := json.NewEncoder(&out).Encode(h); err != nil {
		t.Fatal(err)
	}
	slog.New(slog.NewTextHandler(&out, nil)).Info("started", "key", h.Key, "all", h)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("started", "key", h.Key, "all", h)
	if strings.Contains(out.String(), "hunter2") || strings.Contains(out.String(), "68756e746572") {
		t.Errorf("shown:\n%s", &out)
	}
	if !strings.Contains(out.String(), "******") {
		t.Errorf("no mask:\n%s", &out)
	}
	if h.Key.Reveal() != "hunter2" || Secret("").String() != "" {
		t.Error("Reveal or the empty secret is wrong")
	}
}

func TestRow58_WeakSecret(t *testing.T) {
	for s, want := range map[Secret]string{
		"":                "not set",
		"YOUR_SECRET_KEY": "placeholder",
		"changeme":        "placeholder",
		"django-insecure-9x#q2v7!k1m4p8w0z3c6b5n": "placeholder",
		"Password-Password-Password-Password":     "placeholder",
		"9x#q2v7!k1m4p8w0z3c6b5n":                 "has 23 bytes",
		Secret(strings.Repeat("a", 64)):           "pattern",
		Secret(strings.Repeat("abcdefgh", 8)):     "pattern",
		"abcdefghijklmnopqrstuvwxyz0123456789":    "pattern",
		"12345678901234567890123456789012":        "pattern",
	} {
		err := CheckSecret(s)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("CheckSecret(%q) = %v, want %q", s.Reveal(), err, want)
		}
		if err != nil && s != "" && strings.Contains(err.Error(), s.Reveal()) {
			t.Errorf("the error shows the secret: %v", err)
		}
	}
	for _, s := range []Secret{
		"8f14e45fceea167a5a36dedd4bea2543",             // hexadecimal
		"83920174650918273645019283746501",             // decimal
		"q4x9v/2LwT0b+Zk7Rr1eNn5uYp8sHd3cJm6gFa==",     // base64
		"correct horse battery staple and some more 7", // words
	} {
		if err := CheckSecret(s); err != nil {
			t.Errorf("CheckSecret(%q) = %v", s.Reveal(), err)
		}
	}
}

func TestNewSecret(t *testing.T) {
	a, b := NewSecret(), NewSecret()
	if a == b || len(a) != 52 {
		t.Errorf("%q and %q", a.Reveal(), b.Reveal())
	}
	for range 1000 {
		if s := NewSecret(); CheckSecret(s) != nil {
			t.Fatalf("%q: %v", s.Reveal(), CheckSecret(s))
		}
	}
}
