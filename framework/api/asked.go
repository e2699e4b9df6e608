package api

import (
	"context"
	"net/http"
)

// asked is a browser's question beforehand on its way through middleware of net/http's kind.
type asked struct {
	header http.Header
	status int
	passed bool // the middleware let it through
}

type askedKey struct{}

func (a *asked) Header() http.Header { return a.header }

func (a *asked) WriteHeader(status int) {
	if a.status == 0 && status >= 200 {
		a.status = status
	}
}

func (a *asked) Write(b []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return len(b), nil
}

// ask puts the question to middleware. Only what allows an origin is an answer: middleware that wants a key, for one,
// refuses questions too, and another plugin may know better.
func ask(w http.ResponseWriter, r *http.Request, through func(w http.ResponseWriter, r *http.Request)) (answered bool) {
	a := &asked{header: http.Header{}}
	through(a, r.WithContext(context.WithValue(r.Context(), askedKey{}, a)))
	if a.passed || a.header.Get("Access-Control-Allow-Origin") == "" || a.status >= 300 {
		return false
	}
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(http.StatusNoContent)
	return true
}

// Preflight makes an Around a Preflighter.
func (f Around) Preflight(_ *Endpoint, w http.ResponseWriter, r *http.Request) (answered bool) {
	return ask(w, r, func(w http.ResponseWriter, r *http.Request) {
		passed := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			r.Context().Value(askedKey{}).(*asked).passed = true
		})
		_ = f(w, r, passed) // an error is no answer
	})
}

func (m *middleware) Preflight(_ *Endpoint, w http.ResponseWriter, r *http.Request) (answered bool) {
	return ask(w, r, m.handler.ServeHTTP)
}
