package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding"
	"errors"
	"reflect"
	"strconv"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// identity is who a call is from, found out at first use.
type identity[M any] struct {
	api.Link
	plan *plan[M]

	mu    sync.Mutex
	known bool
	user  *M
	err   error
	owed  bool // err was kept from whoever asked, as ID has to
}

// resolve returns the user, nil for nobody.
func (i *identity[M]) resolve(ctx context.Context) (*M, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.known {
		i.user, i.err = i.plan.identify(ctx)
		i.known = true
	}
	return i.user, i.err
}

func (i *identity[M]) set(u *M) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.known, i.user, i.err = true, u, nil
}

// forget has the user found out again when somebody asks.
func (i *identity[M]) forget() {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.known, i.user, i.err = false, nil, nil
}

// userID is the key of the user, nil for nobody.
func (i *identity[M]) userID(ctx context.Context) any {
	u, err := i.resolve(ctx)
	if err != nil {
		i.mu.Lock()
		i.owed = true
		i.mu.Unlock()
	}
	if u == nil {
		return nil
	}
	return i.plan.id(u)
}

// knownID is the key of the user, nil for nobody and while nobody has asked.
func (i *identity[M]) knownID() any {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.user == nil {
		return nil
	}
	return i.plan.id(i.user)
}

// BeforeWrite keeps an answer from going out that was made for nobody because the user could not be found out.
func (i *identity[M]) BeforeWrite(*api.Call) error {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.owed {
		return i.err
	}
	return nil
}

func (p *plan[M]) id(u *M) any {
	return reflect.ValueOf(u).Elem().FieldByIndex(p.keyIndex).Interface()
}

func (p *plan[M]) hash(u *M) password.Hash {
	v := reflect.ValueOf(u).Elem().FieldByIndex(p.hashIndex)
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return password.Hash{}
		}
		v = v.Elem()
	}
	return v.Interface().(password.Hash)
}

// identify asks the methods in order and loads the user.
func (p *plan[M]) identify(ctx context.Context) (*M, error) {
	for _, method := range p.Methods {
		c, found, err := method.Identify(ctx, p.Key)
		if err != nil {
			return nil, p.challenge(err)
		}
		if !found {
			continue
		}
		u, err := p.load(ctx, c)
		if u != nil || err != nil {
			return u, err
		}
		r, ok := method.(Rememberer)
		if !ok {
			return nil, p.challenge(api.Unauthorized("invalid_credential", "the credential is of no user"))
		}
		if err := r.Forget(ctx, p.Key); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// load finds the user of a credential: nil for one who is gone, may not be used or has another password by now.
func (p *plan[M]) load(ctx context.Context, c Credential) (*M, error) {
	key, ok := parseKey(c.ID, p.model.Key.GoType)
	if !ok {
		return nil, nil
	}
	u, err := orm.Find[M](ctx, p.DB, p.model.Key.Name, key)
	if errors.Is(err, orm.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if p.Active != nil && !p.Active(u) || c.Proof != nil && !proves(c.Proof, p.hash(u)) {
		return nil, nil
	}
	return u, nil
}

// parseKey reads a key of the type t.
func parseKey(text string, t reflect.Type) (any, bool) {
	v := reflect.New(t)
	if u, ok := v.Interface().(encoding.TextUnmarshaler); ok {
		err := u.UnmarshalText([]byte(text))
		return v.Elem().Interface(), err == nil
	}
	var err error
	switch {
	case v.Elem().CanInt():
		var n int64
		n, err = strconv.ParseInt(text, 10, t.Bits())
		v.Elem().SetInt(n)
	case v.Elem().CanUint():
		var n uint64
		n, err = strconv.ParseUint(text, 10, t.Bits())
		v.Elem().SetUint(n)
	case t.Kind() == reflect.String:
		v.Elem().SetString(text)
	default:
		return nil, false
	}
	return v.Elem().Interface(), err == nil
}

const nonceSize = 16

// proofOf is what a login keeps of the password: a digest under a key of its own, so that nobody can tell by it which
// logins are of one user. An account without a password gives a proof of that.
func proofOf(h password.Hash) []byte {
	proof := make([]byte, nonceSize, nonceSize+32)
	_, _ = rand.Read(proof) // never fails
	if h.IsZero() {
		return proof
	}
	return append(proof, h.Digest(proof)...)
}

// proves tells whether the password is the one that the proof was made of.
func proves(proof []byte, h password.Hash) bool {
	if len(proof) < nonceSize {
		return false
	}
	nonce, digest := proof[:nonceSize], proof[nonceSize:]
	if h.IsZero() || len(digest) == 0 {
		return h.IsZero() && len(digest) == 0
	}
	return hmac.Equal(digest, h.Digest(nonce))
}

// challenge adds to a 401 how to answer it.
func (p *plan[M]) challenge(err error) error {
	var problem *api.Problem
	if errors.As(err, &problem) && problem.Status == 401 {
		for _, c := range p.challenges {
			problem = problem.With("WWW-Authenticate", c)
		}
		return problem
	}
	return err
}
