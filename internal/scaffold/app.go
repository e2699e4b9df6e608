package scaffold

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"

	"entgo.io/ent/entc/gen"

	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
)

// schemaDir is where a project's ent schemas are.
const schemaDir = "ent/schema"

// An App says what a new app of a project is to be.
type App struct {
	Name     string
	Accounts bool   // users who sign up and log in, instead of one plain entity
	Module   string // import path of the project
	Server   string // folder of the package with RootAPI
	SQLite   bool   // whether the project has the driver of SQLite
}

// appData is what the templates see.
type appData struct {
	App
	Names
	Plural string // the words for several
	First  bool   // whether the file of schemas is the first
}

// A Plan is what adding an app does to a project.
type Plan struct {
	Files  []File // new
	Server File   // the source of RootAPI with the app in it; no Path where that cannot be
	Mount  Mount
	Manual error // why the app has to be put into RootAPI by hand
}

// Plan works out what to do in the project at root. Nothing is written.
func (a *App) Plan(root string) (*Plan, error) {
	if err := CheckApp(a.Name); err != nil {
		return nil, err
	}
	d := appData{App: *a, Names: names(a.Name)}
	d.Plural = d.Words
	if plural, ok := gen.Funcs["plural"].(func(string) string); ok {
		d.Plural = plural(d.Words)
	}
	declared, err := entities(root)
	if err != nil {
		return nil, err
	}
	d.First = declared == nil
	folder, wanted := "app", []string{d.Entity}
	if a.Accounts {
		folder, wanted = "auth", []string{d.Entity, "Session"}
	}
	for i, entity := range wanted {
		if at, ok := declared[entity]; ok {
			return nil, fmt.Errorf("%s: there is a %s already: choose another name", at, entity)
		}
		if i > 0 && entity == d.Entity {
			return nil, fmt.Errorf("app name %q: accounts have a %s besides: choose another name, such as user", a.Name, entity)
		}
	}
	p := &Plan{}
	p.Files, err = render(folder, d, func(name string) string {
		if name == "entity.go" {
			return path.Join(schemaDir, a.Name+".go")
		}
		return path.Join(d.Package, name)
	})
	if err != nil {
		return nil, err
	}
	if err := p.unused(root, d.Package); err != nil {
		return nil, err
	}
	p.Mount = Mount{
		Import: path.Join(a.Module, d.Package), Module: a.Module,
		Field: d.Entity, Type: "*" + d.Package + ".API", Value: d.Package + ".New(database)",
	}
	p.Server, p.Manual = p.Mount.into(root, a.Server)
	if errors.As(p.Manual, &takenError{}) {
		return nil, p.Manual
	}
	return p, nil
}

// unused makes sure that nothing is written over.
func (p *Plan) unused(root, folder string) error {
	paths := []string{folder}
	for _, f := range p.Files {
		paths = append(paths, f.Path)
	}
	for _, name := range paths {
		if _, err := os.Lstat(filepath.Join(root, filepath.FromSlash(name))); err == nil {
			return fmt.Errorf("%s: there already: choose another name, or remove it", name)
		}
	}
	return nil
}

// entities lists the types that the schemas declare, with their places; nil when there is no schema.
func entities(root string) (map[string]string, error) {
	sources, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(schemaDir), "*.go"))
	if err != nil || sources == nil {
		return nil, err
	}
	found := map[string]string{}
	for _, name := range sources {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for id := range declared(file) {
			at := fset.Position(id.Pos())
			found[id.Name] = fmt.Sprintf("%s:%d", path.Join(schemaDir, filepath.Base(name)), at.Line)
		}
	}
	return found, nil
}

// into looks for the source of RootAPI in a folder and adds the app to it.
func (m Mount) into(root, folder string) (File, error) {
	sources, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*.go"))
	if err != nil {
		return File{}, err
	}
	for _, name := range sources {
		src, err := os.ReadFile(name)
		if err != nil {
			return File{}, err
		}
		if !declaresRoot(src) {
			continue
		}
		rel := path.Join(filepath.ToSlash(folder), filepath.Base(name))
		out, err := m.Insert(rel, src)
		if err != nil {
			return File{}, err
		}
		return File{Path: rel, Mode: 0o644, Content: out}, nil
	}
	return File{}, fmt.Errorf("%s: no file declares %s", filepath.ToSlash(folder), rootAPI)
}

func declaresRoot(src []byte) bool {
	if !bytes.Contains(src, []byte(rootAPI)) {
		return false
	}
	file, err := parser.ParseFile(token.NewFileSet(), "", src, parser.SkipObjectResolution)
	if file == nil || err != nil {
		return bytes.Contains(src, []byte("type "+rootAPI)) // Insert tells what is wrong
	}
	for _, decl := range file.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok && s.Name.Name == rootAPI {
					return true
				}
			}
		}
	}
	return false
}

// Lines tells what the plan does, one thing a line.
func (p *Plan) Lines() (lines []string) {
	for _, f := range p.Files {
		lines = append(lines, "create "+f.Path)
	}
	if p.Manual == nil {
		lines = append(lines, "change "+p.Server.Path)
		for _, line := range p.Mount.Lines() {
			lines = append(lines, "     + "+line)
		}
	}
	return lines
}

// Apply writes everything, or on an error nothing.
func (p *Plan) Apply(root string) (err error) {
	var undo []func() error
	defer func() {
		for i := len(undo) - 1; i >= 0 && err != nil; i-- {
			if failed := undo[i](); failed != nil && !errors.Is(failed, fs.ErrNotExist) {
				err = errors.Join(err, failed)
			}
		}
	}()
	for _, f := range p.Files {
		name := filepath.Join(root, filepath.FromSlash(f.Path))
		for dir := filepath.Dir(name); ; dir = filepath.Dir(dir) {
			if _, err := os.Stat(dir); err == nil {
				break
			}
			undo = append([]func() error{func() error { return os.Remove(dir) }}, undo...)
		}
		if err := f.write(root); err != nil {
			return err
		}
		undo = append(undo, func() error { return os.Remove(name) })
	}
	if p.Manual != nil {
		return nil
	}
	return p.Server.replace(root)
}

// replace writes a file in the place of the one that is there.
func (f *File) replace(root string) error {
	name := filepath.Join(root, filepath.FromSlash(f.Path))
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	return atomicfile.Write(name, f.Content, info.Mode().Perm())
}
