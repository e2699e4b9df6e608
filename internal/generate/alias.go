package generate

import (
	"go/ast"
	"slices"
)

// An alias is another name of a type: type Action[T any] = api.Post[T, Out].
type alias struct {
	file   *file
	params []string
	expr   ast.Expr
}

func newAlias(f *file, s *ast.TypeSpec) *alias {
	a := &alias{file: f, expr: s.Type}
	if s.TypeParams != nil {
		for _, list := range s.TypeParams.List {
			for _, name := range list.Names {
				a.params = append(a.params, name.Name)
			}
		}
	}
	return a
}

// with is what the alias stands for with these type arguments.
func (a *alias) with(args []ast.Expr) ast.Expr {
	generic, list := uninstantiate(a.expr)
	if len(list) == 0 {
		return a.expr
	}
	filled := slices.Clone(list)
	for i, arg := range filled {
		if id, ok := arg.(*ast.Ident); ok && slices.Contains(a.params, id.Name) {
			filled[i] = args[slices.Index(a.params, id.Name)]
		}
	}
	return &ast.IndexListExpr{X: generic, Indices: filled}
}

// followAliases finds the kinds of fields whose types are aliases of the package: all files have to be read for it.
func (p *pkg) followAliases() {
	for _, st := range p.order {
		for i := range st.fields {
			if fd := &st.fields[i]; fd.kind == nil {
				fd.kind, fd.args = p.kindOf(fd.expr)
			}
		}
	}
}

// kindOf is that of the file which declares the type, by way of aliases.
func (p *pkg) kindOf(expr ast.Expr) (*kind, []ast.Expr) {
	for range len(p.aliases) { // one that leads to itself ends, too
		generic, args := uninstantiate(expr)
		id, ok := generic.(*ast.Ident)
		if !ok || p.aliases[id.Name] == nil || len(p.aliases[id.Name].params) != len(args) {
			return nil, nil
		}
		a := p.aliases[id.Name]
		expr = a.with(args)
		if k, args := a.file.kindOf(expr); k != nil {
			return k, args
		}
	}
	return nil, nil
}
