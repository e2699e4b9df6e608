package peers

import (
	"net/http"

	"github.com/go-playground/validator/v10"
	"github.com/labstack/echo/v4"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

type echoValidator struct{ v *validator.Validate }

func (e echoValidator) Validate(in any) error { return e.v.Struct(in) }

type echoUser struct {
	ID     int64  `param:"id" validate:"min=1"`
	Page   int    `query:"page" validate:"min=1,max=10000"`
	Limit  int    `query:"limit" validate:"min=1,max=100"`
	Q      string `query:"q" validate:"max=50"`
	Sort   string `query:"sort" validate:"omitempty,oneof=name age created"`
	Tenant string `header:"X-Tenant" validate:"required,min=1,max=36"`
}

func onEcho(middleware ...echo.MiddlewareFunc) http.Handler {
	e := echo.New()
	e.Use(middleware...)
	e.Validator = echoValidator{newValidator()}
	e.GET("/hello", func(c echo.Context) error { return c.JSON(http.StatusOK, work.Greet()) })
	e.GET("/users/:id", func(c echo.Context) error {
		var in echoUser
		err := c.Bind(&in)
		if err == nil {
			err = (&echo.DefaultBinder{}).BindHeaders(c, &in)
		}
		if err == nil {
			err = c.Validate(&in)
		}
		if err != nil {
			return echoFail(c, err)
		}
		return c.JSON(http.StatusOK, work.GetUser(in.ID, in.Page))
	})
	e.POST("/signup", func(c echo.Context) error {
		var in work.SignupIn
		if err := echoBody(c, &in); err != nil {
			return echoFail(c, err)
		}
		return c.JSON(http.StatusOK, work.Signup(&in))
	})
	e.POST("/items", func(c echo.Context) error {
		var in work.ItemsIn
		if err := echoBody(c, &in); err != nil {
			return echoFail(c, err)
		}
		return c.JSON(http.StatusOK, work.Items(&in))
	})
	return e
}

func echoBody(c echo.Context, in any) error {
	if err := c.Bind(in); err != nil {
		return err
	}
	return c.Validate(in)
}

func echoFail(c echo.Context, err error) error {
	p := problem(err)
	return c.JSON(p.Status, p)
}
