package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"time"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/internal/router"
)

// An Endpoint is one mounted field of a contract. Everything about it is worked out when it is mounted.
type Endpoint struct {
	Method, Path string       // "/articles/{slug}", "/files/{path...}"
	ID           string       // the path of fields that leads to it: "user_signup"
	Name         string       // for people: "user.API.Signup"
	Doc          string       // the field's doc comment
	Pos          string       // where it is declared: "user/api.go:13"
	In, Out      reflect.Type // structs mostly, never pointers
	Status       int          // of the answer when all goes well
	Errors       []int        // statuses that the tag errors names
	Tags         []string
	Deprecated   bool
	Private      bool // not part of the public document
	Idempotent   bool // tagged so: to do it twice is as doing it once, though its method does not say so
	Streams      bool // Out is an event of a stream

	mux     *Mux
	layers  []layer
	vars    []pathVar // of Path
	plan    *input
	out     *output                                                      // nil for Empty
	tx      Transactor                                                   // nil without the tag atomic
	events  func(ctx context.Context, in unsafe.Pointer) (events, error) // of a Stream
	timeout time.Duration                                                // of the handler and what is read for it; 0 for none
	raw     Raw
	special bool     // it is a Raw, or streams events, or its output has several forms
	methods []string // of a Raw that has several
	handle  func(ctx context.Context, in unsafe.Pointer) (unsafe.Pointer, error)
	newCall func() *Call
	input   func(*Call) unsafe.Pointer
	chain   Handler
	code    uintptr        // of the handler, for messages
	closure unsafe.Pointer // of the handler, to know it again
	field   unsafe.Pointer // of the API, to know it again
	sealed  bool           // on the client: answers come in an envelope
}

// Plugins lists what runs around the endpoint, the outermost first.
func (e *Endpoint) Plugins() []Plugin {
	l := make([]Plugin, len(e.layers))
	for i := range e.layers {
		l[i] = e.layers[i].plugin
	}
	return l
}

// Chain names what a request goes through before the handler, for people: plugins, injected types, loads.
func (e *Endpoint) Chain() []string {
	var l []string
	for i := range e.layers {
		l = append(l, e.layers[i].name)
	}
	if e.plan != nil {
		l = append(l, e.plan.steps()...)
	}
	if e.tx != nil {
		l = append(l, "atomic")
	}
	return l
}

// serve answers one request.
func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request, v *router.Visit) (over bool) {
	if !e.routes(v.Values) {
		e.mux.notRouted(w, r, http.StatusNotFound)
		return true
	}
	s := e.scratchOf(v)
	c := e.newCall()
	c.req, c.w, c.ep, c.s = r, w, e, s
	s.req, s.values = r, v.Values
	if a, ok := w.(State); ok && a.link().call == nil {
		c.Attach(a)
	}
	e.answer(c)
	if s.after != nil {
		c.clean()
	}
	if s.crossed {
		return false // nobody knows who still has the call
	}
	c.s = nil
	s.reset()
	return true
}

// routes tells whether the values of the path's parameters can be what they are: a parameter is a segment, and a segment
// is not empty.
func (e *Endpoint) routes(values []string) bool {
	for i := range values {
		if values[i] == "" {
			return false
		}
	}
	return fits(e.vars, values)
}

// clean does what is left to do once the request is answered, or has broken off.
func (c *Call) clean() {
	if c.s == nil || c.s.running.Load() != 0 { // somebody still uses it
		return
	}
	for _, f := range c.s.after {
		f()
	}
	c.s.after = nil
}

// answer runs the chain and keeps a panic inside its request, and a runtime.Goexit too, as t.FailNow calls it.
func (e *Endpoint) answer(c *Call) {
	answered := false
	defer func() {
		if answered {
			return
		}
		err := recovered(recover())
		defer c.clean()
		if err != nil && c.s.written {
			c.report(problemOf(err), err) // the client cannot be told any more
		}
		if err == nil || c.s.written {
			panic(http.ErrAbortHandler)
		}
		c.respond(err)
	}()
	err := e.chain(c)
	if c.s.crossed || c.s.running.Load() != 0 {
		c.s.closed.Store(true)
		if c.s.running.Load() != 0 {
			c.abandon()
		}
	}
	c.respond(err)
	answered = true
}

// runCounted is run below plugins, which could leave it running in a goroutine of their own.
func (e *Endpoint) runCounted(c *Call) error {
	c.s.running.Add(1)
	defer c.s.running.Add(-1)
	return e.run(c)
}

// run is the inner end of the chain.
func (e *Endpoint) run(c *Call) error {
	in := e.input(c)
	ctx := c.Context()
	switch {
	case e.timeout > 0:
		return e.runTimed(ctx, c, in)
	case e.special:
		return e.runSpecial(ctx, c, in)
	}
	return e.runUsual(ctx, c, in)
}

func (e *Endpoint) runTimed(ctx context.Context, c *Call, in unsafe.Pointer) error {
	ctx, cancel := context.WithTimeout(ctx, e.timeout)
	defer cancel()
	c.SetContext(ctx)
	return e.runSpecial(ctx, c, in)
}

// runSpecial is for what is not answered by encoding one output.
func (e *Endpoint) runSpecial(ctx context.Context, c *Call, in unsafe.Pointer) error {
	switch {
	case e.raw != nil:
		return e.serveRaw(c)
	case e.events != nil:
		if err := e.plan.read(ctx, c, in); err != nil {
			return err
		}
		return e.stream(ctx, c, in)
	case e.out != nil && e.out.forms != nil:
		if err := e.out.accepted(c); err != nil {
			return err
		}
	}
	return e.runUsual(ctx, c, in)
}

func (e *Endpoint) runUsual(ctx context.Context, c *Call, in unsafe.Pointer) error {
	if err := e.plan.read(ctx, c, in); err != nil {
		return err
	}
	out, err := e.call(ctx, in)
	if err != nil {
		return err
	}
	return e.encode(c, out)
}

// call runs the handler, in a transaction if the endpoint has one.
func (e *Endpoint) call(ctx context.Context, in unsafe.Pointer) (unsafe.Pointer, error) {
	if e.tx == nil {
		return e.handle(ctx, in)
	}
	return e.callAtomic(ctx, in)
}

func (e *Endpoint) callAtomic(ctx context.Context, in unsafe.Pointer) (out unsafe.Pointer, err error) {
	err = e.tx.Atomic(ctx, func(ctx context.Context) (err error) {
		out, err = e.handle(ctx, in)
		return err
	})
	return out, err
}

// encode writes the output into the buffer.
func (e *Endpoint) encode(c *Call, out unsafe.Pointer) error {
	c.s.status = e.Status
	if e.out == nil {
		return nil
	}
	if out == nil {
		return fmt.Errorf("%s returned neither an output nor an error", e.Name)
	}
	if err := e.out.write(c, out); err != nil {
		return fmt.Errorf("%s: output: %w", e.Name, err)
	}
	return nil
}

// verbs are the methods that the endpoint answers.
func (e *Endpoint) verbs() []string {
	if e.methods != nil {
		return e.methods
	}
	return []string{e.Method}
}
