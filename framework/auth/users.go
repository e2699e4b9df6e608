package auth

import (
	"cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// Users says how the accounts of the entity M are found, log in and are known again. As a field of an API it is a
// plugin: below it inputs may ask for [Current] and [Maybe]. It may be copied; what is wrong with it is told when an
// API with it is mounted.
type Users[M any] struct {
	DB orm.DB

	// Methods are the ways in which requests say whose they are. The first whose credential a request carries
	// decides; one that is not valid is a 401 whatever the others say.
	Methods []Method

	// LoginFields are the fields by which Login finds an account: "username", "email". They are unique texts; the
	// first that fits counts.
	LoginFields []string

	// PasswordField holds a password.Hash; "password". When it changes, every login that was begun before ends,
	// also when Login stores the same password hashed at a higher cost.
	PasswordField string

	LoginTimeField    string // gets the time of each login; "" for none
	LoginAddressField string // gets the client's address at each login; "" for none

	// Key is what a Method keeps the user's key by; "_user_id". A session store fills the column of that name, less
	// the underscore.
	Key string

	// Active tells accounts that may be used from those that may not. The latter cannot log in, and their requests
	// count as nobody's. Nil lets everyone in.
	Active func(*M) bool

	// Limit slows down who guesses passwords. Nil is one with the defaults, counted for each mounted field.
	Limit *Limiter

	plan *plan[M] // made when mounted; shared by copies from then on
}

const defaultKey = "_user_id"

// CheckEndpoint reports everything that is wrong with the configuration, and methods whose plugin does not run around
// the endpoint.
func (u *Users[M]) CheckEndpoint(ep *api.Endpoint) error {
	if err := u.prepare(); err != nil {
		return err
	}
	return u.plan.checkMethods(ep)
}

// prepare makes the plan, once.
func (u *Users[M]) prepare() (err error) {
	if u.plan == nil {
		u.plan, err = newPlan(*u)
	}
	return err
}

// Wrap lets what runs below it ask for the user. Nothing is read before somebody does.
func (u *Users[M]) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	if err := u.prepare(); err != nil {
		return func(*api.Call) error { return err }
	}
	p := u.plan
	return func(c *api.Call) error {
		if i, ok := api.Attached[*identity[M]](c.Context()); ok && i.plan == p {
			return next(c) // the same users stand further up
		}
		c.Attach(&identity[M]{plan: p})
		return next(c)
	}
}

func (u *Users[M]) key() string { return cmp.Or(u.Key, defaultKey) }
