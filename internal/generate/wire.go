package generate

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"

	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// A description is what the DescribeAPI of one API struct is to do.
type description struct {
	of    *structure
	wires []wiring
}

// A wiring gives an endpoint that is still nil its handler.
type wiring struct {
	field  string // the path of fields to it: "Signup", or "API.Signup" in an embedded struct
	method string
	origin string // where the field is declared, seen from the package
}

// wire finds the API structs of every package and what implements their fields, and complains of what does not fit.
//
// A struct that embeds an API struct may implement the fields of that one, so that a contract can be published without
// its server; only what no struct implements is missing.
func wire(m *module) {
	w := wirer{m, map[*field]bool{}, map[*field]*structure{}}
	for _, p := range m.packages {
		if p.broken() {
			continue
		}
		for _, st := range p.order {
			if st.method("DescribeAPI") != nil {
				continue // wired by hand
			}
			d := &description{of: st}
			declares := w.own(d)
			w.embedded(d, st, "", 0)
			if declares || len(d.wires) > 0 {
				p.apis = append(p.apis, d)
			}
		}
	}
	for fd, st := range w.missing {
		if !w.handled[fd] {
			st.pkg.warn(st.file.name, st.pkg.line(fd.pos), "%s.%s has no handler: write %s",
				st.name, fd.name, fd.signature(st, st.handlerName(fd)))
		}
	}
}

type wirer struct {
	module  *module
	handled map[*field]bool       // by a method, of the field's struct or of one that embeds it
	missing map[*field]*structure // the fields without a method of their own struct
}

// own wires the fields that the struct itself declares, and tells whether it declares any to wire.
func (w *wirer) own(d *description) bool {
	st, first := d.of, map[string]*field{}
	for i := range st.fields {
		fd := &st.fields[i]
		if !fd.wirable() {
			if fd.kind != nil && fd.name != "_" && !fd.embedded {
				st.pkg.warn(st.file.name, st.pkg.line(fd.pos),
					"%s.%s is not exported, so it is no endpoint: begin its name with a capital", st.name, fd.name)
			}
			continue
		}
		name := st.handlerName(fd)
		if other := first[name]; other != nil {
			st.pkg.warn(st.file.name, st.pkg.line(fd.pos), "%s.%s and %s.%s both have the handler %s: rename one of them",
				st.name, other.name, st.name, fd.name, name)
		}
		first[name] = fd
		if h := st.method(name); h != nil {
			w.add(d, fd, st, h, fd.name)
		} else {
			w.missing[fd] = st
		}
	}
	return len(first) > 0
}

// maxEmbedding is how deep structs are followed into those they embed, which may be themselves.
const maxEmbedding = 8

// embedded wires the fields of the structs that st embeds by value, in its package or another of the module, as far as
// d.of implements them and they do not do so themselves. The path leads from d.of to st.
func (w *wirer) embedded(d *description, st *structure, path string, depth int) {
	for i := range st.fields {
		inner := w.module.structOf(st, &st.fields[i])
		if !st.fields[i].embedded || inner == nil || depth == maxEmbedding {
			continue
		}
		at := path + st.fields[i].name + "."
		for j := range inner.fields {
			fd := &inner.fields[j]
			if !fd.wirable() || d.of.taken(fd.name) || inner.method(inner.handlerName(fd)) != nil {
				continue
			}
			if h := d.of.method(d.of.handlerName(fd)); h != nil {
				w.add(d, fd, inner, h, at+fd.name)
			}
		}
		w.embedded(d, inner, at, depth+1)
	}
}

// add wires fd, a field of the struct in, to h, a method of d.of, and complains where they do not fit. A signature that
// looks wrong is wired all the same: the compiler, which knows the types, has the last word.
func (w *wirer) add(d *description, fd *field, in *structure, h *method, path string) {
	w.handled[fd] = true
	st, p, name := d.of, d.of.pkg, h.Name.Name
	if all := p.methods[st.name][name]; len(all) > 1 {
		p.warn(all[1].file.name, p.line(all[1].Pos()), "%s.%s is declared in %s already: keep one", st.name, name, p.at(h.file, h.Pos()))
	}
	if !h.pointer {
		p.warn(h.file.name, p.line(h.Pos()), "%s.%s has a value for its receiver: declare it on *%s", st.name, name, st.typeName())
		return
	}
	if fault := fd.misshapen(h); fault != "" && in.pkg == p {
		p.warn(h.file.name, p.line(h.Pos()), "%s.%s %s: write %s", st.name, name, fault, fd.signature(st, name))
	}
	d.wires = append(d.wires, wiring{path, name, p.origin(in, fd.pos)})
}

// handlerName is the method of st that implements fd.
func (st *structure) handlerName(fd *field) string { return naming.MethodName(fd.name, st.taken) }

// wirable tells whether fd is to be implemented by a method.
func (fd *field) wirable() bool { return fd.kind != nil && fd.exported() && !fd.embedded }

// structOf is the struct of the module that is the type of fd, or nil.
func (m *module) structOf(st *structure, fd *field) *structure {
	generic, _ := uninstantiate(fd.expr)
	switch e := generic.(type) {
	case *ast.Ident:
		return st.pkg.structs[e.Name]
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		if !ok {
			return nil
		}
		if p := m.find(st.file.imports[x.Name]); p != nil {
			return p.structs[e.Sel.Name]
		}
	}
	return nil
}

// origin is a position in the package of st as the generated file of p tells it.
func (p *pkg) origin(st *structure, pos token.Pos) string {
	at := st.pkg.at(st.file, pos)
	if st.pkg == p {
		return at
	}
	dir, err := filepath.Rel(filepath.FromSlash(p.dir), filepath.FromSlash(st.pkg.dir))
	if err != nil {
		return at
	}
	return path.Join(filepath.ToSlash(dir), at)
}
