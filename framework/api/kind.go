package api

import (
	"context"
	"net/http"
	"reflect"
	"unsafe"
)

// The kinds of endpoints. In is what is read from the request, Out what is answered.
type (
	// Get reads something and changes nothing. It has no body; HEAD is answered alike.
	Get[In, Out any] func(context.Context, *In) (*Out, error)
	// Post makes something, or does what no other kind fits.
	Post[In, Out any] func(context.Context, *In) (*Out, error)
	// Put replaces something; twice is as once.
	Put[In, Out any] func(context.Context, *In) (*Out, error)
	// Patch changes a part of something.
	Patch[In, Out any] func(context.Context, *In) (*Out, error)
	// Delete removes something; twice is as once.
	Delete[In, Out any] func(context.Context, *In) (*Out, error)
)

// Empty is the input or output of an endpoint that has none. As output it is answered with 204 and no body,
// unless the endpoint's tag says another status.
type Empty struct{}

// A Load is a field of an API that fills in an input which several endpoints share, from what its parameters
// name. It runs wherever an input of this API, or of one below it, contains a T: once, after the parameters and
// before the body. Its error answers the request.
type Load[T any] func(context.Context, *T) error

// A Catch is a field of an API that may answer an error otherwise: it returns the error that goes on, or an
// Answer. It hears of the errors of the endpoints around which a plugin in its place would run.
type Catch func(context.Context, error) error

// endpointKind is what every endpoint field is.
type endpointKind interface {
	bind(e *Endpoint) (wired bool)
}

// connector is what a pointer to every endpoint field is.
type connector interface {
	connect(do func(ctx context.Context, in, out any) error)
}

// loadKind is what every Load field is.
type loadKind interface {
	loads() (reflect.Type, func(context.Context, unsafe.Pointer) error)
}

func (f Get[In, Out]) bind(e *Endpoint) bool    { return bind(e, http.MethodGet, f) }
func (f Post[In, Out]) bind(e *Endpoint) bool   { return bind(e, http.MethodPost, f) }
func (f Put[In, Out]) bind(e *Endpoint) bool    { return bind(e, http.MethodPut, f) }
func (f Patch[In, Out]) bind(e *Endpoint) bool  { return bind(e, http.MethodPatch, f) }
func (f Delete[In, Out]) bind(e *Endpoint) bool { return bind(e, http.MethodDelete, f) }

type doFunc = func(ctx context.Context, in, out any) error

func (f *Get[In, Out]) connect(do doFunc)    { *f = dial[In, Out](do) }
func (f *Post[In, Out]) connect(do doFunc)   { *f = dial[In, Out](do) }
func (f *Put[In, Out]) connect(do doFunc)    { *f = dial[In, Out](do) }
func (f *Patch[In, Out]) connect(do doFunc)  { *f = dial[In, Out](do) }
func (f *Delete[In, Out]) connect(do doFunc) { *f = dial[In, Out](do) }

func dial[In, Out any](do doFunc) func(context.Context, *In) (*Out, error) {
	return func(ctx context.Context, in *In) (*Out, error) {
		out := new(Out)
		if err := do(ctx, in, out); err != nil {
			return nil, err
		}
		return out, nil
	}
}

func (f Load[T]) loads() (reflect.Type, func(context.Context, unsafe.Pointer) error) {
	if f == nil {
		return reflect.TypeFor[T](), nil
	}
	return reflect.TypeFor[T](), func(ctx context.Context, p unsafe.Pointer) error { return f(ctx, (*T)(p)) }
}

// frame is the one allocation of a request: the call, which is the context too, and the input.
type frame[In any] struct {
	call Call
	in   In
}

// bind gives e all that is compiled for each pair of types: three closures.
func bind[In, Out any](e *Endpoint, method string, f func(context.Context, *In) (*Out, error)) bool {
	e.Out = reflect.TypeFor[Out]()
	if !bindInput[In](e, method, unsafe.Pointer(&f), f == nil) {
		return false
	}
	e.handle = func(ctx context.Context, in unsafe.Pointer) (unsafe.Pointer, error) {
		out, err := f(ctx, (*In)(in))
		return unsafe.Pointer(out), err
	}
	return true
}

// bindInput is bind for all but the handler, a function that stands at f.
func bindInput[In any](e *Endpoint, method string, f unsafe.Pointer, unset bool) (wired bool) {
	e.Method, e.In = method, reflect.TypeFor[In]()
	e.newCall = func() *Call { return &new(frame[In]).call }
	// The call stands first in its frame.
	e.input = func(c *Call) unsafe.Pointer { return unsafe.Pointer(&(*frame[In])(unsafe.Pointer(c)).in) }
	if unset {
		return false
	}
	e.closure = *(*unsafe.Pointer)(f)
	e.code = **(**uintptr)(f)
	return true
}
