package codecgen

import (
	"bytes"
	"fmt"
	"path"
)

type printer struct {
	out      *bytes.Buffer
	declared map[string]bool   // by the package itself
	names    map[string]string // what is called how here
	imports  map[string]bool
}

func (p *printer) f(format string, a ...any) { fmt.Fprintf(p.out, format+"\n", a...) }

// name is the name here of what would be called so, if the package had not taken that.
func (p *printer) name(base string) string {
	if name, ok := p.names[base]; ok {
		return name
	}
	name := base
	for p.declared[name] {
		name += "_"
	}
	p.declared[name], p.names[base] = true, name
	return name
}

// imported is the name here of an imported package.
func (p *printer) imported(importPath string) string {
	p.imports[importPath] = true
	return p.name(path.Base(importPath))
}

// alias is the name that an import has to be given, "" for its own.
func (p *printer) alias(importPath string) string {
	if name := p.imported(importPath); name != path.Base(importPath) {
		return name
	}
	return ""
}

func (p *printer) schema() string  { return p.imported(schemaPath) }
func (p *printer) strconv() string { return p.imported("strconv") }

// signature is that of a function of a codec.
func (p *printer) signature(function string) string {
	schema, at := p.schema(), p.imported("unsafe")+".Pointer"
	if function == "read" {
		return fmt.Sprintf("(r *%[1]s.Reader, o *%[1]s.Object, at %[2]s) error", schema, at)
	}
	return fmt.Sprintf("(w *%[1]s.Writer, o *%[1]s.Object, b []byte, at %[2]s) []byte", schema, at)
}
