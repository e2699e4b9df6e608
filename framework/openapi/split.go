package openapi

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// Split yields a document for each operation, by its id, with the components that it needs and no others.
func (d *Doc) Split() iter.Seq2[string, *Doc] {
	return func(yield func(string, *Doc) bool) {
		for _, path := range d.Paths {
			for _, op := range path.Value {
				if !yield(op.Value.OperationID, d.only(path.Key, op)) {
					return
				}
			}
		}
	}
}

// only is the document with one operation.
func (d *Doc) only(path string, op Entry[*Operation]) *Doc {
	one := *d
	one.Paths = Map[PathItem]{{path, PathItem{op}}}
	one.Tags = slices.DeleteFunc(slices.Clone(d.Tags), func(t Tag) bool { return !slices.Contains(op.Value.Tags, t.Name) })
	needed := map[string]bool{}
	d.need(op.Value, needed)
	for _, r := range op.Value.Security {
		for name := range r {
			needed[securityPrefix+name] = true
		}
	}
	c := d.Components
	one.Components = Components{
		Schemas:         keep(c.Schemas, schemaPrefix, needed),
		Responses:       keep(c.Responses, responsePrefix, needed),
		SecuritySchemes: keep(c.SecuritySchemes, securityPrefix, needed),
	}
	return &one
}

const (
	schemaPrefix   = "#/components/schemas/"
	responsePrefix = "#/components/responses/"
	securityPrefix = "#/components/securitySchemes/"
)

func keep[V any](m Map[V], prefix string, needed map[string]bool) Map[V] {
	return slices.DeleteFunc(slices.Clone(m), func(e Entry[V]) bool { return !needed[prefix+e.Key] })
}

// need finds what v refers to, and what that refers to.
func (d *Doc) need(v any, needed map[string]bool) {
	text, err := json.Marshal(v)
	if err != nil {
		return // plain data: it cannot fail
	}
	for _, part := range bytes.Split(text, []byte(`"$ref":"`))[1:] {
		ref, _, _ := strings.Cut(string(part), `"`)
		if needed[ref] {
			continue
		}
		needed[ref] = true
		if s, ok := find(d.Components.Schemas, schemaPrefix, ref); ok {
			d.need(s, needed)
		}
		if r, ok := find(d.Components.Responses, responsePrefix, ref); ok {
			d.need(r, needed)
		}
	}
}

func find[V *schema.JSONSchema | *Response](m Map[V], prefix, ref string) (v V, ok bool) {
	name, ok := strings.CutPrefix(ref, prefix)
	if !ok {
		return v, false
	}
	return m.Get(name)
}
