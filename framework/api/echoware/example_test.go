package echoware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/api/echoware"
)

type shopAPI struct {
	IDs   api.Plugin // around every endpoint below
	Order api.Raw    `route:"/orders/{id}"`
}

func Example() {
	shop := &shopAPI{
		IDs:   echoware.Use(nil, middleware.RequestID()),
		Order: echoware.Handler(nil, func(c echo.Context) error { return c.String(http.StatusOK, "order "+c.Param("id")) }),
	}
	var mux api.Mux
	if err := mux.Mount("/", shop); err != nil {
		fmt.Println(err)
		return
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/orders/7", nil))
	fmt.Println(w.Body, w.Header().Get("X-Request-Id") != "")
	// Output: order 7 true
}
