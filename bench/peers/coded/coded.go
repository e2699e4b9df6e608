// Package coded is the framework's own peer once more, on types of the same fields, for which codecs are printed.
package coded

import (
	"context"

	"github.com/utilmeta/utilmeta-go/bench/work"
	"github.com/utilmeta/utilmeta-go/framework/api"
)

type (
	hello     work.Hello
	user      work.User
	signupIn  work.SignupIn
	signupOut work.SignupOut
	dims      work.Dims
)

type item struct {
	ID       int64    `json:"id" minimum:"1"`
	SKU      string   `json:"sku" minLength:"3" maxLength:"20"`
	Name     string   `json:"name" minLength:"1" maxLength:"100"`
	Quantity int      `json:"quantity" minimum:"1" maximum:"10000"`
	Price    float64  `json:"price" minimum:"0"`
	Tags     []string `json:"tags" maxItems:"10" items.minLength:"1" items.maxLength:"20"`
	Dims     dims     `json:"dims"`
}

type itemsIn struct {
	Items []item `json:"items" maxItems:"1000"`
}

type itemsOut struct {
	Total int    `json:"total"`
	Items []item `json:"items"`
}

type userIn struct {
	ID     int64  `path:"id" minimum:"1"`
	Page   int    `query:"page" minimum:"1" maximum:"10000"`
	Limit  int    `query:"limit" minimum:"1" maximum:"100"`
	Q      string `query:"q" maxLength:"50" api:"optional"`
	Sort   string `query:"sort" enum:"name,age,created" api:"optional"`
	Tenant string `header:"X-Tenant" minLength:"1" maxLength:"36"`
}

// Contract is what every peer does.
type Contract struct {
	Hello  api.Get[api.Empty, hello]
	User   api.Get[userIn, user] `route:"/users/{id}"`
	Signup api.Post[signupIn, signupOut]
	Items  api.Post[itemsIn, itemsOut]
}

// New makes the contract.
func New() *Contract {
	return &Contract{
		Hello: func(context.Context, *api.Empty) (*hello, error) { h := hello(work.Greet()); return &h, nil },
		User: func(_ context.Context, in *userIn) (*user, error) {
			u := user(work.GetUser(in.ID, in.Page))
			return &u, nil
		},
		Signup: func(_ context.Context, in *signupIn) (*signupOut, error) {
			o := signupOut(work.Signup((*work.SignupIn)(in)))
			return &o, nil
		},
		Items: func(_ context.Context, in *itemsIn) (*itemsOut, error) {
			return &itemsOut{Total: len(in.Items), Items: in.Items}, nil
		},
	}
}
