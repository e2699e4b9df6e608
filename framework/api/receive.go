package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

func (d *dialer) decode(ep *Endpoint, res *http.Response, out any) error {
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
	if res.StatusCode >= 400 && (ep.out.response(res.StatusCode) == nil || strings.HasPrefix(res.Header.Get("Content-Type"), problemType[0])) {
		return problemFrom(res, b)
	}
	if ep.Out == emptyType {
		return nil
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
	if o.answers {
		return o.receiveFile(res, b, out)
	}
	if o.wrap.key != "" {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(b, &m); err != nil {
			return err
		}
		b = m[o.wrap.key]
	}
	r := schema.Reader{Side: schema.Received}
	switch {
	case len(b) == 0:
	case o.value != nil:
		o.value.Read(&r, b, p)
	case o.members != nil:
		o.members.Read(&r, b, p)
	}
	if len(r.Faults) > 0 {
		return fmt.Errorf("%s %s", r.Faults[0].Pointer, r.Faults[0].Detail)
	}
	if o.status >= 0 {
		*(*int)(unsafe.Add(p, o.status)) = res.StatusCode
	}
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

// receiveFile keeps a file as it came.
func (o *output) receiveFile(res *http.Response, b []byte, out any) error {
	switch out := out.(type) {
	case *Attachment:
		_, params, _ := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		*out = Attachment{Name: params["filename"], Type: res.Header.Get("Content-Type"), Content: bytes.NewReader(b)}
		out.Modified, _ = http.ParseTime(res.Header.Get("Last-Modified"))
	case *Redirect:
		*out = Redirect{Location: res.Header.Get("Location"), Status: res.StatusCode}
	}
	return nil
}
