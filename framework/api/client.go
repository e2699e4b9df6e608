package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// ClientOptions says how a client reaches its server. The zero value is ready for use.
type ClientOptions struct {
	HTTP   *http.Client  // nil is http.DefaultClient; one with a Jar keeps a session
	Header http.Header   // sent with every request
	Retry  int           // how often a GET, PUT, DELETE or what is tagged idempotent is tried again after 502, 503, 504 or a broken connection
	Wait   time.Duration // before the first retry, twice as long before each next one; 0 is 100 ms, and 1 s for a Stream
	Limit  int64         // bytes of an answer that are read; 0 is 64 MiB, and no limit for an Attachment

	Before    func(*http.Request) error  // called before each request, retries too; an error keeps it from being sent
	After     func(*http.Response) error // called with each answer before it is read; an error is that of the call
	Reconnect int                        // how often in a row a Stream that breaks off is opened again; below 0 for ever
	Envelope  Envelope                   // the keys of the Envelope that stands in the API, if one does
}

// Connect makes a client of the API A, whose server is mounted at base: "https://example.com/api". The result is
// the same struct, its endpoints sending requests. An answer that is an error is a *Problem.
//
//	c, err := api.Connect[RootAPI]("http://127.0.0.1:8000/api", nil)
//	u, err := c.User.Signup(ctx, &user.SignupSchema{Username: "user1", Password: "123123"})
func Connect[A any](base string, o *ClientOptions) (*A, error) {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("api.Connect: %q is no address of a server: write it as http://host:port/api", base)
	}
	if o == nil {
		o = &ClientOptions{}
	}
	a := new(A)
	d := &dialer{base: strings.TrimSuffix(base, "/"), options: *o}
	d.api(reflect.ValueOf(a).Elem(), scope{}, false)
	return a, errors.Join(d.errs...)
}

// dialer gives the endpoints of an API their requests.
type dialer struct {
	base    string
	options ClientOptions
	path    []reflect.Type // of APIs, from the outermost
	errs    []error
}

func (d *dialer) api(v reflect.Value, s scope, sealed bool) {
	t := v.Type()
	if slices.Contains(d.path, t) {
		d.fail(fmt.Errorf("api.Connect: %s holds itself: tag the field `api:\"-\"`", t))
		return
	}
	d.path = append(d.path, t)
	defer func() { d.path = d.path[:len(d.path)-1] }()
	seals := envelopesOf(t)
	for i := range t.NumField() {
		f, fv := t.Field(i), reflect.NewAt(t.Field(i).Type, v.Field(i).Addr().UnsafePointer()).Elem()
		if f.Name == "_" || !f.IsExported() && !f.Anonymous || f.Tag.Get("api") == "-" {
			continue
		}
		tag, tagged := f.Tag.Lookup("route")
		sealed := sealed || slices.ContainsFunc(seals, func(on filter) bool { return on.has(f.Name) })
		switch {
		case isEndpoint(f.Type):
			r, err := route(f.Name, tag, tagged)
			d.fail(err)
			d.endpoint(fmt.Sprintf("%s.%s", t, f.Name), f, fv, s.path+r, sealed)
		case isAPI(f):
			if fv.Kind() == reflect.Pointer {
				fv.Set(reflect.New(f.Type.Elem()))
				fv = fv.Elem()
			}
			if !tagged {
				tag, tagged = ownRoute(fv.Type())
			}
			inner := s
			if !f.Anonymous || tagged {
				r, err := route(f.Name, tag, tagged)
				d.fail(err)
				inner.path += r
			}
			d.api(fv, inner, sealed)
		}
	}
}

func (d *dialer) fail(err error) {
	if err != nil {
		d.errs = append(d.errs, err)
	}
}

func (d *dialer) endpoint(name string, f reflect.StructField, v reflect.Value, path string, sealed bool) {
	ep := &Endpoint{Name: name, sealed: sealed}
	_, ep.Idempotent = f.Tag.Lookup("idempotent")
	var err error
	ep.Path, ep.vars, err = parsePath(path)
	d.fail(err)
	v.Interface().(endpointKind).bind(ep)
	plan, errs := planInput(ep, nil, false)
	d.errs = append(d.errs, errs...)
	if ep.out, errs = planOutput(ep, f.Tag.Get("wrap")); len(errs) > 0 {
		d.errs = append(d.errs, errs...)
	}
	input := func(in any) unsafe.Pointer {
		if p := reflect.ValueOf(in); !p.IsNil() {
			return p.UnsafePointer()
		}
		return reflect.New(ep.In).UnsafePointer() // nothing to say
	}
	switch c := v.Addr().Interface().(type) {
	case connector:
		c.connect(func(ctx context.Context, in, out any) error { return d.do(ctx, ep, plan, input(in), out) })
	case streamConnector:
		c.connectStream(func(ctx context.Context, in any) (*eventSource, error) { return d.open(ctx, ep, plan, input(in)) })
	}
}

// do sends one request, again where that can do no harm.
func (d *dialer) do(ctx context.Context, ep *Endpoint, plan *input, in unsafe.Pointer, out any) error {
	o, err := plan.encode(ep.Path, in)
	if err != nil {
		return fmt.Errorf("%s: %w", ep.Name, err)
	}
	wait := d.options.Wait
	if wait == 0 {
		wait = 100 * time.Millisecond
	}
	for left := d.options.Retry; ; left-- {
		err := d.once(ctx, ep, o, out)
		if err == nil || left <= 0 || !ep.Idempotent && (ep.Method == http.MethodPost || ep.Method == http.MethodPatch) || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
			wait *= 2
		}
	}
}

// passing tells an error that may be gone in a moment.
func passing(err error) bool {
	switch StatusOf(err) {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	var broken *url.Error
	return errors.As(err, &broken)
}

// open sends a request whose answer is read as it comes.
func (d *dialer) open(ctx context.Context, ep *Endpoint, plan *input, in unsafe.Pointer) (*eventSource, error) {
	o, err := plan.encode(ep.Path, in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ep.Name, err)
	}
	s := &eventSource{out: ep.out, left: d.options.Reconnect, options: &d.options, again: func(last string) (*http.Response, error) {
		if last != "" {
			o.header.Set("Last-Event-ID", last)
		}
		res, err := d.send(ctx, ep, o, "text/event-stream")
		if err != nil || res.StatusCode < 400 {
			return res, err
		}
		defer res.Body.Close()
		return nil, d.decode(ep, res, nil)
	}}
	s.res, err = s.again("")
	return s, err
}

func (d *dialer) once(ctx context.Context, ep *Endpoint, o *outgoing, out any) error {
	res, err := d.send(ctx, ep, o, "application/json, application/problem+json")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	return d.decode(ep, res, out)
}
