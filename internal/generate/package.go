package generate

import (
	"bytes"
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/codecgen"
)

// A pkg is the syntax of one package: the files that would be built, without tests and without our own.
type pkg struct {
	dir  string // below the root, with slashes, "." for the root itself
	path string // its import path, "" outside of a module
	name string

	fset    *token.FileSet
	files   []*file
	structs map[string]*structure
	order   []*structure // as they stand in the files
	aliases map[string]*alias
	methods map[string]map[string][]*method // by type and name
	scope   map[string]bool                 // names declared in the package, methods aside

	receivers map[string]string // what the first method of a type calls its receiver

	generated []byte // its api_gen.go as it is, nil when there is none
	foreign   bool   // whether that one is not ours
	excluded  bool   // whether there are files, but none for this platform

	apis        []*description // what its api_gen.go is to describe
	diagnostics []Diagnostic
}

// A file is one source file with what its imports are called in it.
type file struct {
	name    string
	syntax  *ast.File
	imports map[string]string // path by name; names that are not given are guessed
}

// A method is a function with a receiver.
type method struct {
	*ast.FuncDecl
	file    *file
	pointer bool // whether the receiver is a pointer
}

func newPackage(rel string) *pkg {
	return &pkg{
		dir: rel, fset: token.NewFileSet(), structs: map[string]*structure{}, aliases: map[string]*alias{}, methods: map[string]map[string][]*method{},
		scope: map[string]bool{}, receivers: map[string]string{},
	}
}

// readPackage reads the package in folder dir. It is nil when there is no Go file.
func readPackage(dir, rel string) (*pkg, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	p := newPackage(rel)
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		if name == codecgen.FileName {
			continue // nothing of it is anybody's source, in whatever state it is
		}
		if name == FileName {
			p.generated = content
			p.foreign = !bytes.HasPrefix(content, []byte(header))
			if !p.foreign {
				continue
			}
		}
		if match, err := build.Default.MatchFile(dir, name); err == nil && !match {
			p.excluded = true
			continue
		}
		p.read(name, content)
	}
	p.followAliases()
	p.excluded = p.excluded && len(p.files) == 0
	if len(p.files) == 0 && p.generated == nil && !p.broken() {
		return nil, nil
	}
	return p, nil
}

func (p *pkg) read(name string, content []byte) {
	syntax, err := parser.ParseFile(p.fset, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if list := (scanner.ErrorList)(nil); errors.As(err, &list) {
		for _, e := range list {
			p.fail(name, max(e.Pos.Line, 1), "%s", e.Msg)
		}
	}
	if syntax == nil || syntax.Name == nil {
		return
	}
	f := &file{name: name, syntax: syntax, imports: importsOf(syntax)}
	if p.name == "" {
		p.name = syntax.Name.Name
	}
	if p.name != syntax.Name.Name {
		p.fail(name, p.line(syntax.Name.Pos()), "package %s, but %s has package %s: keep one package a folder",
			syntax.Name.Name, p.files[0].name, p.name)
		return
	}
	p.files = append(p.files, f)
	for _, decl := range syntax.Decls {
		switch d := decl.(type) {
		case *ast.GenDecl:
			p.declare(f, d)
		case *ast.FuncDecl:
			if d.Recv == nil {
				p.scope[d.Name.Name] = true
			} else {
				p.addMethod(f, d)
			}
		}
	}
}

func (p *pkg) declare(f *file, d *ast.GenDecl) {
	for _, spec := range d.Specs {
		switch s := spec.(type) {
		case *ast.ValueSpec:
			for _, name := range s.Names {
				p.scope[name.Name] = true
			}
		case *ast.TypeSpec:
			p.scope[s.Name.Name] = true
			if s.Assign.IsValid() {
				p.aliases[s.Name.Name] = newAlias(f, s)
			}
			if t, ok := s.Type.(*ast.StructType); ok && !s.Assign.IsValid() && p.structs[s.Name.Name] == nil {
				st := newStructure(p, f, d, s, t)
				p.structs[st.name] = st
				p.order = append(p.order, st)
			}
		}
	}
}

func (p *pkg) addMethod(f *file, d *ast.FuncDecl) {
	if len(d.Recv.List) == 0 {
		return
	}
	m := &method{FuncDecl: d, file: f}
	t := ast.Unparen(d.Recv.List[0].Type)
	if star, ok := t.(*ast.StarExpr); ok {
		m.pointer = true
		t = ast.Unparen(star.X)
	}
	t, _ = uninstantiate(t)
	receiver, ok := t.(*ast.Ident)
	if !ok {
		return
	}
	if p.methods[receiver.Name] == nil {
		p.methods[receiver.Name] = map[string][]*method{}
	}
	if names := d.Recv.List[0].Names; len(names) > 0 && names[0].Name != "_" && p.receivers[receiver.Name] == "" {
		p.receivers[receiver.Name] = names[0].Name
	}
	of := p.methods[receiver.Name]
	of[d.Name.Name] = append(of[d.Name.Name], m)
}

func importsOf(f *ast.File) map[string]string {
	imports := map[string]string{}
	for _, spec := range f.Imports {
		importPath, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(importPath)
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = importPath
	}
	return imports
}

// rel is a file of p below the root.
func (p *pkg) rel(name string) string { return path.Join(p.dir, name) }

func (p *pkg) line(pos token.Pos) int { return p.fset.PositionFor(pos, false).Line }

// at is a position as the generated file tells it, such as "api.go:13".
func (p *pkg) at(f *file, pos token.Pos) string { return f.name + ":" + strconv.Itoa(p.line(pos)) }

// free returns name, or one like it that the package does not declare.
func (p *pkg) free(name string) string {
	for p.scope[name] {
		name += "_"
	}
	return name
}
