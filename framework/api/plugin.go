package api

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"strings"
)

// A Handler answers a call, or returns the error that does.
type Handler func(c *Call) error

// A Plugin runs around the endpoints of the struct that has it as a field, and of those below, in the order of
// the fields. Wrap is called once for each endpoint, when it is mounted, so that a plugin can look at the
// endpoint and step aside by returning next.
//
// What a plugin does before next comes before anything of the request is read. After next the answer's status
// and header can still change: nothing is written before the outermost plugin has returned.
type Plugin interface {
	Wrap(ep *Endpoint, next Handler) Handler
}

// An EndpointChecker is a plugin or an injected type that can say, when an endpoint is mounted, that it cannot
// work there: an identity that no plugin above the endpoint supplies, for one.
type EndpointChecker interface {
	CheckEndpoint(ep *Endpoint) error
}

// A Preflighter is a plugin that answers the OPTIONS request by which a browser asks whether a page of another origin
// may send a request to ep. The innermost that answers is enough; plugins do not run around it otherwise.
type Preflighter interface {
	Preflight(ep *Endpoint, w http.ResponseWriter, r *http.Request) (answered bool)
}

// An Injector is a type of input fields that fill themselves in from the context, before anything is read: the
// current user, the session. It is implemented on the pointer. An error answers the request.
type Injector interface {
	Inject(ctx context.Context) error
}

// A Transactor runs fn inside a transaction that travels in the context: it is committed when fn returns nil,
// rolled back on an error or a panic. Generated ent clients are Transactors.
type Transactor interface {
	Atomic(ctx context.Context, fn func(ctx context.Context) error) error
}

var (
	pluginType     = reflect.TypeFor[Plugin]()
	injectorType   = reflect.TypeFor[Injector]()
	transactorType = reflect.TypeFor[Transactor]()
	kindType       = reflect.TypeFor[endpointKind]()
	loadType       = reflect.TypeFor[loadKind]()
	catchType      = reflect.TypeFor[Catch]()
)

// Wrap makes a Catch a plugin.
func (f Catch) Wrap(_ *Endpoint, next Handler) Handler {
	return func(c *Call) error {
		err := next(c)
		if err == nil {
			return nil
		}
		return f(c.Context(), err)
	}
}

// layer is a plugin with the endpoints it is for.
type layer struct {
	plugin Plugin
	name   string // of its type, for people
	on     filter
	field  string // of the struct that has it
	place  string // of that field among all
}

// filter is the tag on: names of fields, "!" before those left out, "*" for all.
type filter struct {
	only, but map[string]bool
}

func parseFilter(tag string) filter {
	var f filter
	for name := range strings.SplitSeq(tag, ",") {
		name = strings.TrimSpace(name)
		switch rest, not := strings.CutPrefix(name, "!"); {
		case not:
			f.but = add(f.but, rest)
		case name != "*" && name != "":
			f.only = add(f.only, name)
		}
	}
	return f
}

func add(m map[string]bool, name string) map[string]bool {
	if m == nil {
		m = map[string]bool{}
	}
	m[name] = true
	return m
}

func (f filter) has(field string) bool {
	return (f.only == nil || f.only[field]) && !f.but[field]
}

// check reports names that are none of the struct's endpoints or APIs.
func (f filter) check(known map[string]bool) (errs []error) {
	for _, m := range []map[string]bool{f.only, f.but} {
		for name := range m {
			if !known[name] {
				errs = append(errs, fmt.Errorf("tag on: %q is neither an endpoint nor an API of this struct", name))
			}
		}
	}
	return errs
}

// describe writes a plugin as meta routes shows it.
func describe(t reflect.Type) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.String()
}
