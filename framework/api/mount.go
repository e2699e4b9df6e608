package api

import (
	"errors"
	"fmt"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

func (w *structWalk) endpoint(f reflect.StructField, v reflect.Value, s scope) {
	doc := w.desc.fields[f.Name]
	ep := &Endpoint{
		mux: w.mux, layers: s.layers, Name: fmt.Sprintf("%s.%s", w.t, f.Name), ID: s.id + naming.Snake(f.Name),
		Doc: doc.doc, Pos: w.desc.place(w.t, f.Name), Tags: s.tags, Status: http.StatusOK,
	}
	before := len(w.errs)
	tag, tagged := f.Tag.Lookup("route")
	r, err := route(f.Name, tag, tagged)
	if err != nil {
		w.fail(f.Name, err)
	}
	if ep.Path, ep.vars, err = parsePath(s.path + r); err != nil {
		w.fail(f.Name, err)
	}
	wired := v.Interface().(endpointKind).bind(ep)
	if v.CanAddr() {
		ep.field = v.Addr().UnsafePointer()
	}
	if !wired {
		w.failf(f.Name, "the endpoint has no handler: write a method %s, then run meta generate", w.method(f.Name))
	} else if ep.Pos == "" {
		ep.Pos = placeOf(ep.code)
	}
	w.options(ep, f)
	w.plans(ep, f)
	if len(w.errs) > before {
		return
	}
	ep.special = ep.raw != nil || ep.events != nil || ep.out != nil && ep.out.forms != nil
	if ep.chain = ep.run; len(ep.layers) > 0 {
		ep.chain = ep.runCounted
	}
	for i := len(ep.layers) - 1; i >= 0; i-- {
		ep.chain = ep.layers[i].plugin.Wrap(ep, ep.chain)
	}
	w.endpoints = append(w.endpoints, ep)
}

// placeOf is where a handler stands, for APIs without generated code.
func placeOf(code uintptr) string {
	file, line := runtime.FuncForPC(code).FileLine(code)
	dir, base := path.Split(file)
	return path.Join(path.Base(dir), base) + ":" + strconv.Itoa(line)
}

// options reads the tags of an endpoint.
func (w *structWalk) options(ep *Endpoint, f reflect.StructField) {
	for _, err := range unknownTags(f.Tag, endpointTags) {
		w.fail(f.Name, err)
	}
	if ep.Out == emptyType && ep.raw == nil {
		ep.Status = http.StatusNoContent
	}
	w.methods(ep, f)
	if tag, ok := f.Tag.Lookup("status"); ok && hasResponses(ep.Out) {
		w.failf(f.Name, "tag status: each answer of %s has its own", ep.Out)
	} else if ok {
		n, err := strconv.Atoi(tag)
		if err != nil || n < 200 || n > 399 || ep.Out != emptyType && (n > 299 || bodyless(n)) {
			w.failf(f.Name, "tag status: %q is no status of an answer with %s", tag, ep.Out)
		}
		ep.Status = n
	}
	for _, tag := range words(f.Tag.Get("errors")) {
		n, err := strconv.Atoi(tag)
		if err != nil || n < 400 || n > 599 {
			w.failf(f.Name, "tag errors: %q is no status of an error", tag)
		}
		ep.Errors = append(ep.Errors, n)
	}
	ep.Tags = append(ep.Tags[:len(ep.Tags):len(ep.Tags)], words(f.Tag.Get("tags"))...)
	_, ep.Deprecated = f.Tag.Lookup("deprecated")
	_, ep.Idempotent = f.Tag.Lookup("idempotent")
	_, ep.Private = f.Tag.Lookup("private")
	if tag, ok := f.Tag.Lookup("timeout"); ok {
		d, err := time.ParseDuration(tag)
		if err != nil || d <= 0 {
			w.failf(f.Name, "tag timeout: %q is no duration: write it as 5s", tag)
		}
		ep.timeout = d
	}
	if name, ok := f.Tag.Lookup("atomic"); ok {
		w.transaction(ep, f, name)
	}
}

// methods reads the tag method, which only a Raw has.
func (w *structWalk) methods(ep *Endpoint, f reflect.StructField) {
	tag, tagged := f.Tag.Lookup("method")
	if tagged && f.Type != rawType {
		w.failf(f.Name, "tag method: only a Raw has one: a %s says its method by its type", f.Type)
	}
	if !tagged || f.Type != rawType {
		return
	}
	ep.methods = words(tag)
	for _, m := range ep.methods {
		if !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, m) {
			w.failf(f.Name, "tag method: %q is none of GET, POST, PUT, PATCH, DELETE", m)
		}
	}
	if len(ep.methods) > 0 {
		ep.Method = ep.methods[0]
	}
}

var rawType = reflect.TypeFor[Raw]()

// transaction finds the database of an endpoint with the tag atomic: the one that it names, or the only one of
// the nearest struct that has any.
func (w *structWalk) transaction(ep *Endpoint, f reflect.StructField, name string) {
	var found []transactor
	for _, t := range w.atomic {
		if (name == "" || t.name == name) && (len(found) == 0 || found[0].owner == t.owner) {
			found = append(found, t)
		}
	}
	switch {
	case len(found) == 0:
		w.failf(f.Name, "tag atomic: no field %s here or above has a method Atomic: add the database client", name)
	case len(found) > 1:
		w.failf(f.Name, "tag atomic: %s and %s could be meant: name one", found[1].name, found[0].name)
	case isNil(found[0].value) && w.check:
		w.failf(f.Name, "tag atomic: the field %s is nil", found[0].name)
	case !isNil(found[0].value):
		ep.tx = found[0].value.Interface().(Transactor)
	}
}

func isNil(v reflect.Value) bool {
	return (v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface) && v.IsNil()
}

// plans plans input and output.
func (w *structWalk) plans(ep *Endpoint, f reflect.StructField) {
	in, errs := planInput(ep, w.loads, w.check)
	ep.plan = in
	for _, err := range errs {
		var pe *schema.PlanError
		if errors.As(err, &pe) && pe.Type.PkgPath() == w.t.PkgPath() {
			err = fmt.Errorf("%s.%s: %s", pe.Type.Name(), pe.Field, pe.Text)
		}
		w.fail(f.Name, err)
	}
	out, errs := planOutput(ep, f.Tag.Get("wrap"))
	if ep.out = out; hasResponses(ep.Out) {
		ep.Status = out.firstStatus()
	}
	for _, err := range errs {
		w.fail(f.Name, fmt.Errorf("output: %w", err))
	}
	if ep.Streams && len(errs) == 0 && (out == nil || out.value == nil) {
		w.failf(f.Name, "output: an event is one value: a %s has parts that are no JSON, or nothing", ep.Out)
	}
	if !w.check {
		return
	}
	for _, l := range ep.layers {
		c, ok := l.plugin.(EndpointChecker)
		if !ok || w.reported[l.place] {
			continue
		}
		if err := c.CheckEndpoint(ep); err != nil {
			w.fail(f.Name, fmt.Errorf("plugin %s: %w", l.field, err))
			if w.reported == nil {
				w.reported = map[string]bool{}
			}
			w.reported[l.place] = true
		}
	}
}
