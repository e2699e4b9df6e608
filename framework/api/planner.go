package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// sources are the tags that say where a field of an input comes from.
var sources = []string{"path", "query", "header", "cookie", "form", "json", "body"}

// inputPlanner makes the plan of one input.
type inputPlanner struct {
	ep     *Endpoint
	check  bool // what plugins must supply
	loads  map[reflect.Type]loadKind
	in     *input
	object *schema.Builder
	errs   []error
}

// planInput makes the plan of the endpoint's input, or says everything that is wrong with its declaration.
func planInput(ep *Endpoint, loads map[reflect.Type]loadKind, check bool) (*input, []error) {
	p := &inputPlanner{ep: ep, check: check, loads: loads, in: &input{t: ep.In}, object: schema.NewBuilder(ep.In)}
	switch t := ep.In; {
	case t == emptyType:
	case isInjected(t):
		p.injected(t, 0, "")
	case t.Kind() == reflect.Struct && !isValue(t) && !schema.IsOneOf(t):
		p.walk(t, 0, t)
	default:
		p.whole(t, 0)
	}
	members, err := p.object.Build()
	p.in.body.members = members
	p.fail(err)
	p.finish()
	return p.in, p.errs
}

var emptyType = reflect.TypeFor[Empty]()

// isInjected tells a type that injects itself, from a struct that only embeds one.
func isInjected(t reflect.Type) bool {
	return t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer && schema.HasOwnMethod(t, injectorType, "Inject")
}

var (
	timeType = reflect.TypeFor[time.Time]()
	textType = reflect.TypeFor[interface{ UnmarshalText([]byte) error }]()
	jsonOwn  = reflect.TypeFor[interface{ UnmarshalJSON([]byte) error }]()
)

// isValue tells a struct that is one value on the wire, as a time is.
func isValue(t reflect.Type) bool {
	ptr := reflect.PointerTo(t)
	return t == timeType || ptr.Implements(textType) || ptr.Implements(jsonOwn)
}

// fail adds what is wrong.
func (p *inputPlanner) fail(err error) { p.errs = append(p.errs, apart(err)...) }

// apart takes joined errors apart.
func apart(err error) []error {
	if err == nil {
		return nil
	}
	many, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	var l []error
	for _, e := range many.Unwrap() {
		l = append(l, apart(e)...)
	}
	return l
}

func (p *inputPlanner) failf(t reflect.Type, field, format string, a ...any) {
	p.errs = append(p.errs, &schema.PlanError{Type: t, Field: field, Text: fmt.Sprintf(format, a...)})
}

// walk plans the fields of the struct t, which stands at offset; owner is t or, if t has no model, what embeds it.
func (p *inputPlanner) walk(t reflect.Type, offset uintptr, owner reflect.Type) {
	if schema.HasModel(t) {
		owner = t
	}
	first := len(p.in.params)
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Name == "_":
			p.object.Additional(f)
		case schema.IsRest(f) && p.ep.Method == http.MethodGet:
			p.failf(t, f.Name, "a GET has no body, whose members it could keep")
		case schema.IsRest(f):
			p.object.Rest(f, offset+f.Offset)
		case f.Anonymous && schema.IsModel(f.Type), f.Tag.Get("api") == "-":
		case f.Anonymous && f.Type.Kind() == reflect.Pointer:
			p.failf(t, f.Name, "an embedded pointer is not read: embed the struct itself, or name the field")
		case !f.IsExported() && !(f.Anonymous && f.Type.Kind() == reflect.Struct):
			if isInjected(f.Type) {
				p.failf(t, f.Name, "is injected only if its name begins with a capital")
			}
		default:
			p.field(t, f, offset+f.Offset, owner)
		}
	}
	at := slot{t, offset}
	if l := p.loads[t]; l != nil {
		p.load(l, at, first)
	}
	if schema.HasOwnMethod(t, validatorType, "Validate") {
		p.in.checks = append(p.in.checks, at)
	} else if m, ok := reflect.PointerTo(t).MethodByName("Validate"); ok && !reflect.PointerTo(t).Implements(validatorType) {
		p.failf(t, "Validate", "is a %s, which nobody calls: write it as func(ctx context.Context) error", m.Type)
	}
}

