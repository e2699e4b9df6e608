// Package peers does the same work with each framework, written as its own documentation teaches it.
package peers

import (
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/go-playground/validator/v10"
	"github.com/valyala/fasthttp"

	"github.com/utilmeta/utilmeta-go/bench/peers/coded"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// Peer is one framework; Fast is set instead of Handler for those on fasthttp.
type Peer struct {
	Name    string
	Handler http.Handler
	Fast    fasthttp.RequestHandler
}

// All returns every peer, the framework itself first.
func All() []Peer {
	return []Peer{
		{Name: "utilmeta", Handler: mounted(newContract())},
		{Name: "utilmeta, codecs", Handler: mounted(coded.New())},
		{Name: "net/http", Handler: byHand()},
		{Name: "echo", Handler: onEcho()},
		{Name: "gin", Handler: onGin()},
		{Name: "fiber", Fast: onFiber()},
		{Name: "huma-chi", Handler: humaOnChi()},
		{Name: "huma-echo", Handler: humaOnEcho()},
		{Name: "go-zero", Handler: onGoZero()},
	}
}

var usernames = regexp.MustCompile(`^[A-Za-z0-9_]+$`)

// setup adds the rule that go-playground/validator has not, and names members as JSON does.
func setup(v *validator.Validate) *validator.Validate {
	err := v.RegisterValidation("uname", func(f validator.FieldLevel) bool { return usernames.MatchString(f.Field().String()) })
	if err != nil {
		panic(err)
	}
	v.RegisterTagNameFunc(func(f reflect.StructField) string {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		return name
	})
	return v
}

func newValidator() *validator.Validate {
	return setup(validator.New(validator.WithRequiredStructEnabled()))
}

// problem is the structured error of peers that leave it to the application.
func problem(err error) work.Problem {
	var faults validator.ValidationErrors
	if !errors.As(err, &faults) {
		return work.Problem{Status: http.StatusBadRequest, Code: "bad_request"}
	}
	p := work.Problem{Status: http.StatusUnprocessableEntity, Code: "validation_failed", Errors: make([]work.Fault, len(faults))}
	for i, f := range faults {
		p.Errors[i] = work.Fault{Field: f.Field(), Rule: f.Tag(), Message: "failed on " + f.Tag()}
	}
	return p
}
