package user

import (
	"context"
	"errors"

	"demo-user/ent"
	entuser "demo-user/ent/user"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/orm"
)

func (a *API) signup(ctx context.Context, in *SignupSchema) (*UserSchema, error) {
	taken, err := a.DB.User.Query().Where(entuser.Username(in.Username)).Exist(ctx)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, api.BadRequest("username_exists", "Username exists")
	}
	u, err := orm.Save(ctx, a.DB, in)
	if err != nil {
		return nil, err
	}
	if err := a.Auth.LoginUser(ctx, u); err != nil {
		return nil, err
	}
	return orm.Init[UserSchema](ctx, a.DB, u.ID)
}

func (a *API) login(ctx context.Context, in *LoginSchema) (*UserSchema, error) {
	u, err := a.Auth.Login(ctx, in.Username, in.Password)
	if errors.Is(err, auth.ErrCredentials) {
		return nil, api.Forbidden("credentials", "Username or password wrong")
	}
	if err != nil {
		return nil, err
	}
	return orm.Init[UserSchema](ctx, a.DB, u.ID)
}

func (a *API) logout(ctx context.Context, s *session.Session) (*api.Empty, error) {
	return nil, s.Flush(ctx)
}

func (a *API) get(ctx context.Context, me *auth.Current[ent.User]) (*UserSchema, error) {
	return orm.Init[UserSchema](ctx, a.DB, me.User.ID)
}

func (a *API) put(ctx context.Context, in *PutInput) (*UserSchema, error) {
	in.Data.ID = in.Me.User.ID
	u, err := orm.Update(ctx, a.DB, &in.Data) // a missing key is an error; Save would create
	if err != nil {
		return nil, err
	}
	if err := a.Auth.LoginUser(ctx, u); err != nil { // a new password ends other sessions, not this one
		return nil, err
	}
	return orm.Init[UserSchema](ctx, a.DB, u.ID)
}
