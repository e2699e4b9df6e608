package peers

import (
	"context"
	"net/http"

	"github.com/utilmeta/utilmeta-go/bench/work"
	"github.com/utilmeta/utilmeta-go/framework/api"
)

type contract struct {
	Hello  api.Get[api.Empty, work.Hello]
	User   api.Get[userIn, work.User] `route:"/users/{id}"`
	Signup api.Post[work.SignupIn, work.SignupOut]
	Items  api.Post[work.ItemsIn, work.ItemsOut]
}

type userIn struct {
	ID     int64  `path:"id" minimum:"1"`
	Page   int    `query:"page" minimum:"1" maximum:"10000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100"`
	Q      string `query:"q" maxLength:"50" api:"optional"`
	Sort   string `query:"sort" enum:"name,age,created" api:"optional"`
	Tenant string `header:"X-Tenant" minLength:"1" maxLength:"36"`
}

func mounted(root any) http.Handler {
	m := &api.Mux{}
	if err := m.Mount("/", root); err != nil {
		panic(err)
	}
	return m
}

func newContract() *contract {
	return &contract{
		Hello: func(context.Context, *api.Empty) (*work.Hello, error) { h := work.Greet(); return &h, nil },
		User: func(_ context.Context, in *userIn) (*work.User, error) {
			u := work.GetUser(in.ID, in.Page)
			return &u, nil
		},
		Signup: func(_ context.Context, in *work.SignupIn) (*work.SignupOut, error) {
			o := work.Signup(in)
			return &o, nil
		},
		Items: func(_ context.Context, in *work.ItemsIn) (*work.ItemsOut, error) {
			o := work.Items(in)
			return &o, nil
		},
	}
}
