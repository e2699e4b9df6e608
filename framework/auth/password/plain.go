package password

import (
	"fmt"
	"log/slog"
	"strings"
)

// MaxLength is how many bytes a password may have. Nothing shorter is ever cut: all bytes count.
const MaxLength = 4096

const mask = "******"

// Plain is a password as a person typed it. Every way of printing it gives asterisks; string(p) is the text.
type Plain string

// String returns asterisks.
func (Plain) String() string { return mask }

// GoString returns asterisks.
func (Plain) GoString() string { return mask }

// Format writes asterisks whatever the verb.
func (Plain) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// LogValue logs asterisks.
func (Plain) LogValue() slog.Value { return slog.StringValue(mask) }

// MarshalJSON writes asterisks.
func (Plain) MarshalJSON() ([]byte, error) { return []byte(`"` + mask + `"`), nil }

// FieldValue makes p fit a model's [Hash] field, pending. An empty or overlong password is a [*RuleError].
func (p Plain) FieldValue() (any, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	return New(p), nil
}

func (p Plain) check() error {
	switch {
	case p == "":
		return &RuleError{Code: "minLength", Detail: "must not be empty", Limit: 1}
	case len(p) > MaxLength:
		return &RuleError{Code: "maxLength", Detail: fmt.Sprintf("must have %d or fewer bytes", MaxLength), Limit: MaxLength}
	case strings.HasSuffix(string(p), "\x00"): // HMAC pads its key with NULs, so PBKDF2 could not tell how many there were
		return &RuleError{Code: "pattern", Detail: "must not end in a NUL"}
	}
	return nil
}
