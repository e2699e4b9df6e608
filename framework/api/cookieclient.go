package api

import (
	"net/http"
	"reflect"
	"strings"
	"unsafe"
)

// receiveCookies fills in the cookies of an output: each field takes the one that its tag names, or that is called like
// it. The only field of an output takes the first cookie there is.
func (o *output) receiveCookies(res *http.Response, out unsafe.Pointer) {
	if len(o.cookies) == 0 {
		return
	}
	set := res.Cookies()
	for _, at := range o.cookies {
		name := cookieName(o.t, at)
		for _, c := range set {
			if strings.EqualFold(c.Name, name) || len(o.cookies) == 1 {
				*(**http.Cookie)(unsafe.Add(out, at)) = c
				break
			}
		}
	}
}

// cookieName is the name of the cookie whose field is at an offset of t.
func cookieName(t reflect.Type, at uintptr) string {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case f.Type == cookieType && f.Offset == at:
			if tag := f.Tag.Get("cookie"); tag != "" {
				return tag
			}
			return f.Name
		case f.Anonymous && f.Type.Kind() == reflect.Struct && at >= f.Offset && at < f.Offset+f.Type.Size():
			return cookieName(f.Type, at-f.Offset)
		}
	}
	return ""
}
