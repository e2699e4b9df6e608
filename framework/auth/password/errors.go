package password

import (
	"errors"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// RuleError says why a password is not accepted. It never holds the password.
type RuleError struct {
	Code   string // "minLength", "maxLength", "pattern" or "common"
	Detail string // for people: "must have 8 or more characters"
	Limit  int    // what the rule asks for; 0 where it asks for no number
}

func (e *RuleError) Error() string { return "password " + e.Detail }

// Refusal tells that the value is invalid; who knows the member's name adds the pointer.
func (e *RuleError) Refusal() (schema.Reason, []schema.Fault) {
	f := schema.Fault{Code: e.Code, Detail: e.Detail}
	if e.Limit != 0 {
		f.Args = []any{e.Limit}
	}
	return schema.Invalid, []schema.Fault{f}
}

// ErrBusy is returned when too many passwords wait to be hashed. It tells with RetryAfter() time.Duration when to try again.
var ErrBusy error = busyError{}

type busyError struct{}

func (busyError) Error() string                            { return "password: too many logins at once, try again soon" }
func (busyError) RetryAfter() time.Duration                { return time.Second }
func (busyError) Refusal() (schema.Reason, []schema.Fault) { return schema.Busy, nil }

var (
	errNotHashed = errors.New("password: refusing to store a password that is not hashed: write it through the model's hook")
	errFormat    = errors.New("password: this is no hash that the package reads: want one that begins with pbkdf2_sha256$, argon2$argon2id$ or $argon2id$ and is whole")
)
