package authtest

import (
	"context"
	"errors"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
)

// API is what the tests call.
type API struct {
	Session session.Plugin
	Auth    auth.Users[ent.User]

	Signup api.Post[Signup, User]
	Atomic api.Post[Signup, User] `atomic:""`
	Login  api.Post[Account, User]
	Logout api.Post[session.Session, api.Empty] `status:"200"`
	Get    api.Get[auth.Current[ent.User], User]
	Put    api.Put[Change, User]

	Maybe  api.Get[auth.Maybe[ent.User], User]
	ID     api.Get[api.Empty, User] `route:"/id"`
	Public api.Get[api.Empty, User]

	Visit  api.Post[session.Session, Visits]
	Visits api.Get[session.Session, Visits]
	Edit   api.Post[Edit, Keys]
	Cart   api.Post[CartInput, Cart]
	Leave  api.Post[session.Session, Visits] `atomic:""`

	DB *ent.Client
}

// Account names an account.
type Account struct {
	Username string         `json:"username"`
	Password password.Plain `json:"password"`
}

// Signup makes an account and logs it in.
type Signup struct {
	orm.Schema[ent.User]
	Username string         `json:"username"`
	Password password.Plain `json:"password"`
	Fail     bool           `json:"fail" orm:"-" api:"optional"` // after the login
}

// User is what is shown of an account.
type User struct {
	orm.Schema[ent.User]
	ID       int    `json:"id"`
	Username string `json:"username"`
}

// Change gives the current user another password.
type Change struct {
	Me   auth.Current[ent.User]
	Data struct {
		orm.Schema[ent.User]
		ID       int            `json:"id" api:"readonly"`
		Password password.Plain `json:"password"`
	}
}

// Visits counts in the session.
type Visits struct {
	Visits int `json:"visits"`
}

// Edit does things to the session, in this order.
type Edit struct {
	Session session.Session
	Delete  []string       `json:"delete" api:"optional"`
	Put     map[string]int `json:"put" api:"optional"`
	Renew   bool           `json:"renew" api:"optional"`
	Bad     bool           `json:"bad" api:"optional"`  // put what cannot be JSON
	Fail    bool           `json:"fail" api:"optional"` // answer 400
}

// Keys are the names of what the session holds.
type Keys struct {
	Keys []string `json:"keys"`
}

// CartInput adds to a typed session, and to the same session without a type.
type CartInput struct {
	Cart    session.Of[Cart]
	Session session.Session
	Item    int `json:"item"`
}

// Cart is a typed session.
type Cart struct {
	Items []int  `json:"items"`
	Note  string `json:"note,omitempty"`
}

func (a *API) signup(ctx context.Context, in *Signup) (*User, error) {
	u, err := orm.Save(ctx, a.DB, in)
	if err != nil {
		return nil, err
	}
	if err := a.Auth.LoginUser(ctx, u); err != nil {
		return nil, err
	}
	if in.Fail {
		return nil, api.BadRequest("failed", "as was asked for")
	}
	return orm.Init[User](ctx, a.DB, u.ID)
}

func (a *API) login(ctx context.Context, in *Account) (*User, error) {
	u, err := a.Auth.Login(ctx, in.Username, in.Password)
	if err != nil {
		return nil, err
	}
	return orm.Init[User](ctx, a.DB, u.ID)
}

func (a *API) logout(ctx context.Context, s *session.Session) (*api.Empty, error) {
	return nil, s.Flush(ctx)
}

func (a *API) get(ctx context.Context, me *auth.Current[ent.User]) (*User, error) {
	return orm.Init[User](ctx, a.DB, me.User.ID)
}

func (a *API) put(ctx context.Context, in *Change) (*User, error) {
	in.Data.ID = in.Me.User.ID
	u, err := orm.Update(ctx, a.DB, &in.Data)
	if err != nil {
		return nil, err
	}
	if err := a.Auth.LoginUser(ctx, u); err != nil {
		return nil, err
	}
	return orm.Init[User](ctx, a.DB, u.ID)
}

func (a *API) maybe(_ context.Context, m *auth.Maybe[ent.User]) (*User, error) {
	if m.User == nil {
		return &User{}, nil
	}
	return &User{ID: m.User.ID, Username: m.User.Username}, nil
}

func (a *API) id(ctx context.Context, _ *api.Empty) (*User, error) {
	id, _ := auth.ID[int](ctx)
	return &User{ID: id}, nil
}

func (a *API) public(context.Context, *api.Empty) (*User, error) { return &User{}, nil }

func (a *API) visit(_ context.Context, s *session.Session) (*Visits, error) {
	var v Visits
	s.Get("visits", &v.Visits)
	v.Visits++
	s.Put("visits", v.Visits)
	return &v, nil
}

func (a *API) visits(_ context.Context, s *session.Session) (*Visits, error) {
	var v Visits
	s.Get("visits", &v.Visits)
	return &v, nil
}

func (a *API) edit(_ context.Context, in *Edit) (*Keys, error) {
	in.Session.Delete(in.Delete...)
	for k, v := range in.Put {
		in.Session.Put(k, v)
	}
	if in.Renew {
		in.Session.Renew()
	}
	if in.Bad {
		in.Session.Put("bad", func() {})
	}
	if in.Fail {
		return nil, api.BadRequest("failed", "as was asked for")
	}
	return &Keys{in.Session.Keys()}, nil
}

func (a *API) cart(_ context.Context, in *CartInput) (*Cart, error) {
	in.Cart.Data.Items = append(in.Cart.Data.Items, in.Item)
	in.Cart.Data.Note = ""
	if in.Item == 0 {
		in.Cart.Data.Note = "empty"
	}
	in.Session.Put("last", in.Item)
	return &in.Cart.Data, nil
}

// leave ends the session in a transaction that is rolled back.
func (a *API) leave(ctx context.Context, s *session.Session) (*Visits, error) {
	return nil, errors.Join(s.Flush(ctx), api.BadRequest("failed", "as was asked for"))
}

// DescribeAPI wires the endpoints.
func (a *API) DescribeAPI(d *api.Description) {
	d.Type((*API)(nil))
	a.Signup, a.Atomic, a.Login, a.Logout, a.Get, a.Put = a.signup, a.signup, a.login, a.logout, a.get, a.put
	a.Maybe, a.ID, a.Public = a.maybe, a.id, a.public
	a.Visit, a.Visits, a.Edit, a.Cart, a.Leave = a.visit, a.visits, a.edit, a.cart, a.leave
}
