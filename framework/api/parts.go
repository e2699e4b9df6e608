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

// parts sets what of the output is not body.
func (o *output) parts(c *Call, out unsafe.Pointer) error {
	if o.status >= 0 {
		if status := *(*int)(unsafe.Add(out, o.status)); status != 0 {
			if status < 200 || status > 599 {
				return fmt.Errorf("%d is no status of an answer", status)
			}
			c.s.status = status
		}
	}
	for i := range o.headers {
		if err := o.headers[i].header(c, unsafe.Add(out, o.headers[i].offset)); err != nil {
			return err
		}
	}
	for _, at := range o.cookies {
		cookie := *(**http.Cookie)(unsafe.Add(out, at))
		if cookie == nil {
			continue
		}
		if err := cookie.Valid(); err != nil {
			return err
		}
		http.SetCookie(c.w, cookie)
	}
	return nil
}

// header sets the header of the answer whose value stands at v, unless it is zero.
func (p *param) header(c *Call, v unsafe.Pointer) error {
	if reflect.NewAt(p.Type(), v).Elem().IsZero() {
		return nil
	}
	texts, err := p.Texts(v)
	if err != nil {
		return err
	}
	for _, text := range texts {
		if strings.ContainsFunc(text, unicode.IsControl) {
			return fmt.Errorf("header %s: %q has control characters", p.Name, text)
		}
	}
	if c.ep.mux.strict() {
		r := schema.Reader{Side: schema.Answer}
		if p.Read(&r, reflect.New(p.Type()).UnsafePointer(), texts...); len(r.Faults) > 0 {
			return fmt.Errorf("header %s: %w", p.Name, broken(r.Faults))
		}
	}
	c.Header()[p.Name] = texts
	return nil
}
