package generate

import (
	"go/ast"
	"go/token"
	"reflect"
	"strconv"
	"strings"
)

// A structure is a struct type of a package.
type structure struct {
	pkg    *pkg
	file   *file
	name   string
	params []string // its type parameters
	doc    string
	pos    token.Pos
	fields []field // in source order
}

// A field is one name in a structure.
type field struct {
	name     string
	doc      string
	pos      token.Pos
	expr     ast.Expr // its type
	kind     *kind    // nil when it is no endpoint, loader or catch
	args     []ast.Expr
	tag      reflect.StructTag
	embedded bool
}

func newStructure(p *pkg, f *file, d *ast.GenDecl, s *ast.TypeSpec, t *ast.StructType) *structure {
	st := &structure{pkg: p, file: f, name: s.Name.Name, pos: s.Pos(), doc: docOf(s.Doc, s.Comment)}
	if !d.Lparen.IsValid() {
		st.doc = docOf(d.Doc, s.Doc, s.Comment)
	}
	if s.TypeParams != nil {
		for _, list := range s.TypeParams.List {
			for _, name := range list.Names {
				param := name.Name
				if param == "_" {
					param = "T" + strconv.Itoa(len(st.params))
				}
				st.params = append(st.params, param)
			}
		}
	}
	for _, list := range t.Fields.List {
		fd := field{doc: docOf(list.Doc, list.Comment), expr: list.Type}
		if list.Tag != nil {
			text, _ := strconv.Unquote(list.Tag.Value)
			fd.tag = reflect.StructTag(text)
		}
		fd.kind, fd.args = f.kindOf(list.Type)
		if len(list.Names) == 0 {
			fd.name, fd.pos, fd.embedded = baseName(list.Type), list.Type.Pos(), true
			st.fields = append(st.fields, fd)
		}
		for _, name := range list.Names {
			fd.name, fd.pos = name.Name, name.Pos()
			st.fields = append(st.fields, fd)
		}
	}
	return st
}

// exported tells whether the field can be seen from other packages.
func (fd *field) exported() bool { return token.IsExported(fd.name) }

// taken tells whether st declares a field called name.
func (st *structure) taken(name string) bool {
	for i := range st.fields {
		if st.fields[i].name == name {
			return true
		}
	}
	return false
}

// method returns the method of st called name, or nil.
func (st *structure) method(name string) *method {
	if all := st.pkg.methods[st.name][name]; len(all) > 0 {
		return all[0]
	}
	return nil
}

// is tells whether expr is the type name of the package with importPath.
func (f *file) is(expr ast.Expr, importPath, name string) bool {
	switch e := ast.Unparen(expr).(type) {
	case *ast.SelectorExpr:
		x, ok := e.X.(*ast.Ident)
		return ok && e.Sel.Name == name && f.imports[x.Name] == importPath
	case *ast.Ident:
		return e.Name == name && f.imports["."] == importPath
	}
	return false
}

// receiver is what the first method of st calls its receiver.
func (st *structure) receiver() string {
	if name := st.pkg.receivers[st.name]; name != "" {
		return name
	}
	return "a"
}

// typeName is the type st in its own methods: the name with its type parameters.
func (st *structure) typeName() string {
	if len(st.params) == 0 {
		return st.name
	}
	return st.name + "[" + strings.Join(st.params, ", ") + "]"
}

// uninstantiate takes an instantiated type apart: the generic type and its arguments, none for any other type.
func uninstantiate(expr ast.Expr) (ast.Expr, []ast.Expr) {
	switch e := ast.Unparen(expr).(type) {
	case *ast.IndexExpr:
		return ast.Unparen(e.X), []ast.Expr{e.Index}
	case *ast.IndexListExpr:
		return ast.Unparen(e.X), e.Indices
	default:
		return e, nil
	}
}

// baseName is the name of an embedded field of the type expr.
func baseName(expr ast.Expr) string {
	expr, _ = uninstantiate(expr)
	switch e := expr.(type) {
	case *ast.StarExpr:
		return baseName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}

// docOf is the text of the first of the comments that has one.
func docOf(comments ...*ast.CommentGroup) string {
	for _, c := range comments {
		if text := strings.TrimSpace(c.Text()); text != "" {
			return text
		}
	}
	return ""
}
