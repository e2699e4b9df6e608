package peers

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/danielgtaylor/huma/v2/adapters/humaecho"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v4"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

type humaBody[T any] struct{ Body T }

type humaUser struct {
	ID     int64  `path:"id" minimum:"1"`
	Page   int    `query:"page" required:"true" minimum:"1" maximum:"10000"`
	Limit  int    `query:"limit" required:"true" minimum:"1" maximum:"100"`
	Q      string `query:"q" maxLength:"50"`
	Sort   string `query:"sort" enum:"name,age,created"`
	Tenant string `header:"X-Tenant" required:"true" minLength:"1" maxLength:"36"`
}

func humaRoutes(h huma.API) {
	huma.Get(h, "/hello", func(context.Context, *struct{}) (*humaBody[work.Hello], error) {
		return &humaBody[work.Hello]{work.Greet()}, nil
	})
	huma.Get(h, "/users/{id}", func(_ context.Context, in *humaUser) (*humaBody[work.User], error) {
		return &humaBody[work.User]{work.GetUser(in.ID, in.Page)}, nil
	})
	post := huma.Operation{OperationID: "signup", Method: http.MethodPost, Path: "/signup", DefaultStatus: http.StatusOK}
	huma.Register(h, post, func(_ context.Context, in *humaBody[work.SignupIn]) (*humaBody[work.SignupOut], error) {
		return &humaBody[work.SignupOut]{work.Signup(&in.Body)}, nil
	})
	post.OperationID, post.Path = "items", "/items"
	huma.Register(h, post, func(_ context.Context, in *humaBody[work.ItemsIn]) (*humaBody[work.ItemsOut], error) {
		return &humaBody[work.ItemsOut]{work.Items(&in.Body)}, nil
	})
}

// humaConfig leaves out the transformer that adds $schema by copying every answer: without it Huma is faster.
func humaConfig() huma.Config {
	c := huma.DefaultConfig("bench", "1")
	c.CreateHooks = nil
	return c
}

func humaOnChi() http.Handler {
	r := chi.NewRouter()
	humaRoutes(humachi.New(r, humaConfig()))
	return r
}

func humaOnEcho() http.Handler {
	e := echo.New()
	humaRoutes(humaecho.New(e, humaConfig()))
	return e
}
