package api

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A Call is one request on its way through plugins to a handler and back. Its memory is never used again for
// another request.
type Call struct {
	req  *http.Request // as net/http gave it: contexts are asked by any goroutine, so it never changes
	w    http.ResponseWriter
	ep   *Endpoint
	s    *scratch // shared by requests in turn; nil once this one is answered
	head State    // what plugins attached, the last first
}

// Request is the request as net/http gave it, or as middleware around has changed it.
func (c *Call) Request() *http.Request {
	if c.s == nil {
		return c.req
	}
	return c.s.req
}

// PathValues lists the values of the path's parameters, in the order of Endpoint.PathNames.
func (c *Call) PathValues() []string {
	if c.s == nil {
		return nil
	}
	return slices.Clone(c.s.values)
}

// Endpoint is what the request is for.
func (c *Call) Endpoint() *Endpoint { return c.ep }

// Header is the header of the answer. It may change until the first byte is written.
func (c *Call) Header() http.Header { return c.w.Header() }

// Status is the status of the answer so far: after next has returned nil in a plugin, that of the handler's
// answer; 0 before, and once the answer is on its way.
func (c *Call) Status() int {
	if c.s == nil {
		return 0
	}
	return c.s.status
}

// Body is the encoded answer, once next has returned nil in a plugin; nil where there is none, or where it is
// written as it is made. Its bytes must not change.
func (c *Call) Body() []byte {
	if c.s == nil || c.s.written {
		return nil
	}
	return c.s.out
}

// MediaType is that of Body.
func (c *Call) MediaType() string {
	if t := c.Header().Get("Content-Type"); t != "" || c.Written() || len(c.s.typ) == 0 {
		return t
	}
	return c.s.typ[0]
}

// SetAnswer puts another answer in the place of the handler's, with a media type for its body; no body without one.
func (c *Call) SetAnswer(status int, mediaType string, body []byte) {
	if c.s == nil || c.s.written {
		return
	}
	c.s.status, c.s.typ, c.s.out = status, nil, append(c.s.out[:0], body...)
	delete(c.Header(), "Content-Type")
	if mediaType != "" {
		c.s.typ = []string{mediaType}
	}
}

// Written tells an answer that is on its way already: a file, events, what a Raw writes.
func (c *Call) Written() bool { return c.s == nil || c.s.written }

// Context is the context of the request: what handlers get. It may be kept as long as one likes.
func (c *Call) Context() context.Context {
	for a := c.head; a != nil; a = a.link().next {
		if d, ok := a.(*derived); ok {
			return d.Context
		}
	}
	return (*callContext)(c)
}

// SetContext gives everything that runs from here on a context that was derived from the call's own.
func (c *Call) SetContext(ctx context.Context) { c.Attach(&derived{Context: ctx}) }

// derived is the context that a plugin put in the place of the call's own.
type derived struct {
	Link
	context.Context
}

// callContext is the call as a context, so that a request needs no second allocation for it.
type callContext Call

type callKey struct{}

func (c *callContext) Deadline() (time.Time, bool) { return c.req.Context().Deadline() }
func (c *callContext) Done() <-chan struct{}       { return c.req.Context().Done() }
func (c *callContext) Err() error                  { return c.req.Context().Err() }

func (c *callContext) Value(key any) any {
	if _, ok := key.(callKey); ok {
		return (*Call)(c)
	}
	return c.req.Context().Value(key)
}

// CallFrom finds the call that ctx belongs to; ok is false outside a request.
func CallFrom(ctx context.Context) (c *Call, ok bool) {
	if own, ok := ctx.(*callContext); ok {
		return (*Call)(own), true
	}
	c, ok = ctx.Value(callKey{}).(*Call)
	return c, ok
}

// TestContext makes the context of a call for r that belongs to no endpoint, for tests of what handlers call.
// What would be written to the answer goes nowhere.
func TestContext(r *http.Request) context.Context {
	return (&Call{req: r, w: discard{http.Header{}}, ep: &Endpoint{}}).Context()
}

// discard is the answer of a call that has none.
type discard struct{ header http.Header }

func (d discard) Header() http.Header       { return d.header }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// A State is what a plugin keeps with a call: a struct that embeds Link. A writer that middleware around a Mux gives to
// it is attached to the call if it is a State.
type State interface{ link() *Link }

// Link chains attachments without memory of their own. A Link belongs to one call.
type Link struct {
	next State
	call *Call
}

func (l *Link) link() *Link { return l }

// Attach keeps a with the call, to be found by Attached. One that has a method BeforeWrite(*Call) error is
// asked before the first byte of the answer is written, whatever the answer; the last attached is asked first.
// It panics when a is attached already: that is a plugin that shares its state between requests.
func (c *Call) Attach(a State) {
	if a.link().call != nil {
		panic(fmt.Sprintf("api: the %T is attached to a call already", a))
	}
	a.link().next, a.link().call = c.head, c
	c.head = a
}

// Attached finds what a plugin attached to the call of ctx, by its type.
func Attached[T State](ctx context.Context) (v T, ok bool) {
	c, ok := CallFrom(ctx)
	if !ok {
		return v, false
	}
	for a := c.head; a != nil; a = a.link().next {
		if v, ok := a.(T); ok {
			return v, true
		}
	}
	return v, false
}

// A BeforeWriter is an attachment that is asked before the first byte of the answer is written. Its error takes
// the place of the answer.
type BeforeWriter interface {
	BeforeWrite(c *Call) error
}

// beforeWrite asks every attachment once, even if one fails.
func (c *Call) beforeWrite() (err error) {
	for a := c.head; a != nil; a = a.link().next {
		if b, ok := a.(BeforeWriter); ok {
			if e := b.BeforeWrite(c); e != nil && err == nil {
				err = e
			}
		}
	}
	return err
}
