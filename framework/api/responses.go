package api

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"unsafe"
)

// Responses is embedded by an output that is one of several answers, each with a status and a body of its own. Each
// field is a pointer, and the handler sets one:
//
//	type Imported struct {
//		api.Responses
//		Done  *Report `status:"201"`
//		Later *Job    `status:"202"`
//		Clash *Clash  `status:"409"`
//	}
//
// A client of the contract gets the same struct, with the field of the status that came; an error that is a problem stays
// one.
type Responses struct{}

var (
	responsesType  = reflect.TypeFor[Responses]()
	attachmentType = reflect.TypeFor[Attachment]()
)

// response is one of the answers of an output.
type response struct {
	status int
	field  string
	offset uintptr
	out    *output // nil for Empty
}

// hasResponses tells an output that is one of several answers.
func hasResponses(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool {
		return f.Anonymous && f.Type == responsesType && len(f.Index) == 1
	})
}

// planResponses plans each of the answers.
func (o *output) planResponses(t reflect.Type) (errs []error) {
	p := &outputPlanner{o: o}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Type == responsesType || f.Name == "_" {
			continue
		}
		status, err := strconv.Atoi(f.Tag.Get("status"))
		switch {
		case !f.IsExported() || f.Type.Kind() != reflect.Pointer:
			p.failf(t, f.Name, "is no answer: each field beside Responses is an exported pointer")
			continue
		case err != nil || status < 200 || status > 599:
			p.failf(t, f.Name, "tag status: %q is no status of an answer", f.Tag.Get("status"))
		case bodyless(status) && f.Type.Elem() != emptyType:
			p.failf(t, f.Name, "tag status: an answer with the status %d has no body: make it a *api.Empty", status)
		case o.response(status) != nil:
			p.failf(t, f.Name, "the status %d is taken by %s", status, o.response(status).field)
		}
		if hasResponses(f.Type.Elem()) {
			p.failf(t, f.Name, "is one of several answers itself: name those here")
			continue
		}
		inner, more := planOutputOf(f.Type.Elem(), wrapping{})
		p.errs = append(p.errs, more...)
		switch {
		case f.Type.Elem() == attachmentType && status != http.StatusOK:
			p.failf(t, f.Name, "tag status: a file is answered with 200")
		case f.Type.Elem() == redirectType && (status < 300 || status > 399):
			p.failf(t, f.Name, "tag status: %d sends nobody elsewhere", status)
		}
		if inner != nil {
			inner.forms = nil // which form it has would have to be known before which answer it is
		}
		o.responses = append(o.responses, response{status, f.Name, f.Offset, inner})
	}
	if len(o.responses) == 0 {
		p.failf(t, "", "has no answers: add a field for each, such as Done *Report `status:\"201\"`")
	}
	return p.errs
}

// response finds the answer with the status, nil if there is none.
func (o *output) response(status int) *response {
	if o == nil {
		return nil
	}
	for i := range o.responses {
		if o.responses[i].status == status {
			return &o.responses[i]
		}
	}
	return nil
}

// firstStatus is the status of the first answer when all goes well.
func (o *output) firstStatus() int {
	for i := range o.responses {
		if o.responses[i].status < 300 {
			return o.responses[i].status
		}
	}
	return http.StatusOK
}

// writeResponse writes the answer that is set in the output at out.
func (o *output) writeResponse(c *Call, out unsafe.Pointer) error {
	var set *response
	var value unsafe.Pointer
	for i := range o.responses {
		r := &o.responses[i]
		if p := *(*unsafe.Pointer)(unsafe.Add(out, r.offset)); p != nil {
			if set != nil {
				return fmt.Errorf("both %s and %s are set, and one has to be", set.field, r.field)
			}
			set, value = r, p
		}
	}
	if set == nil {
		return fmt.Errorf("none of the answers of %s is set", o.t)
	}
	c.s.status = set.status
	if set.out == nil {
		return nil
	}
	if set.out.t == redirectType {
		r := (*Redirect)(value)
		r.Status = cmp.Or(r.Status, set.status)
	}
	return set.out.write(c, value)
}

// receiveResponse reads the answer into the field of its status.
func (o *output) receiveResponse(res *http.Response, b []byte, out unsafe.Pointer) error {
	r := o.response(res.StatusCode)
	if r == nil {
		return fmt.Errorf("%s has no field for the status %d", o.t, res.StatusCode)
	}
	t := emptyType
	if r.out != nil {
		t = r.out.t
	}
	value := reflect.New(t)
	*(*unsafe.Pointer)(unsafe.Add(out, r.offset)) = value.UnsafePointer()
	if r.out == nil {
		return nil
	}
	return r.out.receive(res, b, value.Interface())
}
