package api

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func (d *dialer) decode(ep *Endpoint, res *http.Response, out any) error {
	if file, ok := out.(*Attachment); ok && res.StatusCode < 400 {
		if err := receiveAttachment(res, file, d.options.Limit); err != nil {
			return fmt.Errorf("%s: answer %s: %w", ep.Name, res.Status, err)
		}
		return nil
	}
	limit := d.options.Limit
	if limit == 0 {
		limit = 64 << 20
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err != nil {
		return fmt.Errorf("%s: answer: %w", ep.Name, err)
	}
	if int64(len(b)) > limit {
		return fmt.Errorf("%s: the answer has more than %d bytes: raise ClientOptions.Limit", ep.Name, limit)
	}
	if res.StatusCode >= 400 && !ep.isAnswer(res, b, d.options.Envelope) {
		return d.options.Envelope.unsealed(problemFrom(res, b), b)
	}
	if ep.Out == emptyType {
		return nil
	}
	if ep.sealed {
		b = d.options.Envelope.unseal(b)
	}
	if err := ep.out.receive(res, b, out); err != nil {
		return fmt.Errorf("%s: answer %s: %w", ep.Name, res.Status, err)
	}
	return nil
}

// problemFrom makes a problem of an answer, whatever the server wrote.
func problemFrom(res *http.Response, b []byte) *Problem {
	p := &Problem{received: res.Header}
	if !isJSON(res.Header.Get("Content-Type")) || json.Unmarshal(b, p) != nil {
		p.Detail = string(b[:min(len(b), 512)])
	}
	p.Status = res.StatusCode
	return p
}

// receive reads an answer into the output at out, a pointer.
func (o *output) receive(res *http.Response, b []byte, out any) error {
	p := reflect.ValueOf(out).UnsafePointer()
	if o.responses != nil {
		return o.receiveResponse(res, b, p)
	}
	switch file := out.(type) {
	case *Redirect:
		*file = Redirect{Location: res.Header.Get("Location"), Status: res.StatusCode}
	case *Attachment: // one of several answers
		receiveHead(res, file)
		file.Content = nopCloser{bytes.NewReader(b)}
	}
	if o.answers {
		return nil
	}
	if o.wrap.key != "" {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(b, &m); err != nil {
			return err
		}
		b = m[o.wrap.key]
	}
	if err := o.receiveJSON(b, out); err != nil {
		return err
	}
	if o.status >= 0 {
		*(*int)(unsafe.Add(p, o.status)) = res.StatusCode
	}
	o.receiveCookies(res, p)
	r := schema.Reader{Side: schema.Received}
	for i := range o.headers {
		if values := res.Header[o.headers[i].Name]; len(values) > 0 {
			o.headers[i].Read(&r, unsafe.Add(p, o.headers[i].offset), values...)
		}
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("header %s %s", r.Faults[0].Name, r.Faults[0].Detail)
	}
	return nil
}

// receiveJSON reads a body, if there is one, into the output at out, a pointer.
func (o *output) receiveJSON(b []byte, out any) error {
	r := schema.Reader{Side: schema.Received}
	p := reflect.ValueOf(out).UnsafePointer()
	switch {
	case len(b) == 0:
	case o.value != nil:
		o.value.Read(&r, b, p)
	case o.members != nil:
		o.members.Read(&r, b, p)
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("%s %s", cmp.Or(r.Faults[0].Pointer, "the body"), r.Faults[0].Detail)
	}
	return nil
}

// isAnswer tells an answer that the output has a field for from a problem with the same status.
func (e *Endpoint) isAnswer(res *http.Response, b []byte, v Envelope) bool {
	typ := strings.ToLower(res.Header.Get("Content-Type"))
	if e.out.response(res.StatusCode) == nil || strings.HasPrefix(typ, problemType[0]) {
		return false
	}
	return !e.sealed || v.sealsAnswer(b)
}
