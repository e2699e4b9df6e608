package auth

import "context"

// A Method is a way in which requests say whose they are: a session, a bearer token. One that has to run around the
// endpoints itself is an api.Plugin too, and has to be a plugin of the API that has the [Users], or of one above.
type Method interface {
	// Identify reads the credential of the request of ctx; found is false when there is none. A credential that is
	// there and not valid is an *api.Problem with the status 401; any other error is a failure of the server.
	Identify(ctx context.Context, key string) (c Credential, found bool, err error)
}

// A Credential is what a request says about its user. It may be shared by requests, so nobody writes into it.
type Credential struct {
	ID    string // the user's key as text
	Proof []byte // of the password that the user had when logging in; nil when the method keeps none
}

// A Rememberer is a Method that makes later requests of a client be of a user.
type Rememberer interface {
	Method
	// Remember is called by [Users.LoginUser].
	Remember(ctx context.Context, l Login) error
	// Forget is called by [Users.Logout], and for a user who is gone or whose password has changed.
	Forget(ctx context.Context, key string) error
}

// A Login is what a Rememberer has to keep.
type Login struct {
	Key   string // the name that it is kept by, Users.Key
	ID    any    // the user's key
	Proof []byte
}

// A Challenger is a Method that tells clients by the header WWW-Authenticate how to answer a 401.
type Challenger interface {
	Challenge() string
}
