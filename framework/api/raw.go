package api

import (
	"net/http"
	"unsafe"
)

// A Raw is an endpoint with a handler of net/http's kind, for what no other fits. Plugins run around it; what they
// keep is saved before its first byte. An error that it returns before it has written anything is answered as any
// endpoint's. It answers GET; the tag method says otherwise: `method:"POST,PUT"`. The parameters of its path are
// found by r.PathValue.
type Raw func(w http.ResponseWriter, r *http.Request) error

// Adopt makes a Raw of a handler.
func Adopt(h http.Handler) Raw {
	return func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	}
}

func (f Raw) bind(e *Endpoint) bool {
	e.Out = emptyType
	wired := bindInput[Empty](e, http.MethodGet, unsafe.Pointer(&f), f == nil)
	e.Status = http.StatusOK
	e.raw = f
	return wired
}

// serveRaw lets the handler write the answer.
func (e *Endpoint) serveRaw(c *Call) error {
	r := c.s.req.WithContext(c.Context())
	for i := range e.vars {
		r.SetPathValue(e.vars[i].name, c.s.values[i])
	}
	return c.write(func(w http.ResponseWriter) error { return e.raw(w, r) })
}
