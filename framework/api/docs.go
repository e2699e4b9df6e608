package api

import (
	"reflect"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// Docs are comments on APIs and on the types that they read and write, as generated code tells them.
type Docs struct {
	groups  map[string]string // by Endpoint.Group
	schemas map[string]schema.TypeDoc
}

// DocsOf gathers the comments of the API at root, a pointer to its struct, and of the APIs in it.
func DocsOf(root any) Docs {
	d := Docs{groups: map[string]string{}, schemas: map[string]schema.TypeDoc{}}
	if v := reflect.ValueOf(root); v.Kind() == reflect.Pointer && !v.IsNil() && v.Elem().Kind() == reflect.Struct {
		d.gather(v.Elem(), "", map[reflect.Type]bool{})
	}
	return d
}

// gather follows the fields as mounting does.
func (d Docs) gather(v reflect.Value, id string, above map[reflect.Type]bool) {
	t := v.Type()
	if above[t] {
		return // mounting says that it holds itself
	}
	above[t] = true
	defer delete(above, t)
	desc := describeAPI(v)
	if group := strings.TrimSuffix(id, "_"); d.groups[group] == "" {
		d.groups[group] = desc.doc
	}
	for name, s := range desc.schemas {
		d.schemas[t.PkgPath()+"."+name] = schema.TypeDoc{Text: s.doc, Fields: s.fields}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" || !f.IsExported() && !f.Anonymous || f.Tag.Get("api") == "-" || !isAPI(f) {
			continue
		}
		inner := reflect.NewAt(f.Type, v.Field(i).Addr().UnsafePointer()).Elem()
		if inner.Kind() == reflect.Pointer {
			if inner.IsNil() {
				continue
			}
			inner = inner.Elem()
		}
		below := id
		_, tagged := f.Tag.Lookup("route")
		if !tagged {
			_, tagged = ownRoute(inner.Type())
		}
		if !f.Anonymous || tagged {
			below += naming.Snake(f.Name) + "_"
		}
		d.gather(inner, below, above)
	}
}

// Group is the comment on the struct of a group of endpoints; see Endpoint.Group.
func (d Docs) Group(name string) string { return d.groups[name] }

// Schema is what there is to tell of the struct t; that of a generic type is told for all its instances.
func (d Docs) Schema(t reflect.Type) schema.TypeDoc {
	name, _, _ := strings.Cut(t.Name(), "[")
	return d.schemas[t.PkgPath()+"."+name]
}

// Join adds the comments of another root.
func (d Docs) Join(other Docs) Docs {
	joined := Docs{groups: map[string]string{}, schemas: map[string]schema.TypeDoc{}}
	for _, from := range []Docs{d, other} {
		for name, text := range from.groups {
			if joined.groups[name] == "" {
				joined.groups[name] = text
			}
		}
		for name, doc := range from.schemas {
			joined.schemas[name] = doc
		}
	}
	return joined
}
