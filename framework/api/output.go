package api

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// output is the plan of an output: what of it goes where in the answer.
type output struct {
	value   *schema.Plan   // the whole value is the body
	members *schema.Object // or these fields are
	status  int            // offset of the field with the status, -1 for none
	headers []param
	cookies []uintptr // of *http.Cookie fields
	answers bool      // it writes the answer itself
	wrap    wrapping
	t       reflect.Type

	responses []response // it is one of several answers
	forms     []string   // media types that it can be written in, JSON first; nil for JSON alone
	plain     bool       // its value is the body and there is nothing else
}

// An answerer is an output that writes the answer itself, such as a file.
type answerer interface {
	answer(c *Call, w http.ResponseWriter) error
}

var (
	answererType = reflect.TypeFor[answerer]()
	cookieType   = reflect.TypeFor[*http.Cookie]()
)

// planOutput makes the plan of the output of ep, nil for Empty.
func planOutput(ep *Endpoint, wrap string) (*output, []error) {
	w, errs := parseWrap(wrap, ep.Out)
	o, more := planOutputOf(ep.Out, w)
	if o != nil && wrap != "" && (o.responses != nil || o.answers) {
		more = append(more, fmt.Errorf("tag wrap: a %s is not written under a key", ep.Out))
	}
	return o, append(errs, more...)
}

func planOutputOf(t reflect.Type, wrap wrapping) (*output, []error) {
	if t == emptyType {
		return nil, nil
	}
	o := &output{status: -1, t: t, wrap: wrap, forms: mediaTypesOf(t)}
	switch {
	case hasResponses(t):
		return o, o.planResponses(t)
	case reflect.PointerTo(t).Implements(answererType):
		o.answers = true
		return o, nil
	case t.Kind() == reflect.Struct && !isValue(t) && !schema.IsOneOf(t) && hasParts(t):
		p := &outputPlanner{o: o, object: schema.NewBuilder(t)}
		p.walk(t, 0)
		members, err := p.object.Build()
		o.members = members
		return o, append(p.errs, apart(err)...)
	}
	plan, err := schema.PlanOf(t)
	o.value = plan
	o.plain = o.forms == nil && t.Kind() != reflect.Slice && wrap.key == ""
	return o, apart(err)
}

// hasParts tells an output of which not all is body.
func hasParts(t reflect.Type) bool {
	for i := range t.NumField() {
		f := t.Field(i)
		for _, tag := range []string{"status", "header", "cookie"} {
			if _, ok := f.Tag.Lookup(tag); ok && f.Tag.Get("json") != "-" {
				return true
			}
		}
		if f.Anonymous && f.Type.Kind() == reflect.Struct && hasParts(f.Type) {
			return true
		}
	}
	return false
}

type outputPlanner struct {
	o      *output
	object *schema.Builder
	errs   []error
}

func (p *outputPlanner) failf(t reflect.Type, field, format string, a ...any) {
	p.errs = append(p.errs, &schema.PlanError{Type: t, Field: field, Text: fmt.Sprintf(format, a...)})
}

func (p *outputPlanner) walk(t reflect.Type, offset uintptr) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Anonymous && schema.IsModel(f.Type), f.Tag.Get("api") == "-", f.Tag.Get("json") == "-", f.Name == "_":
		case f.Anonymous && f.Type.Kind() == reflect.Struct && f.Tag.Get("json") == "":
			p.walk(f.Type, offset+f.Offset)
		case f.IsExported():
			p.field(t, f, offset+f.Offset)
		}
	}
}

func (p *outputPlanner) field(t reflect.Type, f reflect.StructField, offset uintptr) {
	_, status := f.Tag.Lookup("status")
	header, isHeader := f.Tag.Lookup("header")
	_, isCookie := f.Tag.Lookup("cookie")
	switch {
	case status && f.Type.Kind() == reflect.Int:
		p.o.status = int(offset)
	case status:
		p.failf(t, f.Name, "tag status: want an int, not %s", f.Type)
	case isCookie && f.Type == cookieType:
		p.o.cookies = append(p.o.cookies, offset)
	case isCookie:
		p.failf(t, f.Name, "tag cookie: in an output want a *http.Cookie, not %s", f.Type)
	case isHeader:
		q, err := schema.NewParam(f, t, "header", http.CanonicalHeaderKey(wireName(header, f.Name)))
		p.errs = append(p.errs, apart(err)...)
		p.o.headers = append(p.o.headers, param{Param: q, offset: offset})
	default:
		p.object.Add(f, offset, t)
	}
}

// write puts the output into the call: status, headers and the encoded body.
func (o *output) write(c *Call, out unsafe.Pointer) (err error) {
	if s := c.s; o.plain && !c.ep.mux.strict() && !bodyless(s.status) {
		s.out, err = o.value.AppendWith(&s.writer, s.out[:0], out)
		s.typ = jsonType
		return err
	}
	if o.responses != nil {
		return o.writeResponse(c, out)
	}
	if o.answers {
		a := reflect.NewAt(o.t, out).Interface().(answerer)
		return c.write(func(w http.ResponseWriter) error { return a.answer(c, w) })
	}
	if o.t.Kind() == reflect.Slice {
		c.s.items = len(*(*[]struct{})(out))
	}
	if err := o.parts(c, out); err != nil {
		return err
	}
	if done, err := o.represent(c, out); done {
		return err
	}
	return o.body(c, out)
}

// body writes the body as JSON.
func (o *output) body(c *Call, out unsafe.Pointer) (err error) {
	b := append(c.s.out[:0], o.wrap.before...)
	from := len(b)
	switch {
	case o.value != nil:
		b, err = o.value.AppendWith(&c.s.writer, b, out)
	case o.members != nil:
		b, err = o.members.AppendWith(&c.s.writer, b, out)
	default:
		b = append(b, "{}"...)
	}
	if err == nil && c.ep.mux.strict() {
		err = o.judge(b[from:])
	}
	if o.wrap.key != "" {
		b = o.wrap.close(b, out)
	}
	if bodyless(c.s.status) {
		b = b[:0]
	}
	c.s.out, c.s.typ = b, jsonType
	return err
}

// judge holds a body against the rules of its type.
func (o *output) judge(body []byte) error {
	r := schema.Reader{Side: schema.Answer, Copy: true}
	trial := reflect.New(o.t).UnsafePointer()
	switch {
	case o.value != nil:
		o.value.Read(&r, body, trial)
	case o.members != nil:
		o.members.Read(&r, body, trial)
	}
	return broken(r.Faults)
}

// broken is the error of an answer that breaks the rules of its own type.
func broken(faults []Fault) error {
	var errs []error
	for _, f := range faults {
		errs = append(errs, fmt.Errorf("%s %s", cmp.Or(f.Pointer, "the answer"), f.Detail))
	}
	return errors.Join(errs...)
}
