package api

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
)

// Around is a plugin of net/http's kind: it answers by itself, or lets next answer into the writer that it gives. An
// error that it returns before anything is written is answered as any endpoint's.
//
// What next answers, errors and panics too, is written when next returns: plugins further out, and a Catch there, find
// it on its way already. It answers once, and not after the Around has returned: what limits the time of requests is the
// plugin timeout. A browser's question beforehand goes through it as well; it is an answer if it says which origin it
// allows.
type Around func(w http.ResponseWriter, r *http.Request, next http.Handler) error

// Wrap makes an Around a Plugin.
func (f Around) Wrap(_ *Endpoint, next Handler) Handler {
	return func(c *Call) error {
		inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.proceed(w, r, next) })
		return c.cross(func(w http.ResponseWriter, r *http.Request) error { return f(w, r, inner) })
	}
}

// Middleware makes a plugin of the middleware of any router of net/http's kind. It is made once, so that what it keeps,
// such as counters, is shared by all the endpoints around which it runs. See Around for what it can and cannot do.
func Middleware(mw func(next http.Handler) http.Handler) Plugin {
	m := &middleware{}
	m.handler = mw(http.HandlerFunc(m.inner))
	return m
}

type middleware struct{ handler http.Handler }

// crossing is what a call keeps while it goes through a middleware.
type crossing struct {
	Link
	through *middleware
	next    Handler
}

func (m *middleware) Wrap(_ *Endpoint, next Handler) Handler {
	return func(c *Call) error {
		c.Attach(&crossing{through: m, next: next})
		return c.cross(func(w http.ResponseWriter, r *http.Request) error {
			m.handler.ServeHTTP(w, r)
			return nil
		})
	}
}

// inner is what the middleware goes around: the way on of the call that the request belongs to.
func (m *middleware) inner(w http.ResponseWriter, r *http.Request) {
	if p, ok := r.Context().Value(askedKey{}).(*asked); ok {
		p.passed = true
		return
	}
	c, ok := CallFrom(r.Context())
	if !ok {
		panic(fmt.Errorf("api.Middleware: the request that %T passes on has not the context of the one that it got", m.handler))
	}
	for a := c.head; a != nil; a = a.link().next {
		if s, ok := a.(*crossing); ok && s.through == m {
			c.proceed(w, r, s.next)
			return
		}
	}
}

// cross runs what is of net/http's kind around the rest of the call.
func (c *Call) cross(f func(w http.ResponseWriter, r *http.Request) error) error {
	own, before := c.w, c.s.running.Load()
	defer func() {
		if c.s.running.Load() == before {
			c.w = own
		}
	}()
	c.s.crossed = true
	w := &crossWriter{ResponseWriter: own, c: c}
	err := f(w, c.s.req.WithContext(c.Context()))
	if c.s.running.Load() != before {
		c.abandon()
	}
	switch {
	case w.err != nil:
		return w.err
	case err == nil && !c.s.written:
		w.WriteHeader(http.StatusOK)
		return w.err
	}
	return err
}

var (
	errLate  = errors.New("next was called after the middleware had returned: nothing is answered")
	errTwice = errors.New("next was called again for a request that is answered: it answers once")
)

// proceed answers the call by next, into w.
func (c *Call) proceed(w http.ResponseWriter, r *http.Request, next Handler) {
	c.s.running.Add(1)
	defer c.s.running.Add(-1)
	switch {
	case c.s.closed.Load():
		c.ep.mux.logger().Error("request left alone", "endpoint", c.ep.Name, "error", errLate)
		return
	case c.s.written:
		c.ep.mux.logger().Error("request left alone", "endpoint", c.ep.Name, "error", errTwice)
		return
	}
	c.w = w
	if ctx := r.Context(); !reflect.TypeOf(ctx).Comparable() || ctx != c.Context() {
		c.SetContext(ctx)
	}
	c.s.req = r
	c.s.around = w.Header().Clone()
	delete(c.s.around, "Content-Type") // an error has its own
	delete(c.s.around, "Content-Length")
	c.respond(c.guarded(next))
}

// guarded keeps a panic below middleware where it is: its answer has to go into the writer that the middleware gave.
func (c *Call) guarded(next Handler) (err error) {
	done := false
	defer func() {
		if done {
			return
		}
		v := recover()
		if err = recovered(v); err == nil {
			panic(http.ErrAbortHandler)
		}
		if v == nil { // the goroutine ends all the same
			c.respond(err)
		}
	}()
	err = next(c)
	done = true
	return err
}

// crossWriter is the writer that what is of net/http's kind gets. What plugins keep is saved before its first byte.
type crossWriter struct {
	http.ResponseWriter
	c   *Call
	err error // of saving it: nothing is written then
}

func (w *crossWriter) WriteHeader(status int) {
	s := w.c.s
	if w.err != nil {
		return
	}
	if status >= 200 {
		if !s.asked {
			s.asked = true
			if w.err = w.c.beforeWrite(); w.err != nil {
				return
			}
		}
		s.written, s.status = true, status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *crossWriter) Write(b []byte) (int, error) {
	if !w.c.s.written {
		w.WriteHeader(http.StatusOK)
	}
	if w.err != nil {
		return 0, w.err
	}
	return w.ResponseWriter.Write(b)
}

// Hijack is for handlers that take the connection over.
func (w *crossWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.c.hijack(w.ResponseWriter)
}

// hijack takes the connection over: the answer is the handler's from there on.
func (c *Call) hijack(w http.ResponseWriter) (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err == nil {
		c.s.asked, c.s.written = true, true
	}
	return conn, rw, err
}

// Unwrap is for http.ResponseController.
func (w *crossWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// Flush is for handlers that look for an http.Flusher.
func (w *crossWriter) Flush() {
	if !w.c.s.written {
		w.WriteHeader(http.StatusOK)
	}
	if w.err == nil {
		_ = http.NewResponseController(w.ResponseWriter).Flush()
	}
}
