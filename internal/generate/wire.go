package generate

import (
	"go/ast"
	"go/token"
	"path"
	"path/filepath"
	"strings"

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
	done := map[*field]bool{}
	missing := map[*field]*structure{}
	for _, p := range m.packages {
		if p.broken() {
			continue
		}
		for _, st := range p.order {
			if st.method("DescribeAPI") != nil {
				continue // wired by hand
			}
			d := &description{of: st}
			own := st.own(d, done, missing)
			st.embedded(m, d, "", st, done)
			if own || len(d.wires) > 0 {
				p.apis = append(p.apis, d)
			}
		}
	}
	for fd, st := range missing {
		if done[fd] {
			continue
		}
		st.pkg.warn(st.file.name, st.pkg.line(fd.pos), "%s.%s has no handler: write %s",
			st.name, fd.name, fd.signature(st, st.methodName(fd)))
	}
}

func (st *structure) methodName(fd *field) string { return naming.MethodName(fd.name, st.taken) }

// own wires the fields that st declares. It tells whether there are any to wire.
func (st *structure) own(d *description, done map[*field]bool, missing map[*field]*structure) bool {
	first, found := map[string]*field{}, false
	for i := range st.fields {
		fd := &st.fields[i]
		if fd.kind == nil || fd.name == "_" || fd.embedded {
			continue
		}
		line := st.pkg.line(fd.pos)
		if !fd.exported() {
			st.pkg.warn(st.file.name, line, "%s.%s is not exported, so it is no endpoint: begin its name with a capital", st.name, fd.name)
			continue
		}
		found = true
		name := st.methodName(fd)
		if other := first[name]; other != nil {
			st.pkg.warn(st.file.name, line, "%s.%s and %s.%s both have the handler %s: rename one of them",
				st.name, other.name, st.name, fd.name, name)
		}
		first[name] = fd
		h := st.method(name)
		if h == nil {
			missing[fd] = st
			continue
		}
		if st.fits(fd, st, h, name) {
			d.wires = append(d.wires, wiring{fd.name, name, st.pkg.at(st.file, fd.pos)})
		}
		done[fd] = true
	}
	return found
}

// fits tells whether h can be wired to fd, a field of st or of a struct embedded in it, and complains when it is not
// what fd asks for. What is wrong with the signature is wired all the same: then the compiler has the last word.
func (st *structure) fits(fd *field, of *structure, h *method, name string) bool {
	p := st.pkg
	if all := p.methods[st.name][name]; len(all) > 1 {
		p.warn(all[1].file.name, p.line(all[1].Pos()), "%s.%s is declared in %s already: keep one", st.name, name, p.at(h.file, h.Pos()))
	}
	if !h.pointer {
		p.warn(h.file.name, p.line(h.Pos()), "%s.%s has a value for its receiver: declare it on *%s", st.name, name, st.typeName())
		return false
	}
	if fault := fd.misshapen(h); fault != "" && of.pkg == p {
		p.warn(h.file.name, p.line(h.Pos()), "%s.%s %s: write %s", st.name, name, fault, fd.signature(st, name))
	}
	return true
}

// embedded wires the fields of the structs embedded in st by value, in the package or in another of the module, that
// methods of outer implement.
func (st *structure) embedded(m *module, d *description, prefix string, outer *structure, done map[*field]bool) {
	for i := range st.fields {
		fd := &st.fields[i]
		inner := m.structOf(st, fd)
		if !fd.embedded || inner == nil || inner == outer || strings.Count(prefix, ".") > 8 {
			continue
		}
		at := prefix + fd.name + "."
		for j := range inner.fields {
			deep := &inner.fields[j]
			if deep.kind == nil || !deep.exported() || deep.embedded {
				continue
			}
			name := naming.MethodName(deep.name, outer.taken)
			h := outer.method(name)
			if h == nil || inner.method(inner.methodName(deep)) != nil || outer.taken(deep.name) {
				continue
			}
			if outer.fits(deep, inner, h, name) {
				d.wires = append(d.wires, wiring{at + deep.name, name, outer.pkg.origin(inner, deep.pos)})
			}
			done[deep] = true
		}
		inner.embedded(m, d, at, outer, done)
	}
}

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
