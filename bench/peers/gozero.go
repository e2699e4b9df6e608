package peers

import (
	"net/http"

	"github.com/go-playground/validator/v10"
	"github.com/zeromicro/go-zero/core/logx"
	"github.com/zeromicro/go-zero/rest/httpx"
	"github.com/zeromicro/go-zero/rest/router"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

type zeroUser struct {
	ID     int64  `path:"id,range=[1:]"`
	Page   int    `form:"page,range=[1:10000]"`
	Limit  int    `form:"limit,range=[1:100]"`
	Q      string `form:"q,optional" validate:"max=50"`
	Sort   string `form:"sort,optional,options=name|age|created"`
	Tenant string `header:"X-Tenant" validate:"min=1,max=36"`
}

type zeroValidator struct{ v *validator.Validate }

func (z zeroValidator) Validate(_ *http.Request, in any) error { return z.v.Struct(in) }

// onGoZero stands on go-zero's own router and its httpx alone: the server's breaker, shedder and metrics are left out.
func onGoZero() http.Handler {
	logx.Disable()
	httpx.SetValidator(zeroValidator{newValidator()})
	r := router.NewRouter()
	handle := func(method, path string, f http.HandlerFunc) {
		if err := r.Handle(method, path, f); err != nil {
			panic(err)
		}
	}
	handle(http.MethodGet, "/hello", func(w http.ResponseWriter, _ *http.Request) { httpx.OkJson(w, work.Greet()) })
	handle(http.MethodGet, "/users/:id", func(w http.ResponseWriter, r *http.Request) {
		var in zeroUser
		if err := httpx.Parse(r, &in); err != nil {
			zeroFail(w, err)
			return
		}
		httpx.OkJson(w, work.GetUser(in.ID, in.Page))
	})
	handle(http.MethodPost, "/signup", func(w http.ResponseWriter, r *http.Request) {
		var in work.SignupIn
		if err := httpx.Parse(r, &in); err != nil {
			zeroFail(w, err)
			return
		}
		httpx.OkJson(w, work.Signup(&in))
	})
	handle(http.MethodPost, "/items", func(w http.ResponseWriter, r *http.Request) {
		var in work.ItemsIn
		if err := httpx.Parse(r, &in); err != nil {
			zeroFail(w, err)
			return
		}
		httpx.OkJson(w, work.Items(&in))
	})
	return r
}

func zeroFail(w http.ResponseWriter, err error) {
	p := problem(err)
	httpx.WriteJson(w, p.Status, p)
}
