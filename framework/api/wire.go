package api

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// wired finds the endpoint of a handler by the handler itself. It keeps its APIs: they live as long as the process,
// but for those of tests.
var wired sync.Map // of unsafe.Pointer to *Endpoint

// Wire gives every endpoint of the API at a, and of the APIs in it, that is still nil the method of its name,
// and returns a. Mount does it by itself; a test that calls the fields of an API needs it. Calling it twice is
// as calling it once.
func Wire[T any](a *T) *T {
	w := &walker{path: map[visit]bool{}}
	w.api(reflect.ValueOf(a).Elem(), scope{})
	for _, ep := range w.endpoints {
		wired.LoadOrStore(ep.closure, ep)
	}
	return a
}

// Invoke calls an endpoint of a wired or mounted API as a request would, without one and without plugins: the
// rules of the input's tags are checked, injected values come from ctx, loads and Validate run, then the
// handler. A field that is called as a function calls its handler alone.
//
//	out, err := api.Invoke(ctx, a.Put, &user.PutInput{...})
func Invoke[In, Out any](ctx context.Context, endpoint func(context.Context, *In) (*Out, error), in *In) (*Out, error) {
	if endpoint == nil {
		return nil, errors.New("api.Invoke: the endpoint is nil: pass its API to api.Wire first")
	}
	found, ok := wired.Load(*(*unsafe.Pointer)(unsafe.Pointer(&endpoint)))
	if !ok {
		return nil, fmt.Errorf("api.Invoke: the %T belongs to no API that went through api.Wire", endpoint)
	}
	ep := found.(*Endpoint)
	if in == nil {
		in = new(In)
	}
	if err := ep.plan.invoke(ctx, ep.Path, unsafe.Pointer(in)); err != nil {
		return nil, err
	}
	out, err := ep.call(ctx, unsafe.Pointer(in))
	return (*Out)(out), err
}

// invoke does with the input at in what read does with a request.
func (p *input) invoke(ctx context.Context, path string, in unsafe.Pointer) error {
	if err := p.runInjectors(ctx, in); err != nil {
		return err
	}
	var r schema.Reader
	wrong, texts, err := p.check(&r, path, in)
	if err != nil {
		return err
	}
	if err := p.runLoads(ctx, wrong, in); err != nil {
		return err
	}
	if len(r.Faults) == 0 {
		if err := p.validate(ctx, &r, in, texts); err != nil {
			return err
		}
	}
	if len(r.Faults) == 0 {
		return nil
	}
	return new(Problem).invalid(r.Faults)
}

// check fills in the defaults of the input at in and holds it against the tags of its fields, by what it would be on
// the wire.
func (p *input) check(r *schema.Reader, path string, in unsafe.Pointer) (wrong []bool, texts [][]string, err error) {
	for i := range p.params {
		p.params[i].Default(unsafe.Add(in, p.params[i].offset))
	}
	if p.body.members != nil {
		p.body.members.Defaults(in)
	}
	out, err := p.encode(path, in)
	if err != nil {
		return nil, nil, err
	}
	trial := reflect.New(p.t).UnsafePointer()
	wrong = make([]bool, len(p.params))
	for i := range p.params {
		wrong[i] = !p.params[i].Read(r, unsafe.Add(trial, p.params[i].offset), out.texts[i]...)
	}
	if p.body.members != nil {
		p.body.members.Read(r, out.body, trial)
	} else if p.body.form != nil {
		out.texts = append(out.texts, p.body.form.check(r, in, trial)...)
	}
	if p.body.whole != nil {
		p.body.whole.Read(r, out.body, unsafe.Add(trial, p.body.offset))
	}
	return wrong, out.texts, nil
}
