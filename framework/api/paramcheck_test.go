package api_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type evenNumber int

func (e evenNumber) Validate(context.Context) error {
	if e%2 != 0 {
		return errors.New("is odd")
	}
	return nil
}

type checkedParams struct {
	Level  evenNumber   `query:"level" default:"1"`
	Steps  []evenNumber `query:"step"`
	Header evenNumber   `header:"X-Even" api:"optional"`
}

type checkedForm struct {
	Level evenNumber   `form:"level" json:"level" default:"1"`
	Steps []evenNumber `form:"step"`
}

type checkedAPI struct {
	Get  api.Get[checkedParams, said]
	Post api.Post[checkedForm, said]
}

// The Validators of parameters are asked of what was sent, and of nothing else.
func TestValidatorsOfParameters(t *testing.T) {
	a := &checkedAPI{Get: mirror[checkedParams], Post: mirror[checkedForm]}
	mux := mount(t, a)
	for _, c := range []struct {
		request string
		status  int
		places  []string
	}{
		{"GET /", 200, nil},
		{"GET /?level=2&step=4\nX-Even: 6", 200, nil},
		{"GET /?level=3", 422, []string{`"parameter":"level"`}},
		{"GET /?step=2&step=5&step=7", 422, []string{`"parameter":"step","pointer":"#/1"`, `"parameter":"step","pointer":"#/2"`}},
		{"GET /?level=3\nX-Even: 9", 422, []string{`"parameter":"level"`, `"in":"header","parameter":"X-Even"`}},
		{"POST /\nContent-Type: application/x-www-form-urlencoded\n\nlevel=2&step=4", 200, nil},
		{"POST /\nContent-Type: application/x-www-form-urlencoded\n\nlevel=3", 422, []string{`[{"in":"form","parameter":"level","code":"invalid","detail":"is odd"}]`}},
		{"POST /\nContent-Type: application/x-www-form-urlencoded\n\nstep=2&step=3", 422, []string{`"parameter":"step","pointer":"#/1"`}},
		{"POST /\n\n{\"level\":3}", 422, []string{`[{"pointer":"#/level","code":"invalid","detail":"is odd"}]`}},
	} {
		w := send(mux, c.request)
		if w.Code != c.status {
			t.Errorf("%s: %d %s", c.request, w.Code, w.Body)
		}
		for _, place := range c.places {
			if !strings.Contains(w.Body.String(), place) {
				t.Errorf("%s: %s, want %s", c.request, w.Body, place)
			}
		}
	}
	_, err := api.Invoke(context.Background(), a.Get, &checkedParams{Level: 3})
	var p *api.Problem
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity {
		t.Errorf("Invoke: %v", err)
	}
	_, err = api.Invoke(context.Background(), a.Post, &checkedForm{Steps: []evenNumber{3}})
	if !errors.As(err, &p) || p.Status != http.StatusUnprocessableEntity {
		t.Errorf("Invoke: %v", err)
	}
}
