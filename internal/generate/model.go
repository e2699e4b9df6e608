package generate

import (
	"go/ast"
	"slices"
)

const ormPath = frameworkPath + "/orm"

// sources are the tags that say where a field of an input comes from or goes to.
var sources = []string{"json", "path", "query", "header", "cookie", "form", "body"}

// A model is the documentation of a struct that goes in or out of an endpoint.
type model struct {
	name, doc string
	fields    []field // those with a doc
}

// models are the documented structs of p that look like an input or output: a field with a source, or a schema of the
// ORM embedded. What is used where would take types to know.
func (p *pkg) models() []model {
	var all []model
	for _, st := range p.order {
		if !st.isModel() {
			continue
		}
		m := model{name: st.name, doc: st.doc}
		for _, fd := range st.fields {
			if fd.exported() && !fd.embedded && fd.doc != "" {
				m.fields = append(m.fields, fd)
			}
		}
		if m.doc != "" || len(m.fields) > 0 {
			all = append(all, m)
		}
	}
	return all
}

func (st *structure) isModel() bool {
	found := false
	for i := range st.fields {
		fd := &st.fields[i]
		if fd.kind != nil {
			return false
		}
		found = found || fd.hasSource() || fd.embedded && st.file.isSchema(fd.expr)
	}
	return found
}

func (fd *field) hasSource() bool {
	return fd.exported() && slices.ContainsFunc(sources, func(tag string) bool {
		_, ok := fd.tag.Lookup(tag)
		return ok
	})
}

func (f *file) isSchema(expr ast.Expr) bool {
	generic, args := uninstantiate(expr)
	return len(args) == 1 && f.is(generic, ormPath, "Schema")
}
