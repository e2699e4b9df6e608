package schema

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"sync"
	"time"
	"unsafe"
)

// appendOther writes what has no shape of its own.
func (n *node) appendOther(b []byte, p unsafe.Pointer, w *Writer, form kind) []byte {
	v := reflect.NewAt(n.t, p)
	switch form {
	case octets:
		b = append(b, '"')
		b = base64.StdEncoding.AppendEncode(b, v.Elem().Bytes())
		return append(b, '"')
	case day:
		t := *(*time.Time)(p)
		if y := t.Year(); y < 0 || y > 9999 {
			w.fail(errors.New("a date has a year of more than four digits"))
			return append(b, "null"...)
		}
		return append(t.AppendFormat(append(b, '"'), time.DateOnly), '"')
	case address:
		text := (*url.URL)(p).String()
		if w.input && len(text) > maxURL {
			w.fail(fmt.Errorf("an address has more than the %d bytes that an input may have", maxURL))
		}
		return AppendString(b, text)
	case textual, exact:
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			w.fail(fmt.Errorf("%s: %w", n.t, err))
		} else if w.input && form == exact && !isDecimalText(string(text)) {
			w.fail(fmt.Errorf("a decimal has more than the %d bytes that an input may have", maxDecimal))
		}
		return AppendString(b, string(text))
	case anything:
		return appendAny(b, v.Elem(), w)
	case raw:
		if v.Elem().Len() == 0 {
			return append(b, "null"...)
		}
	}
	return appendForeign(b, v, w)
}

func appendForeign(b []byte, v reflect.Value, w *Writer) []byte {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		w.fail(fmt.Errorf("%s: %w", v.Type(), err))
		return append(b, "null"...)
	}
	return append(b, text...)
}

// unplanned remembers types that stand in an any and have no plan.
var unplanned sync.Map

// appendAny writes what an any holds by the plan of its type, so that a writeonly member stays hidden there too.
func appendAny(b []byte, v reflect.Value, w *Writer) []byte {
	if v.IsNil() {
		return append(b, "null"...)
	}
	v = v.Elem()
	if _, no := unplanned.Load(v.Type()); !no {
		if n, err := planOf(v.Type()); err == nil {
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			if w.depth++; w.depth > maxWriteDepth {
				w.fail(fmt.Errorf("a %s is nested deeper than %d levels", v.Type(), maxWriteDepth))
				return append(b, "null"...)
			}
			b = n.append(b, p.UnsafePointer(), w)
			w.depth--
			return b
		}
		unplanned.Store(v.Type(), true)
	}
	return appendForeign(b, v, w)
}
