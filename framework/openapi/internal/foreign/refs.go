package foreign

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/openapi/internal/tree"
)

var escape, unescape = strings.NewReplacer("~", "~0", "/", "~1"), strings.NewReplacer("~1", "/", "~0", "~")

// Pointer takes a reference inside the document apart; ok is false for one that leads out of it.
func Pointer(ref string) (steps []string, ok bool) {
	rest, ok := strings.CutPrefix(ref, "#/")
	if !ok {
		return nil, false
	}
	if plain, err := url.PathUnescape(rest); err == nil {
		rest = plain
	}
	for step := range strings.SplitSeq(rest, "/") {
		steps = append(steps, unescape.Replace(step))
	}
	return steps, true
}

// Ref is the reference of a pointer.
func Ref(steps ...string) string {
	var b strings.Builder
	b.WriteByte('#')
	for _, step := range steps {
		b.WriteByte('/')
		if unclean.MatchString(step) {
			step = (&url.URL{Fragment: escape.Replace(step)}).EscapedFragment()
		}
		b.WriteString(step)
	}
	return b.String()
}

// At is what a pointer leads to, itself perhaps a reference.
func At(v any, steps []string) (any, bool) {
	for _, step := range steps {
		switch at := v.(type) {
		case *tree.Object:
			if !at.Has(step) {
				return nil, false
			}
			v = at.Get(step)
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(at) {
				return nil, false
			}
			v = at[i]
		default:
			return nil, false
		}
	}
	return v, true
}

// refKinds are those whose objects may be references.
var refKinds = map[Kind]bool{
	PathItem: true, Parameter: true, RequestBody: true, Response: true, Header: true, Example: true, Link: true, Callback: true, SecurityScheme: true, Schema: true,
}

// RefOf is the reference that an object of the kind is or, a schema or a path item, has.
func RefOf(kind Kind, o *tree.Object) (ref string, ok bool) {
	if !refKinds[kind] {
		return "", false
	}
	ref, ok = o.Get("$ref").(string)
	return ref, ok
}

// checkRefs tells the first reference that leads out of the document, or to nothing.
func checkRefs(doc *tree.Object) (err error) {
	anchors := map[string]bool{}
	Walk(Document, doc, func(kind Kind, o *tree.Object) {
		if kind == Schema {
			for _, key := range []string{"$anchor", "$dynamicAnchor"} {
				anchors["#"+o.Text(key)] = o.Has(key)
			}
		}
	})
	Walk(Document, doc, func(kind Kind, o *tree.Object) {
		ref, ok := RefOf(kind, o)
		if !ok || err != nil || anchors[ref] {
			return
		}
		steps, inside := Pointer(ref)
		if !inside {
			err = fmt.Errorf("$ref %q leads out of the document: bundle it into one file", ref)
		} else if _, found := At(doc, steps); !found {
			err = fmt.Errorf("$ref %q leads to nothing in the document", ref)
		}
	})
	return err
}

// follow resolves the references that o is, as far as they lead inside the document and not in a circle.
func follow(doc, o *tree.Object) *tree.Object {
	for range 32 {
		ref, ok := o.Get("$ref").(string)
		if !ok {
			return o
		}
		steps, _ := Pointer(ref)
		v, _ := At(doc, steps)
		if o, ok = v.(*tree.Object); !ok || len(steps) == 0 {
			return nil
		}
	}
	return nil
}
