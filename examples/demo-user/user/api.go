// Package user is everything that a visitor or user does with an account.
package user

import (
	"demo-user/ent"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
)

// API is everything that a user can do with an account.
type API struct {
	Session session.Plugin
	Auth    auth.Users[ent.User]

	// Signup makes an account and logs it in.
	Signup api.Post[SignupSchema, UserSchema] `errors:"400"`

	// Login starts a session for an account.
	Login api.Post[LoginSchema, UserSchema] `errors:"403"`

	// Logout ends the session.
	Logout api.Post[session.Session, api.Empty] `status:"200"`

	// Get returns the current user.
	Get api.Get[auth.Current[ent.User], UserSchema]

	// Put changes the current user.
	Put api.Put[PutInput, UserSchema] `atomic:""`

	DB *ent.Client
}
