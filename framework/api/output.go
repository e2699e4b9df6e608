package api

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unicode"
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
	t := ep.Out
	if t == emptyType {
		return nil, nil
	}
	o := &output{status: -1, t: t}
	var errs []error
	if o.wrap, errs = parseWrap(wrap, t); len(errs) > 0 {
		return nil, errs
	}
	switch {
	case reflect.PointerTo(t).Implements(answererType):
		o.answers = true
		return o, nil
	case t.Kind() == reflect.Struct && !isValue(t) && hasParts(t):
		p := &outputPlanner{o: o, object: schema.NewBuilder(t)}
		p.walk(t, 0)
		members, err := p.object.Build()
		o.members = members
		return o, append(p.errs, apart(err)...)
	}
	plan, err := schema.PlanOf(t)
	o.value = plan
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
	b := c.s.out[:0]
	if o.wrap.key != "" {
		b = append(b, o.wrap.before...)
	}
	if o.value != nil {
		b, err = o.value.Append(b, out)
	} else if b, err = o.parts(c, b, out); err == nil && bodyless(c.s.status) {
		b = b[:0]
	}
	if o.wrap.key != "" {
		b = o.wrap.close(b, out)
	}
	c.s.out, c.s.typ = b, jsonType
	return err
}

// parts sets what of the output is not body.
func (o *output) parts(c *Call, b []byte, out unsafe.Pointer) ([]byte, error) {
	if o.status >= 0 {
		if status := *(*int)(unsafe.Add(out, o.status)); status != 0 {
			if status < 200 || status > 599 {
				return b, fmt.Errorf("%d is no status of an answer", status)
			}
			c.s.status = status
		}
	}
	for i := range o.headers {
		h := &o.headers[i]
		if reflect.NewAt(h.Type(), unsafe.Add(out, h.offset)).Elem().IsZero() {
			continue
		}
		texts, err := h.Items(unsafe.Add(out, h.offset))
		if err != nil {
			return b, err
		}
		for _, text := range texts {
			if strings.ContainsFunc(text, unicode.IsControl) {
				return b, fmt.Errorf("header %s: %q has control characters", h.Name, text)
			}
		}
		c.Header()[h.Name] = texts
	}
	for _, at := range o.cookies {
		cookie := *(**http.Cookie)(unsafe.Add(out, at))
		if cookie == nil {
			continue
		}
		if err := cookie.Valid(); err != nil {
			return b, err
		}
		http.SetCookie(c.w, cookie)
	}
	if o.members == nil {
		return append(b, "{}"...), nil
	}
	return o.members.Append(b, out)
}
