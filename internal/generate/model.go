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

// models are the documented structs of p that look like an input or output: a field with a source, a schema of the ORM
// or a marker of several things embedded, or a field that is such a struct. What is used where would take types to know.
func (p *pkg) models() []model {
	is := map[string]bool{}
	for _, st := range p.order {
		is[st.name] = st.isModel()
	}
	for again := true; again; {
		again = false
		for _, st := range p.order {
			if !is[st.name] && st.holds(is) {
				is[st.name], again = true, true
			}
		}
	}
	var all []model
	for _, st := range p.order {
		if !is[st.name] {
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
		found = found || fd.hasSource() || fd.embedded && (st.file.isSchema(fd.expr) || st.file.is(fd.expr, apiPath, "OneOf") || st.file.is(fd.expr, apiPath, "Responses"))
	}
	return found
}

// holds tells a struct with a field of one of the models, which is walked as if its fields stood there.
func (st *structure) holds(models map[string]bool) bool {
	held := false
	for i := range st.fields {
		fd := &st.fields[i]
		if fd.kind != nil {
			return false
		}
		id, ok := ast.Unparen(fd.expr).(*ast.Ident)
		held = held || ok && models[id.Name] && fd.exported()
	}
	return held
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
