package password

import (
	"context"
	"fmt"
	"sync/atomic"
)

// An Algorithm is a key derivation function.
type Algorithm string

// The algorithms, by the names that stored hashes begin with in Django.
const (
	PBKDF2   Algorithm = "pbkdf2_sha256"
	Argon2id Algorithm = "argon2id"
)

// Params are an algorithm and its cost. A zero cost is that algorithm's default:
// 600,000 rounds of PBKDF2 (about 100 ms); 2 rounds, 19 MiB and 1 lane of Argon2id (about 40 ms).
type Params struct {
	Algorithm Algorithm // empty is PBKDF2
	Rounds    int       // iterations; Argon2id calls them time
	Memory    int       // KiB, Argon2id only
	Lanes     int       // Argon2id only
}

var current atomic.Pointer[Params]

func init() {
	p := Params{}.complete()
	current.Store(&p)
}

// Default returns the parameters of new hashes.
func Default() Params { return *current.Load() }

// SetDefault chooses the parameters of new hashes, once, before the service starts.
// Older hashes go on verifying; [Hash.Stale] says which are worth renewing.
func SetDefault(p Params) error {
	p = p.complete()
	if err := p.check(); err != nil {
		return err
	}
	current.Store(&p)
	return nil
}

// Hash hashes a password with these parameters, whatever the default is.
// The error is a [*RuleError], [ErrBusy] or the context's.
func (p Params) Hash(ctx context.Context, plain Plain) (Hash, error) {
	p = p.complete()
	if err := p.check(); err != nil {
		return Hash{}, err
	}
	if err := plain.check(); err != nil {
		return Hash{}, err
	}
	leave, err := workers.enter(ctx)
	if err != nil {
		return Hash{}, err
	}
	defer leave()
	e := encoded{Params: p, salt: newSalt()}
	if e.key, err = e.derive(plain); err != nil {
		return Hash{}, err
	}
	return stored(e.String()), nil
}

func (p Params) complete() Params {
	switch p.Algorithm {
	case "", PBKDF2:
		p.Algorithm = PBKDF2
		if p.Rounds == 0 {
			p.Rounds = 600_000
		}
	case Argon2id:
		if p.Rounds == 0 {
			p.Rounds = 2
		}
		if p.Memory == 0 {
			p.Memory = 19 * 1024
		}
		if p.Lanes == 0 {
			p.Lanes = 1
		}
	}
	return p
}

// The bounds keep a broken row from stopping the process: 1 GiB and some minutes are the worst that is read.
func (p Params) check() error {
	switch {
	case p.Algorithm != PBKDF2 && p.Algorithm != Argon2id:
		return fmt.Errorf("password: unknown algorithm %q: use %s or %s", p.Algorithm, PBKDF2, Argon2id)
	case p.Algorithm == PBKDF2 && (p.Rounds < 1 || p.Rounds > 100_000_000):
		return fmt.Errorf("password: %d rounds of %s: use 1 to 100000000", p.Rounds, PBKDF2)
	case p.Algorithm == PBKDF2 && (p.Memory != 0 || p.Lanes != 0):
		return fmt.Errorf("password: memory and lanes mean nothing to %s: leave them 0", PBKDF2)
	case p.Algorithm == PBKDF2:
		return nil
	case p.Rounds < 1 || p.Rounds > 1000:
		return fmt.Errorf("password: %d rounds of argon2id: use 1 to 1000", p.Rounds)
	case p.Lanes < 1 || p.Lanes > 255:
		return fmt.Errorf("password: %d lanes of argon2id: use 1 to 255", p.Lanes)
	case p.Memory < 8*p.Lanes || p.Memory > 1<<20:
		return fmt.Errorf("password: %d KiB of memory for argon2id: use %d to %d", p.Memory, 8*p.Lanes, 1<<20)
	}
	return nil
}

// stale reports that p is another algorithm than want, or costs less in any respect.
func (p Params) stale(want Params) bool {
	return p.Algorithm != want.Algorithm || p.Rounds < want.Rounds || p.Memory < want.Memory
}
