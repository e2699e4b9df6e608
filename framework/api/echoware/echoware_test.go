package echoware_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/api/echoware"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

type reportInput struct {
	Name string `query:"name" api:"optional"`
}

type report struct {
	Text string `json:"text"`
}

type adoptedAPI struct {
	Key    api.Plugin `on:"!Legacy"`
	Mark   api.Plugin
	Report api.Get[reportInput, report]
	Legacy api.Raw `route:"/legacy/{id}/{rest...}" method:"GET,POST"`
}

type validator struct{}

func (validator) Validate(any) error {
	return echo.NewHTTPError(http.StatusUnprocessableEntity, "no good")
}

func newAdopted() *adoptedAPI {
	e := echo.New()
	e.Validator = validator{}
	mark := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			c.Response().Header().Set("X-Mark", c.Path()+" "+c.Param("id")+" "+c.Param("rest"))
			return next(c)
		}
	}
	key := middleware.KeyAuth(func(key string, c echo.Context) (bool, error) { return key == "good", nil })
	return &adoptedAPI{
		Key: echoware.Use(nil, key), Mark: echoware.Use(nil, middleware.RequestID(), mark),
		Report: func(_ context.Context, in *reportInput) (*report, error) {
			if in.Name == "bad" {
				return nil, api.Conflict("bad", "a bad name")
			}
			return &report{"hello " + in.Name}, nil
		},
		Legacy: echoware.Handler(e, func(c echo.Context) error {
			switch c.Param("id") {
			case "error":
				return echo.NewHTTPError(http.StatusTeapot, "short and stout")
			case "secret":
				return echo.NewHTTPError(http.StatusInternalServerError, "secret")
			case "plain":
				return errors.New("secret")
			case "odd":
				return echo.NewHTTPError(200)
			case "invalid":
				return c.Validate(nil)
			}
			return c.JSON(http.StatusAccepted, map[string]string{"id": c.Param("id"), "rest": c.Param("rest"), "method": c.Request().Method})
		}),
	}
}

func TestAdopted(t *testing.T) {
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/api", newAdopted()); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, key string
		status            int
		want, mark        string
	}{
		{"GET", "/api/report?name=x", "good", 200, `{"text":"hello x"}`, "/api/report  "},
		{"GET", "/api/report?name=bad", "good", 409, `"code":"bad"`, "/api/report  "},
		{"GET", "/api/report", "", 400, `{"title":"Bad Request","status":400,"code":"bad_request","detail":"missing key in request header"}`, ""},
		{"GET", "/api/report", "wrong", 401, `"code":"unauthorized"`, ""},
		{"POST", "/api/legacy/7/a/b", "", 202, `{"id":"7","method":"POST","rest":"a/b"}`, "/api/legacy/{id}/{rest...} 7 a/b"},
		{"GET", "/api/legacy/error/x", "", 418, `"detail":"short and stout"`, "/api/legacy/{id}/{rest...} error x"},
		{"GET", "/api/legacy/secret/x", "", 500, `"internal_server_error"`, "/api/legacy/{id}/{rest...} secret x"},
		{"GET", "/api/legacy/plain/x", "", 500, `"internal"`, "/api/legacy/{id}/{rest...} plain x"},
		{"GET", "/api/legacy/odd/x", "", 500, `"internal"`, "/api/legacy/{id}/{rest...} odd x"},
		{"GET", "/api/legacy/invalid/x", "", 422, `"no good"`, "/api/legacy/{id}/{rest...} invalid x"},
	} {
		r := httptest.NewRequest(c.method, c.path, nil)
		if c.key != "" {
			r.Header.Set("Authorization", "Bearer "+c.key)
		}
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) || strings.Contains(w.Body.String(), "secret") && c.status >= 500 {
			t.Errorf("%s: %d %s, want %d %s", c.path, w.Code, w.Body, c.status, c.want)
		}
		if got := w.Header().Get("X-Mark"); got != c.mark {
			t.Errorf("%s: mark %q, want %q", c.path, got, c.mark)
		}
		if c.mark != "" && w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s: no request id", c.path)
		}
	}
}

func TestMountInEcho(t *testing.T) {
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/api", newAdopted()); err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	e.GET("/own", func(c echo.Context) error { return c.String(200, "own") })
	echoware.Mount(e, "/api", mux)
	for path, want := range map[string]string{"/own": "200 own", "/api/legacy/1/x": `202 {"id":"1"`, "/api/nothing": "404 {\"title\":\"Not Found\"", "/api": "404 {\"title\""} {
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
