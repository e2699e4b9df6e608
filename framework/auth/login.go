package auth

import (
	"context"
	"errors"
	"net"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// ErrCredentials says that there is no account with that name and password, and not which of the two is wrong. A
// handler that returns it answers 403.
var ErrCredentials error = credentialsError{}

type credentialsError struct{}

func (credentialsError) Error() string { return "auth: the name or the password is wrong" }

func (credentialsError) Problem() *api.Problem {
	return api.Forbidden("credentials", "the name or the password is wrong")
}

// Login finds the account that ident names in one of the login fields, checks its password and logs it in, as
// LoginUser does. A name that nobody has takes as long as a wrong password; both are [ErrCredentials]. Too many
// failures are an *api.Problem with the status 429, too many logins at once password.ErrBusy.
//
// A hash of a lower cost than the default is replaced on the way; the time and the address of the login are written
// along. When that update fails, so does the login; only a hash that cannot be computed now is left for next time.
func (u *Users[M]) Login(ctx context.Context, ident string, plain password.Plain) (*M, error) {
	i, err := identityOf[M](ctx)
	if err != nil {
		return nil, err
	}
	p := i.plan
	attempt, err := p.Limit.begin(ident, clientOf(ctx))
	if err != nil {
		return nil, err
	}
	user, err := p.check(ctx, ident, plain)
	if !errors.Is(err, ErrCredentials) {
		attempt.takeBack() // no password was wrong
	}
	if err != nil {
		return nil, err
	}
	attempt.succeed()
	if user, err = p.note(ctx, user, plain); err != nil {
		return nil, err
	}
	return user, p.login(ctx, i, user)
}

// LoginUser makes this request, and later ones of the same client, be of the user, whose row has to be in the
// database. A session gets a new id, and ends first if it was of another user. If the context carries a transaction
// that is rolled back, nobody is logged in.
//
// A changed password ends the logins that were begun before. Call LoginUser after the change for that of the client
// itself to go on.
func (u *Users[M]) LoginUser(ctx context.Context, user *M) error {
	i, err := identityOf[M](ctx)
	if err != nil {
		return err
	}
	return i.plan.login(ctx, i, user)
}

// Logout makes later requests of the client be of nobody. A session ends as a whole.
func (u *Users[M]) Logout(ctx context.Context) error {
	i, err := identityOf[M](ctx)
	if err != nil {
		return err
	}
	for _, method := range i.plan.Methods {
		if r, ok := method.(Rememberer); ok {
			if err := r.Forget(ctx, i.plan.Key); err != nil {
				return err
			}
		}
	}
	i.set(nil)
	return nil
}

// check finds the account and verifies its password.
func (p *plan[M]) check(ctx context.Context, ident string, plain password.Plain) (*M, error) {
	u, err := p.find(ctx, ident)
	if err != nil {
		return nil, err
	}
	if u == nil {
		if err := password.Dummy(ctx, plain); err != nil {
			return nil, err
		}
		return nil, ErrCredentials
	}
	ok, err := p.hash(u).Verify(ctx, plain)
	if err != nil {
		return nil, err
	}
	if !ok || p.Active != nil && !p.Active(u) {
		return nil, ErrCredentials
	}
	return u, nil
}

// find returns the account that ident names, nil for none.
func (p *plan[M]) find(ctx context.Context, ident string) (*M, error) {
	if !utf8.ValidString(ident) || strings.ContainsRune(ident, 0) {
		return nil, nil // no database takes it
	}
	for _, field := range p.LoginFields {
		u, err := orm.Find[M](ctx, p.DB, field, ident)
		if !errors.Is(err, orm.ErrNotFound) {
			return u, err
		}
	}
	return nil, nil
}

// note writes what a login leaves in the account, in one update, if it leaves anything.
func (p *plan[M]) note(ctx context.Context, u *M, plain password.Plain) (*M, error) {
	set := map[string]any{}
	if p.LoginTimeField != "" {
		set[p.LoginTimeField] = time.Now().UTC().Truncate(time.Microsecond)
	}
	if p.LoginAddressField != "" {
		set[p.LoginAddressField] = clientOf(ctx)
	}
	if p.hash(u).Stale() {
		h, err := password.Default().Hash(ctx, plain)
		switch {
		case err == nil:
			set[p.PasswordField] = h
		case !errors.Is(err, password.ErrBusy):
			return nil, err
		}
	}
	if len(set) == 0 {
		return u, nil
	}
	b := p.model.Update(p.DB.ORM().Client, p.id(u))
	for field, v := range set {
		if err := b.Mutation.SetField(p.model.Field(field).Column, v); err != nil {
			return nil, err
		}
	}
	v, err := b.Save(ctx)
	if err != nil {
		return nil, err
	}
	return v.(*M), nil
}

// login hands the user to the first method that can remember.
func (p *plan[M]) login(ctx context.Context, i *identity[M], u *M) error {
	h := p.hash(u)
	if h.IsZero() { // it may have been left out when u was read
		stored, err := orm.Find[M](ctx, p.DB, p.model.Key.Name, p.id(u))
		if err != nil {
			return err
		}
		h = p.hash(stored)
	}
	for _, method := range p.Methods {
		r, ok := method.(Rememberer)
		if !ok {
			continue
		}
		if err := r.Remember(ctx, Login{Key: p.Key, ID: p.id(u), Proof: proofOf(h)}); err != nil {
			return err
		}
		i.set(u)
		db.AfterRollback(ctx, i.forget)
		return nil
	}
	return p.errorf("none of the methods can log a user in")
}

// clientOf is the address of the client, without its port.
func clientOf(ctx context.Context) string {
	c, ok := api.CallFrom(ctx)
	if !ok {
		return ""
	}
	host, _, err := net.SplitHostPort(c.Request().RemoteAddr)
	if err != nil {
		return c.Request().RemoteAddr
	}
	return host
}
