package api

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"path"
	"reflect"
	"runtime"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// walker goes through an API and the APIs in it.
type walker struct {
	mux       *Mux
	check     bool // what plugins must supply; off where there are none, as in tests of a single API
	endpoints []*Endpoint
	errs      []error
	reported  map[any]bool // plugins whose complaint has been heard
}

// scope is what an API gets from those it is nested in.
type scope struct {
	path   string
	id     string
	layers []layer
	loads  map[reflect.Type]loadKind
	atomic []transactor
	tags   []string
}

type transactor struct {
	name  string
	value reflect.Value
}

// structWalk is one API struct on the way.
type structWalk struct {
	*walker
	scope
	v    reflect.Value
	t    reflect.Type
	desc *Description
	own  []layer
}

func (w *walker) api(v reflect.Value, s scope) {
	v = reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem() // an embedded API may be unexported
	sw := &structWalk{walker: w, scope: s, v: v, t: v.Type(), desc: describeAPI(v)}
	sw.loads = maps.Clone(s.loads)
	if sw.loads == nil {
		sw.loads = map[reflect.Type]loadKind{}
	}
	known := map[string]bool{}
	sw.eachField(func(f reflect.StructField, fv reflect.Value) { sw.prepare(f, fv, known) })
	for _, l := range sw.own {
		for _, err := range l.on.check(known) {
			sw.fail(l.field, err)
		}
	}
	sw.eachField(sw.descend)
}

func (w *structWalk) eachField(do func(reflect.StructField, reflect.Value)) {
	for i := range w.t.NumField() {
		if f := w.t.Field(i); f.Name != "_" && (f.IsExported() || f.Anonymous) && f.Tag.Get("api") != "-" {
			do(f, w.v.Field(i))
		}
	}
}

func (w *structWalk) fail(field string, err error) {
	where := w.desc.place(w.t, field)
	if where != "" {
		where += ": "
	}
	w.errs = append(w.errs, fmt.Errorf("%s%s.%s: %w", where, w.t, field, err))
}

// method is the name of the method that a field wants.
func (w *structWalk) method(field string) string {
	return naming.MethodName(field, func(name string) bool {
		_, taken := w.t.FieldByName(name)
		return taken
	})
}

func (w *structWalk) failf(field, format string, a ...any) { w.fail(field, fmt.Errorf(format, a...)) }

// prepare gathers what the endpoints of the struct need: plugins, loads, databases.
func (w *structWalk) prepare(f reflect.StructField, v reflect.Value, known map[string]bool) {
	switch {
	case f.Type.Implements(kindType), isAPI(f):
		known[f.Name] = true
	case f.Type.Implements(loadType):
		load := v.Interface().(loadKind)
		t, fn := load.loads()
		if fn == nil {
			w.failf(f.Name, "has no function: write a method %s, then run meta generate", w.method(f.Name))
		}
		w.loads[t] = load
	case isPlugin(f.Type):
		w.plugin(f, v)
	case f.Type.Implements(transactorType):
		w.atomic = append([]transactor{{f.Name, v}}, w.atomic...)
	}
}

func isPlugin(t reflect.Type) bool {
	return t.Implements(pluginType) || reflect.PointerTo(t).Implements(pluginType)
}

func (w *structWalk) plugin(f reflect.StructField, v reflect.Value) {
	for _, err := range unknownTags(f.Tag, fieldTags, true) {
		w.fail(f.Name, err)
	}
	if k := v.Kind(); (k == reflect.Pointer || k == reflect.Interface || k == reflect.Func) && v.IsNil() {
		if f.Type == catchType {
			w.failf(f.Name, "has no function: write a method %s, then run meta generate", w.method(f.Name))
		} else {
			w.failf(f.Name, "the plugin is nil: give the API one")
		}
		return
	}
	p, ok := v.Interface().(Plugin)
	if !ok {
		p = v.Addr().Interface().(Plugin)
	}
	w.own = append(w.own, layer{plugin: p, name: describe(f.Type), on: parseFilter(f.Tag.Get("on")), field: f.Name})
}

