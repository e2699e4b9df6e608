package api

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// walker goes through an API and the APIs in it.
type walker struct {
	mux       *Mux
	check     bool           // what plugins must supply; off where there are none, as in tests of a single API
	path      map[visit]bool // of APIs, from the outermost
	endpoints []*Endpoint
	errs      []error
	reported  map[string]bool // plugins whose complaint has been heard, by their place
}

// visit is an API on the way. An embedded one may stand where what embeds it stands.
type visit struct {
	t  reflect.Type
	at unsafe.Pointer
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
	owner reflect.Type // the struct that has it
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
	// loaders names the struct's own Load fields by what they load.
	loaders map[reflect.Type]string
}

func (w *walker) api(v reflect.Value, s scope) {
	at := visit{v.Type(), v.Addr().UnsafePointer()}
	sw := &structWalk{walker: w, scope: s, v: v, t: v.Type(), desc: describeAPI(v), loaders: map[reflect.Type]string{}}
	if w.path[at] && v.Type().Size() > 0 {
		w.errs = append(w.errs, fmt.Errorf("%s holds itself: tag the field `api:\"-\"`", v.Type()))
		return
	}
	w.path[at] = true
	defer delete(w.path, at)
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
			do(f, reflect.NewAt(f.Type, w.v.Field(i).Addr().UnsafePointer()).Elem()) // an embedded struct may be unexported
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
	_, routed := f.Tag.Lookup("route")
	switch {
	case isEndpoint(f.Type), isAPI(f):
		known[f.Name] = true
	case f.Type.Kind() == reflect.Func && f.Type.Implements(loadType):
		w.load(f, v.Interface().(loadKind))
	case f.Type.Kind() == reflect.Pointer && (isEndpoint(f.Type.Elem()) || f.Type.Elem().Implements(loadType)):
		w.failf(f.Name, "is a function already: leave out the *")
	case routed:
		w.failf(f.Name, "has a tag route, and a %s cannot be an API: make it a struct or a pointer to one", f.Type)
	case isPlugin(f.Type):
		w.plugin(f, v)
	case f.Type.Implements(transactorType):
		w.atomic = append([]transactor{{f.Name, w.t, v}}, w.atomic...)
	}
}

func isEndpoint(t reflect.Type) bool { return t.Kind() == reflect.Func && t.Implements(kindType) }

// isPlugin tells a plugin from an API that only embeds one.
func isPlugin(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() == reflect.Interface {
		return t.Implements(pluginType)
	}
	return schema.HasOwnMethod(t, pluginType, "Wrap")
}

// load keeps a Load for the inputs of this API and of those in it; one further in goes before.
func (w *structWalk) load(f reflect.StructField, load loadKind) {
	t, fn := load.loads()
	if fn == nil {
		w.failf(f.Name, "has no function: write a method %s, then run meta generate", w.method(f.Name))
	}
	if other := w.loaders[t]; other != "" {
		w.failf(f.Name, "loads a %s, as %s does: keep one", t, other)
	}
	w.loaders[t], w.loads[t] = f.Name, load
}

func (w *structWalk) plugin(f reflect.StructField, v reflect.Value) {
	for _, err := range unknownTags(f.Tag, fieldTags) {
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
	if !ok || byAddress(f.Type) {
		p = v.Addr().Interface().(Plugin)
	}
	w.own = append(w.own, layer{plugin: p, name: describe(f.Type), on: parseFilter(f.Tag.Get("on")), field: f.Name, place: w.id + f.Name})
}

// byAddress tells a plugin that must not be copied: its pointer can more than its value, or copies cannot be told
// to be the same.
func byAddress(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && (!t.Comparable() || reflect.PointerTo(t).NumMethod() > t.NumMethod())
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
		if f.IsExported() && isEndpoint(f.Type) {
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
	case isEndpoint(f.Type):
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
	for _, err := range unknownTags(f.Tag, fieldTags) {
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
