package peers

import (
	"github.com/go-playground/validator/v10"
	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"

	"github.com/utilmeta/utilmeta-go/bench/work"
)

type fiberValidator struct{ v *validator.Validate }

func (f fiberValidator) Validate(out any) error { return f.v.Struct(out) }

type fiberUser struct {
	ID     int64  `uri:"id" validate:"min=1"`
	Page   int    `query:"page" validate:"min=1,max=10000"`
	Limit  int    `query:"limit" validate:"min=1,max=100"`
	Q      string `query:"q" validate:"max=50"`
	Sort   string `query:"sort" validate:"omitempty,oneof=name age created"`
	Tenant string `header:"X-Tenant" validate:"required,min=1,max=36"`
}

func onFiber() fasthttp.RequestHandler {
	f := fiber.New(fiber.Config{StructValidator: fiberValidator{newValidator()}})
	f.Get("/hello", func(c fiber.Ctx) error { return c.JSON(work.Greet()) })
	f.Get("/users/:id", func(c fiber.Ctx) error {
		var in fiberUser
		if err := c.Bind().All(&in); err != nil {
			return fiberFail(c, err)
		}
		return c.JSON(work.GetUser(in.ID, in.Page))
	})
	f.Post("/signup", func(c fiber.Ctx) error {
		var in work.SignupIn
		if err := c.Bind().Body(&in); err != nil {
			return fiberFail(c, err)
		}
		return c.JSON(work.Signup(&in))
	})
	f.Post("/items", func(c fiber.Ctx) error {
		var in work.ItemsIn
		if err := c.Bind().Body(&in); err != nil {
			return fiberFail(c, err)
		}
		return c.JSON(work.Items(&in))
	})
	return f.Handler()
}

func fiberFail(c fiber.Ctx, err error) error {
	p := problem(err)
	return c.Status(p.Status).JSON(p)
}
