package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/internal/vary"
)

// A Represented is an output that has other forms than JSON, such as text/csv: the client's header Accept says which it
// wants. Clients that say nothing, or take anything, get JSON; one that takes none of the forms is answered with 406
// before the handler runs. It is implemented on the pointer.
type Represented interface {
	// MediaTypes lists the other forms, the same ones always.
	MediaTypes() []string
	// Represent writes the output in one of them.
	Represent(mediaType string, w io.Writer) error
}

var representedType = reflect.TypeFor[Represented]()

// mediaTypesOf lists the forms of an output of the type t, JSON first; nil for one that has no other.
func mediaTypesOf(t reflect.Type) []string {
	if !reflect.PointerTo(t).Implements(representedType) {
		return nil
	}
	return append([]string{jsonType[0]}, reflect.New(t).Interface().(Represented).MediaTypes()...)
}

// accepted chooses the form of the answer, before anything is done.
func (o *output) accepted(c *Call) error {
	vary.Add(c.Header(), "Accept")
	if c.s.form = negotiate(c.s.req.Header["Accept"], o.forms); c.s.form == "" {
		return Errorf(http.StatusNotAcceptable, "not_acceptable", "this can be %s", strings.Join(o.forms, " or "))
	}
	return nil
}

// represent writes the output at out in the form that the client wants, if that is not JSON.
func (o *output) represent(c *Call, out unsafe.Pointer) (done bool, err error) {
	if o.forms == nil || c.s.form == o.forms[0] || c.s.form == "" {
		return false, nil
	}
	w := &formWriter{b: c.s.out[:0]}
	err = reflect.NewAt(o.t, out).Interface().(Represented).Represent(c.s.form, w)
	c.s.out, c.s.typ = w.b, []string{c.s.form}
	w.ended = true
	return true, err
}

// formWriter writes into the buffer of the call, which is another one's afterwards.
type formWriter struct {
	b     []byte
	ended bool
}

func (w *formWriter) Write(p []byte) (int, error) {
	if w.ended {
		return 0, errors.New("the answer has been written")
	}
	w.b = append(w.b, p...)
	return len(p), nil
}

// negotiate finds the offer that the header Accept likes best, the first of equals; "" when it takes none.
func negotiate(accept, offers []string) string {
	ranges := strings.Split(strings.Join(accept, ","), ",")
	if strings.TrimSpace(strings.Join(ranges, "")) == "" {
		return offers[0]
	}
	best, most := "", 0.0
	for _, offer := range offers {
		if q := quality(ranges, offer); q > most {
			best, most = offer, q
		}
	}
	return best
}

// quality is how much the ranges like a media type: what the most exact of them says.
func quality(ranges []string, offer string) (q float64) {
	offer, _, _ = strings.Cut(offer, ";")
	kind, _, _ := strings.Cut(offer, "/")
	exactness := 0
	for _, text := range ranges {
		typ, params, err := mime.ParseMediaType(strings.TrimSpace(text))
		if err != nil {
			continue
		}
		exact := 0
		switch typ {
		case offer:
			exact = 3
		case kind + "/*":
			exact = 2
		case "*/*":
			exact = 1
		}
		if exact > exactness {
			exactness, q = exact, 1
			if v, ok := params["q"]; ok {
				if q, err = strconv.ParseFloat(v, 64); err != nil || q < 0 || q > 1 {
					q = 0
				}
			}
		}
	}
	return q
}