var validatorType = reflect.TypeFor[schema.Validator]()

// field plans one field by its source.
func (p *inputPlanner) field(t reflect.Type, f reflect.StructField, offset uintptr, owner reflect.Type) {
	var found []string
	for _, s := range sources {
		if tag, ok := f.Tag.Lookup(s); ok && (s != "json" || tag != "-") {
			found = append(found, s)
		}
	}
	slips := schema.Slips(f.Tag)
	for _, err := range slips {
		if len(found) != 1 || found[0] != "json" { // members report theirs themselves
			p.failf(t, f.Name, "%s", err)
		}
	}
	switch {
	case len(found) == 0 && len(slips) > 0:
	case len(found) > 0 && isInjected(f.Type):
		p.failf(t, f.Name, "a %s comes from the context, not from the request: leave out the tag %s", f.Type, found[0])
	case len(found) == 2 && found[0] == "form" && found[1] == "json": // whichever the client sends
		p.formField(t, f, offset)
		p.object.Add(f, offset, owner)
	case len(found) > 1:
		p.failf(t, f.Name, "has %d sources, %s: keep one", len(found), strings.Join(found, " and "))
	case len(found) == 0 && f.Tag.Get("json") == "-":
	case len(found) == 0:
		p.untagged(t, f, offset, owner)
	case found[0] == "json":
		if p.ep.Method == http.MethodGet {
			p.failf(t, f.Name, "a GET has no body: tag it `query:%q` instead of json", wireName(f.Tag.Get("json"), f.Name))
			return
		}
		p.object.Add(f, offset, owner)
	case found[0] == "body":
		p.bodyField(t, f, offset)
	case found[0] == "form":
		p.formField(t, f, offset)
	default:
		p.param(t, f, offset, found[0])
	}
}

// untagged plans a field whose type says where it comes from.
func (p *inputPlanner) untagged(t reflect.Type, f reflect.StructField, offset uintptr, owner reflect.Type) {
	switch {
	case isInjected(f.Type) && f.Anonymous:
		p.failf(t, f.Name, "an embedded %s makes the whole struct look injected: give the field a name", f.Type)
	case isInjected(f.Type):
		p.injected(f.Type, offset, f.Name)
	case f.Type.Kind() == reflect.Struct && !isValue(f.Type) && !schema.IsOneOf(f.Type):
		if !f.Anonymous {
			owner = f.Type
		}
		p.walk(f.Type, offset, owner)
	default:
		p.failf(t, f.Name, "does not say where it comes from: tag it json, query, path, header, cookie, form or body, or `api:\"-\"` if it is none of the request's business")
	}
}

// finish checks and works out what only the whole input can tell.
func (p *inputPlanner) finish() {
	b := &p.in.body
	p.in.judges = len(p.in.checks) > 0 || b.members != nil && b.members.Judges() || b.whole != nil && b.whole.Judges()
	for i := range p.in.named() {
		p.in.judges = p.in.judges || p.in.byName(i).Judges()
	}
	for _, v := range p.ep.vars {
		if p.in.find("path", v.name) < 0 && p.ep.raw == nil {
			p.errs = append(p.errs, fmt.Errorf("path %q: %s has no field for {%s}: add one tagged `path:%q`", p.ep.Path, p.ep.In, v.name, v.name))
		}
	}
	p.in.plainly = p.in.plain()
	if b.whole != nil && b.members != nil {
		p.errs = append(p.errs, fmt.Errorf("%s: a field is the whole body, so none can be a member of it", p.ep.In))
	}
	if b.text != nil && len(b.text.accept) == 0 && (b.hasJSON() || b.form != nil || b.file != nil) {
		b.text.accept = []string{"text/*"} // one of several things that the body may be
	}
	if b.raw != nil && (b.form != nil || b.text != nil || b.file != nil) {
		p.errs = append(p.errs, fmt.Errorf("%s: raw bytes stand by themselves or beside JSON", p.ep.In))
	}
}

func wireName(tag, field string) string {
	name, _, _ := strings.Cut(tag, ",")
	if name == "" {
		return field
	}
	return name
}
