package scaffold

import (
	"bytes"
	"cmp"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// rootAPI is the type whose fields are the APIs of a project.
const rootAPI = "RootAPI"

// A Mount is what puts an app's API into the source of the root API.
type Mount struct {
	Import string // path of the app's package
	Module string // of the project
	Field  string // "User"
	Type   string // "*user.API"
	Value  string // "user.New(database)"
}

// Lines are those to be added by hand where Insert cannot.
func (m Mount) Lines() []string {
	return []string{strconv.Quote(m.Import), m.Field + " " + m.Type, m.Field + ": " + m.Value + ","}
}

// Insert adds the import, the field of RootAPI and its value to a source file. The rest stays as it is. The error says
// what is not as it expects.
func (m Mount) Insert(name string, src []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	in := &inserter{src: src, fset: fset, file: file}
	for _, step := range []func(Mount) error{in.free, in.field, in.value, in.imports} {
		if err := step(m); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return format.Source(in.apply())
}

// A takenError says that a name is in use where the app needs it.
type takenError struct{ error }

// inserter gathers texts to put into a file.
type inserter struct {
	src   []byte
	fset  *token.FileSet
	file  *ast.File
	edits []edit
}

type edit struct {
	offset int
	text   string
}

func (in *inserter) insert(at token.Pos, text string) {
	in.edits = append(in.edits, edit{in.fset.Position(at).Offset, text})
}

// apply makes the edits from the last to the first, so that none moves another.
func (in *inserter) apply() []byte {
	slices.SortStableFunc(in.edits, func(a, b edit) int { return cmp.Compare(b.offset, a.offset) })
	out := bytes.Clone(in.src)
	for _, e := range in.edits {
		out = slices.Insert(out, e.offset, []byte(e.text)...)
	}
	return out
}

// free makes sure that the package's name means nothing else in the file.
func (in *inserter) free(m Mount) error {
	name := m.Import[strings.LastIndexByte(m.Import, '/')+1:]
	for _, spec := range in.file.Imports {
		path, _ := strconv.Unquote(spec.Path.Value)
		as := path[strings.LastIndexByte(path, '/')+1:]
		if spec.Name != nil {
			as = spec.Name.Name
		}
		if as == name {
			return takenError{fmt.Errorf("%s is the name of the import %q there: choose another name", name, path)}
		}
	}
	for id := range declared(in.file) {
		if id.Name == name {
			return takenError{fmt.Errorf("line %d: %s is a name there: choose another", in.fset.Position(id.Pos()).Line, name)}
		}
	}
	return nil
}

// declared yields the names that a piece of source declares, fields of structs apart.
func declared(root ast.Node) iter.Seq[*ast.Ident] {
	return func(yield func(*ast.Ident) bool) {
		going := true
		give := func(ids ...*ast.Ident) {
			for _, id := range ids {
				going = going && yield(id)
			}
		}
		ast.Inspect(root, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.StructType, *ast.InterfaceType:
				return false
			case *ast.FuncDecl:
				if n.Recv == nil {
					give(n.Name)
				}
			case *ast.TypeSpec:
				give(n.Name)
			case *ast.ValueSpec:
				give(n.Names...)
			case *ast.Field:
				give(n.Names...)
			case *ast.AssignStmt:
				for _, e := range n.Lhs {
					if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
						give(id)
					}
				}
			}
			return going
		})
	}
}

// field adds the field to the declaration of RootAPI.
func (in *inserter) field(m Mount) error {
	var found *ast.StructType
	for _, decl := range in.file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok && s.Name.Name == rootAPI {
					found, _ = s.Type.(*ast.StructType)
				}
			}
		}
	}
	if found == nil {
		return fmt.Errorf("no struct %s is declared", rootAPI)
	}
	for _, f := range found.Fields.List {
		for _, name := range f.Names {
			if name.Name == m.Field {
				return takenError{fmt.Errorf("%s has a field %s: choose another name", rootAPI, m.Field)}
			}
		}
	}
	in.before(found.Fields.Opening, found.Fields.Closing, m.Field+" "+m.Type, false)
	return nil
}

// value adds the field's value to the one literal of RootAPI.
func (in *inserter) value(m Mount) error {
	var found []*ast.CompositeLit
	ast.Inspect(in.file, func(n ast.Node) bool {
		if lit, ok := n.(*ast.CompositeLit); ok {
			if id, ok := lit.Type.(*ast.Ident); ok && id.Name == rootAPI {
				found = append(found, lit)
			}
		}
		return true
	})
	if len(found) != 1 {
		return fmt.Errorf("%d literals of %s, want one", len(found), rootAPI)
	}
	lit := found[0]
	if len(lit.Elts) > 0 {
		if _, ok := lit.Elts[0].(*ast.KeyValueExpr); !ok {
			return fmt.Errorf("line %d: the literal of %s names no fields", in.fset.Position(lit.Pos()).Line, rootAPI)
		}
	}
	if argument, ok := strings.CutSuffix(m.Value[strings.IndexByte(m.Value, '(')+1:], ")"); ok && !in.declares(argument, lit.Pos()) {
		return fmt.Errorf("line %d: no variable %s there", in.fset.Position(lit.Pos()).Line, argument)
	}
	in.before(lit.Lbrace, lit.Rbrace, m.Field+": "+m.Value+",", len(lit.Elts) > 0)
	return nil
}

// declares tells whether a variable is declared before a place in the function around it.
func (in *inserter) declares(name string, at token.Pos) bool {
	for _, decl := range in.file.Decls {
		if decl.Pos() > at || at > decl.End() {
			continue
		}
		for id := range declared(decl) {
			if id.Name == name && id.Pos() < at {
				return true
			}
		}
	}
	return false
}

// before puts a line before a closing brace, on lines of its own.
func (in *inserter) before(opening, closing token.Pos, line string, list bool) {
	from, to := in.fset.Position(opening).Offset+1, in.fset.Position(closing).Offset
	inside := string(in.src[from:to])
	switch {
	case strings.TrimSpace(inside) == "":
		line = strings.Repeat("\n", 1-min(strings.Count(inside, "\n"), 1)) + line + "\n"
	case strings.Contains(inside, "\n"): // the brace stands alone
		line += "\n"
	default: // all on one line
		in.insert(opening+1, "\n")
		if list && !strings.HasSuffix(strings.TrimSpace(inside), ",") {
			line = ",\n" + line
		} else {
			line = "\n" + line
		}
		line += "\n"
	}
	in.insert(closing, line)
}

// imports adds the import beside those of the project.
func (in *inserter) imports(m Mount) error {
	line := strconv.Quote(m.Import)
	var beside *ast.ImportSpec
	for _, spec := range in.file.Imports {
		if path, _ := strconv.Unquote(spec.Path.Value); strings.HasPrefix(path, m.Module+"/") {
			beside = spec
		}
	}
	for _, decl := range in.file.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.IMPORT || !d.Lparen.IsValid() {
			continue
		}
		if beside != nil && d.Pos() < beside.Pos() && beside.End() <= d.Rparen {
			in.insert(beside.Pos(), line+"\n") // formatting sorts them
			return nil
		}
	}
	in.insert(in.file.Name.End(), "\n\nimport "+line+"\n")
	return nil
}
