package password

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
)

// Hash is what a password column holds. It is one of three: hashed (from [Parse], Scan or Hashed), pending (from
// [New]: the plain text waits for Hashed), or zero. It prints as asterisks and does not marshal.
type Hash struct {
	// fmt prints unexported fields without asking their methods: of a pointer to a string it prints the address.
	hash  *string
	plain *Plain
}

// New carries a plain password to the hook that hashes it.
func New(p Plain) Hash { return Hash{plain: &p} }

func stored(enc string) Hash { return Hash{hash: &enc} }

// enc is empty for a pending and for the zero Hash.
func (h Hash) enc() string {
	if h.hash == nil {
		return ""
	}
	return *h.hash
}

// Parse accepts an existing hash from a trusted import, never from a request. A hash that begins with "!" is Django's
// mark of an account without a usable password: it verifies nothing.
func Parse(enc string) (Hash, error) {
	if strings.HasPrefix(enc, "!") {
		return stored(enc), nil
	}
	if _, err := decode(enc); err != nil {
		return Hash{}, err
	}
	return stored(enc), nil
}

// Hashed returns the hash of a pending h with the default parameters. One that is hashed stays as it is, so that
// nothing is hashed twice; the zero Hash is an error. Other errors are a [*RuleError], [ErrBusy] or the context's.
func (h Hash) Hashed(ctx context.Context) (Hash, error) {
	switch {
	case h.plain != nil:
		return Default().Hash(ctx, *h.plain)
	case h.enc() == "":
		return Hash{}, errNotHashed
	}
	return h, nil
}

// Verify reports whether p is the password. A hash that verifies nothing (zero, or "!...") costs as much as another.
// The error is [ErrBusy], the context's, or says that the stored hash cannot be read.
func (h Hash) Verify(ctx context.Context, p Plain) (bool, error) {
	if h.enc() == "" || strings.HasPrefix(h.enc(), "!") {
		return false, Dummy(ctx, p)
	}
	e, err := decode(h.enc())
	if err != nil {
		return false, err
	}
	if p.check() != nil {
		return false, nil // no hash is made of such a password
	}
	leave, err := workers.enter(ctx)
	if err != nil {
		return false, err
	}
	defer leave()
	return e.verify(p)
}

// Dummy does the work of a verification that cannot succeed, so that an unknown account answers no sooner than a
// wrong password. The error is [ErrBusy] or the context's.
func Dummy(ctx context.Context, p Plain) error {
	if p.check() != nil {
		return nil
	}
	leave, err := workers.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	_, err = encoded{Params: Default(), salt: "no account, no salt"}.derive(p)
	return err
}

// Stale reports that h was made with another algorithm or a lower cost than the default: after a successful
// login, store New of the same password.
func (h Hash) Stale() bool {
	e, err := decode(h.enc())
	return err == nil && e.Params.stale(Default())
}

// IsZero reports that h holds nothing, neither a hash nor a plain text.
func (h Hash) IsZero() bool { return h == Hash{} }

// Digest is an HMAC-SHA256 of the stored hash. A session that carries it ends when the password changes. It is not
// a secret that opens anything. Where there is no hash it is random: equal to no other, the one before included.
func (h Hash) Digest(key []byte) []byte {
	if h.enc() == "" {
		b := make([]byte, sha256.Size)
		_, _ = rand.Read(b) // never fails
		return b
	}
	m := hmac.New(sha256.New, key)
	m.Write([]byte(h.enc()))
	return m.Sum(nil)
}

// Value gives the hash to the database and refuses a pending or zero one.
func (h Hash) Value() (driver.Value, error) {
	if h.enc() == "" {
		return nil, errNotHashed
	}
	return h.enc(), nil
}

// Scan takes what the column holds. What that is shows when it is verified.
func (h *Hash) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*h = stored(v)
	case []byte:
		*h = stored(string(v))
	case nil:
		*h = Hash{}
	default:
		return fmt.Errorf("password: the column holds %T, want text", v)
	}
	return nil
}

// String returns asterisks.
func (Hash) String() string { return mask }

// GoString returns asterisks.
func (Hash) GoString() string { return mask }

// Format writes asterisks whatever the verb.
func (Hash) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// LogValue logs asterisks.
func (Hash) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON writes asterisks.
func (Hash) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// MarshalText writes asterisks.
func (Hash) MarshalText() ([]byte, error) { return []byte(mask), nil }

// UnmarshalJSON takes a plain password, whatever it looks like, to be hashed by the hook.
func (h *Hash) UnmarshalJSON(b []byte) error {
	var p Plain
	if err := json.Unmarshal(b, &p); err != nil {
		return errors.New("password: want a string")
	}
	if err := p.check(); err != nil {
		return err
	}
	*h = New(p)
	return nil
}