// isAPI tells a field that holds an API: its type has endpoints, or the field has a route.
func isAPI(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || isPlugin(f.Type) {
		return false
	}
	_, routed := f.Tag.Lookup("route")
	return routed || hasEndpoints(t)
}

func hasEndpoints(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		if f.IsExported() && f.Type.Implements(kindType) {
			return true
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct && hasEndpoints(f.Type) {
			return true
		}
	}
	return false
}

// descend mounts the endpoints of the struct and goes into the APIs in it.
func (w *structWalk) descend(f reflect.StructField, v reflect.Value) {
	s := w.scope
	for _, l := range w.own {
		if l.on.has(f.Name) {
			s.layers = append(s.layers[:len(s.layers):len(s.layers)], l)
		}
	}
	switch {
	case f.Type.Implements(kindType):
		w.endpoint(f, v, s)
	case isAPI(f):
		w.nested(f, v, s)
	}
}

func (w *structWalk) nested(f reflect.StructField, v reflect.Value, s scope) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			w.failf(f.Name, "the API is nil: make one")
			return
		}
		v = v.Elem()
	}
	for _, err := range unknownTags(f.Tag, fieldTags, true) {
		w.fail(f.Name, err)
	}
	tag, tagged := f.Tag.Lookup("route")
	if !tagged {
		tag, tagged = ownRoute(v.Type())
	}
	if !f.Anonymous || tagged {
		r, err := route(f.Name, tag, tagged)
		if err != nil {
			w.fail(f.Name, err)
		}
		s.path += r
		s.id += naming.Snake(f.Name) + "_"
	}
	s.loads, s.atomic = w.loads, w.atomic
	s.tags = append(s.tags[:len(s.tags):len(s.tags)], words(f.Tag.Get("tags"))...)
	w.walker.api(v, s)
}

// ownRoute is the tag of the blank field that gives an API its place.
func ownRoute(t reflect.Type) (string, bool) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Type == reflect.TypeFor[At]() {
			return f.Tag.Lookup("route")
		}
	}
	return "", false
}

func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

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
	ep.Path = s.path + r
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
	ep.chain = ep.run
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
	for _, err := range unknownTags(f.Tag, endpointTags, true) {
		w.fail(f.Name, err)
	}
	if ep.Out == emptyType {
		ep.Status = http.StatusNoContent
	}
	if tag, ok := f.Tag.Lookup("status"); ok {
		n, err := strconv.Atoi(tag)
		if err != nil || n < 200 || n > 399 || n == http.StatusNoContent && ep.Out != emptyType {
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
	_, ep.Private = f.Tag.Lookup("private")
	if name, ok := f.Tag.Lookup("atomic"); ok {
		w.transaction(ep, f, name)
	}
}

// transaction finds the database of an endpoint with the tag atomic: the one that it names, or the only one of
// the nearest struct that has any.
func (w *structWalk) transaction(ep *Endpoint, f reflect.StructField, name string) {
	for _, t := range w.atomic {
		if name != "" && t.name != name {
			continue
		}
		if k := t.value.Kind(); (k == reflect.Pointer || k == reflect.Interface) && t.value.IsNil() {
			w.failf(f.Name, "tag atomic: the field %s is nil", t.name)
			return
		}
		ep.atomic = t.value.Interface().(Transactor)
		return
	}
	w.failf(f.Name, "tag atomic: no field %s here or above has a method Atomic: add the database client", name)
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
	if ep.Out != emptyType {
		out, err := schema.PlanOf(ep.Out)
		for _, err := range apart(err) {
			w.fail(f.Name, fmt.Errorf("output: %w", err))
		}
		ep.out = out
	}
	if !w.check {
		return
	}
	for _, l := range ep.layers {
		c, ok := l.plugin.(EndpointChecker)
		if !ok || w.reported[c] {
			continue
		}
		if err := c.CheckEndpoint(ep); err != nil {
			w.fail(f.Name, fmt.Errorf("plugin %s: %w", l.field, err))
			if w.reported == nil {
				w.reported = map[any]bool{}
			}
			if reflect.TypeOf(c).Comparable() {
				w.reported[c] = true
			}
		}
	}
}
