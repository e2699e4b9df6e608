// Package requestid gives every request an id: in the answer's header, in the context and in the log.
//
//	type RootAPI struct {
//		RequestID requestid.Plugin
//		...
//	}
//
//	slog.SetDefault(slog.New(requestid.Log(slog.NewJSONHandler(os.Stderr, nil))))
package requestid

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/http"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// A Plugin gives requests an id. The zero Plugin keeps the one that a client or a proxy sent, if it is 8 to 128 of the
// letters, digits and -._=+/: and makes one otherwise: 128 random bits in hexadecimal.
type Plugin struct {
	Header string // "X-Request-Id"
	Own    bool   // takes no id from outside
}

const defaultHeader = "X-Request-Id"

func (p Plugin) header() string {
	return http.CanonicalHeaderKey(cmp.Or(p.Header, defaultHeader))
}

// CheckEndpoint reports a header that cannot be one.
func (p Plugin) CheckEndpoint(*api.Endpoint) error {
	for _, c := range []byte(p.Header) {
		if c != '-' && !isAlphanumeric(c) {
			return errors.New("requestid: Header is no name of a header: use letters, digits and -")
		}
	}
	return nil
}

// state is the id of a call, and the memory that it is in: a request costs one allocation.
type state struct {
	api.Link
	text  [2 * size]byte
	value [1]string // of the header
}

const size = 16 // random bytes

// Wrap gives the endpoint's requests an id. One that they have already stays.
func (p Plugin) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	name := p.header()
	return func(c *api.Call) error {
		if From(c.Context()) != "" {
			return next(c)
		}
		s := new(state)
		s.take(p.incoming(c.Request(), name))
		c.Header()[name] = s.value[:]
		c.Attach(s)
		return next(c)
	}
}

// Handler gives an id to every request that h gets, those too that no endpoint answers.
func (p Plugin) Handler(h http.Handler) http.Handler {
	name := p.header()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := new(state)
		s.take(p.incoming(r, name))
		w.Header()[name] = s.value[:]
		h.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), key{}, s.value[0])))
	})
}

type key struct{}

// From is the id of the request that ctx belongs to, "" for none.
func From(ctx context.Context) string {
	if s, ok := api.Attached[*state](ctx); ok {
		return s.value[0]
	}
	id, _ := ctx.Value(key{}).(string)
	return id
}

// incoming is the id that the request came with, "" for none that is kept.
func (p Plugin) incoming(r *http.Request, name string) string {
	if v := r.Header[name]; !p.Own && len(v) == 1 && sane(v[0]) {
		return v[0]
	}
	return ""
}

// sane tells an id that may stand in logs and headers.
func sane(id string) bool {
	if len(id) < 8 || len(id) > 128 {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case isAlphanumeric(c):
		case c == '-', c == '.', c == '_', c == '=', c == '+', c == '/', c == ':':
		default:
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// take sets the id, or makes one.
func (s *state) take(id string) {
	if id == "" {
		// An id has to differ from others, it is no secret: the runtime's generator does, and needs no system call.
		var random [size]byte
		binary.LittleEndian.PutUint64(random[:8], rand.Uint64())
		binary.LittleEndian.PutUint64(random[8:], rand.Uint64())
		hex.Encode(s.text[:], random[:])
		id = unsafe.String(&s.text[0], len(s.text)) // written only here
	}
	s.value[0] = id
}
