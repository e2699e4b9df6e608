package config

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode"
)

// A Secret is text that is not to be seen: printed, logged or encoded it is six asterisks. An empty one shows as empty.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns the mask.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "******"
}

// Format prints the mask whatever the verb is.
func (s Secret) Format(f fmt.State, _ rune) { io.WriteString(f, s.String()) }

// LogValue is the mask.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns the mask, for JSON and other encodings alike.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// NewSecret returns a random secret of 52 letters and digits, more than 256 bits.
func NewSecret() Secret { return Secret(rand.Text() + rand.Text()) }

const (
	minSecret = 32 // bytes
	minSteps  = 8  // different steps from one byte to the next
)

// placeholders are what is left of the values that people are meant to replace, without case and punctuation.
var placeholders = []string{
	"changeme", "changethis", "replaceme", "replacethis", "placeholder", "yoursecret", "yourkey", "secretkey", "insecure",
	"password", "example", "donotuse",
}

// CheckSecret refuses a secret that protects nothing: one that was never set, a placeholder such as YOUR_SECRET_KEY,
// one below 32 bytes, a pattern. A service calls it before it starts in production. The error does not show the secret.
func CheckSecret(s Secret) error {
	const remedy = `: set a random one, for instance from "openssl rand -base64 32"`
	text := string(s)
	plain := strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, text)
	if text == "" {
		return errors.New("the secret is not set" + remedy)
	}
	for _, p := range placeholders {
		if strings.Contains(plain, p) {
			return errors.New("the secret is a placeholder" + remedy)
		}
	}
	if len(text) < minSecret {
		return fmt.Errorf("the secret has %d bytes and needs %d"+remedy, len(text), minSecret)
	}
	if steps(text) < minSteps {
		return errors.New("the secret is a pattern that can be guessed" + remedy)
	}
	return nil
}

// steps counts the different distances between neighbouring bytes: few in a repetition or a sequence, many in random
// text, be it of decimal digits only.
func steps(s string) int {
	seen := map[byte]bool{}
	for i := 1; i < len(s); i++ {
		seen[s[i]-s[i-1]] = true
	}
	return len(seen)
}
