package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime/debug"
	"sync"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// An Endpoint is one mounted field of a contract. Everything about it is worked out when it is mounted.
type Endpoint struct {
	Method, Path string
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

	mux     *Mux
	layers  []layer
	plan    *input
	out     *schema.Plan // nil for Empty
	atomic  Transactor
	handle  func(ctx context.Context, in unsafe.Pointer) (unsafe.Pointer, error)
	newCall func() *Call
	input   func(*Call) unsafe.Pointer
	chain   Handler
	pool    sync.Pool
	code    uintptr        // of the handler, for messages
	closure unsafe.Pointer // of the handler, to know it again
	field   unsafe.Pointer // of the API, to know it again
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
	if e.atomic != nil {
		l = append(l, "atomic")
	}
	return l
}

// scratch is what requests take in turns. Nothing in it may be reached from an input, an output or a problem.
type scratch struct {
	out     []byte
	reader  schema.Reader
	values  []string   // of the path's parameters
	texts   [][]string // of every parameter
	status  int
	typ     []string // Content-Type of the answer
	written bool
}

const maxPooled = 64 << 10 // bytes of a buffer that is kept

// serve answers one request.
func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request, values []string) {
	s, _ := e.pool.Get().(*scratch)
	if s == nil {
		s = &scratch{out: make([]byte, 0, 512), texts: make([][]string, len(e.plan.params))}
	}
	c := e.newCall()
	c.req, c.w, c.ep, c.s = r, w, e, s
	s.values = values
	e.answer(c)
	c.s = nil
	s.reset()
	if cap(s.out) <= maxPooled {
		e.pool.Put(s)
	}
}

func (s *scratch) reset() {
	s.out, s.values, s.status, s.typ, s.written = s.out[:0], nil, 0, nil, false
	s.reader.Reset()
	for i, t := range s.texts {
		clear(t)
		s.texts[i] = t[:0]
	}
}

// answer runs the chain and keeps a panic inside its request.
func (e *Endpoint) answer(c *Call) {
	defer func() {
		if v := recover(); v != nil {
			if v == http.ErrAbortHandler || c.s.written {
				panic(http.ErrAbortHandler)
			}
			c.respond(&panicError{v, debug.Stack()})
		}
	}()
	c.respond(e.chain(c))
}

// panicError is a panic on its way to the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// run is the inner end of the chain.
func (e *Endpoint) run(c *Call) error {
	in := e.input(c)
	ctx := c.Context()
	if err := e.plan.read(ctx, c, in); err != nil {
		return err
	}
	if e.atomic == nil {
		return e.finish(ctx, c, in)
	}
	return e.atomic.Atomic(ctx, func(ctx context.Context) error { return e.finish(ctx, c, in) })
}

// finish runs the handler and writes its output into the buffer.
func (e *Endpoint) finish(ctx context.Context, c *Call, in unsafe.Pointer) error {
	out, err := e.handle(ctx, in)
	if err != nil {
		return err
	}
	c.s.status = e.Status
	if e.out == nil {
		return nil
	}
	if out == nil {
		return fmt.Errorf("%s returned neither an output nor an error", e.Name)
	}
	b, err := e.out.Append(c.s.out[:0], out)
	if err != nil {
		return fmt.Errorf("%s: output: %w", e.Name, err)
	}
	c.s.out, c.s.typ = b, jsonType
	return nil
}
