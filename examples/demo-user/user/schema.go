package user

import (
	"time"

	"demo-user/ent"

	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

// SignupSchema is what a visitor sends to make an account.
type SignupSchema struct {
	orm.Schema[ent.User]
	Username string         `json:"username" minLength:"1"`
	Password password.Plain `json:"password" minLength:"6"`
}

// LoginSchema is what a visitor sends to log in.
type LoginSchema struct {
	Username string         `json:"username"`
	Password password.Plain `json:"password"`
}

// UserSchema is what the API shows of an account.
type UserSchema struct {
	orm.Schema[ent.User]
	ID         int       `json:"id"`
	Username   string    `json:"username"`
	SignupTime time.Time `json:"signup_time"`
}

// UserUpdateSchema is what a user may change. The ID is never taken from the request.
type UserUpdateSchema struct {
	orm.Schema[ent.User]
	ID       int             `json:"id" api:"readonly"`
	Username *string         `json:"username" minLength:"1"`
	Password *password.Plain `json:"password" minLength:"6"`
}

// PutInput is the current user and what to change.
type PutInput struct {
	Me   auth.Current[ent.User]
	Data UserUpdateSchema // its json fields are the body's members
}
