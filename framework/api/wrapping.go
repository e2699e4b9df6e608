package api

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// wrapping is the tag wrap: the answer stands under a key of an object, a list with its length beside it.
type wrapping struct {
	key, count string
	before     []byte // {"key":
}

// parseWrap reads a tag such as "articles,count=articlesCount".
func parseWrap(tag string, t reflect.Type) (w wrapping, errs []error) {
	if tag == "" {
		return w, nil
	}
	key, option, _ := strings.Cut(tag, ",")
	w = wrapping{key: key, before: append(schema.AppendString([]byte{'{'}, key), ':')}
	if option != "" {
		var ok bool
		if w.count, ok = strings.CutPrefix(option, "count="); !ok || w.count == "" || w.count == key {
			errs = append(errs, fmt.Errorf("tag wrap: %q is not known: use count=NAME", option))
		} else if t.Kind() != reflect.Slice {
			errs = append(errs, fmt.Errorf("tag wrap: count is of a list, not of %s", t))
		}
	}
	if key == "" {
		errs = append(errs, fmt.Errorf("tag wrap: %q has no name for the answer", tag))
	}
	return w, errs
}

// close ends the object.
func (w *wrapping) close(b []byte, out unsafe.Pointer) []byte {
	if w.count != "" {
		b = append(schema.AppendString(append(b, ','), w.count), ':')
		b = strconv.AppendInt(b, int64(len(*(*[]struct{})(out))), 10)
	}
	return append(b, '}')
}
