package api

import (
	"path"
	"reflect"
	"runtime/debug"
	"strings"
	"sync"
)

// A Description is what generated code tells of an API struct that reflection cannot: comments and places.
type Description struct {
	t       reflect.Type
	doc     string
	pos     string
	fields  map[string]fieldDoc
	schemas map[string]schemaDoc
}

type fieldDoc struct{ doc, pos string }

type schemaDoc struct {
	doc    string
	fields map[string]string
}

// Describer is an API struct with generated wiring: DescribeAPI gives each endpoint that is still nil its
// method, and tells d the rest.
type Describer interface {
	DescribeAPI(d *Description)
}

// Type says which struct is described, by a nil pointer to it. A struct that embeds the API inherits its
// DescribeAPI, and is told apart by this.
func (d *Description) Type(ptr any) { d.t = reflect.TypeOf(ptr).Elem() }

// Doc is the comment on the struct, and where it stands: "api.go:10", the file without its folder.
func (d *Description) Doc(doc, pos string) { d.doc, d.pos = doc, pos }

// Field is the comment on a field of the struct, and where it stands.
func (d *Description) Field(name, doc, pos string) {
	if d.fields == nil {
		d.fields = map[string]fieldDoc{}
	}
	d.fields[name] = fieldDoc{doc, pos}
}

// Schema is the comment on a struct type of the same package, followed by names and comments of its fields in
// pairs.
func (d *Description) Schema(name, doc string, fields ...string) {
	s := schemaDoc{doc: doc, fields: map[string]string{}}
	for i := 0; i+1 < len(fields); i += 2 {
		s.fields[fields[i]] = fields[i+1]
	}
	if d.schemas == nil {
		d.schemas = map[string]schemaDoc{}
	}
	d.schemas[name] = s
}

// place is where a field stands, with the folder of its package: "user/api.go:13".
func (d *Description) place(t reflect.Type, field string) string {
	pos := d.pos
	if f, ok := d.fields[field]; ok {
		pos = f.pos
	}
	if pos == "" || strings.Contains(pos, "/") {
		return pos
	}
	return path.Join(folderOf(t.PkgPath()), pos)
}

// folderOf is the folder of a package: below that of the application's module if it is one of its own.
func folderOf(pkgPath string) string {
	if pkgPath == "main" {
		pkgPath = built().Path
	}
	switch rel, own := strings.CutPrefix(pkgPath, built().Main.Path+"/"); {
	case own:
		return rel
	case pkgPath == built().Main.Path:
		return ""
	}
	return path.Base(pkgPath)
}

var built = sync.OnceValue(func() *debug.BuildInfo {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info
	}
	return &debug.BuildInfo{}
})

// describeAPI wires the API at v and returns what generated code tells of it, which is nothing for one without.
func describeAPI(v reflect.Value) *Description {
	d := &Description{}
	if !v.CanAddr() {
		return d
	}
	if a, ok := v.Addr().Interface().(Describer); ok {
		a.DescribeAPI(d)
		if d.t != v.Type() {
			return &Description{}
		}
	}
	return d
}
