package project

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
	"github.com/utilmeta/utilmeta-go/internal/generate"
)

// codecPackage is a package of the application with its codecs: as they are, and of which types there are to be some.
type codecPackage struct {
	codecgen.Package
	generate.Change        // to its file
	importPath      string // and what reflection calls it
	reflected       string
	dir             string
	old             []byte // nil for none
	foreign         bool   // old was not printed
	text            []byte // what old is to be
}

type codecPackages []*codecPackage

func (p *Project) codecPackages() (l codecPackages, err error) {
	packages, err := generate.Packages(p.Dir())
	if err != nil {
		return nil, err
	}
	for _, pkg := range packages {
		c := &codecPackage{
			Package:    codecgen.Package{Name: pkg.Name, Declared: pkg.Declared},
			Change:     generate.Change{Path: path.Join(pkg.Dir, codecgen.FileName)},
			importPath: pkg.Path, reflected: pkg.Path, dir: pkg.Dir,
		}
		if pkg.Name == "main" && pkg.Dir == filepath.ToSlash(filepath.Clean(p.Main)) {
			c.reflected = "main"
		}
		old, err := os.ReadFile(filepath.FromSlash(c.Path))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err == nil {
			c.old = append([]byte{}, bytes.ReplaceAll(old, []byte("\r\n"), []byte("\n"))...)
			c.foreign = !codecgen.Generated(old)
			c.Chosen = codecgen.Chosen(old)
		}
		l = append(l, c)
	}
	return l, nil
}

// find finds the package that a layout's type is of, nil for one that is not of the application.
func (l codecPackages) find(of schema.Layout) *codecPackage {
	if i := slices.IndexFunc(l, func(c *codecPackage) bool { return c.reflected == of.Package }); i >= 0 {
		return l[i]
	}
	return nil
}

func (c *codecPackage) printed() bool { return c.old != nil && !c.foreign }

func (l codecPackages) printed() bool { return slices.ContainsFunc(l, (*codecPackage).printed) }

// dirs are the folders of packages with codecs, as the go command takes them.
func (l codecPackages) dirs() (dirs []string) {
	for _, c := range l {
		if c.printed() {
			dirs = append(dirs, "./"+c.dir)
		}
	}
	return dirs
}

// changes prints the codecs and lists the packages whose files that changes.
func (l codecPackages) changes() (changed codecPackages, err error) {
	for _, c := range l {
		switch {
		case len(c.Layouts) == 0 && !c.printed():
			continue
		case c.foreign:
			return nil, fmt.Errorf("%s: was not written by meta generate: rename it, its name is needed", c.Path)
		case len(c.Layouts) == 0:
			c.Op = generate.Remove
		case c.old == nil:
			c.Op = generate.Create
		default:
			c.Op = generate.Update
		}
		if len(c.Layouts) > 0 {
			if c.text, err = codecgen.Print(c.Package); err != nil {
				return nil, fmt.Errorf("%s: %w", c.Path, err)
			}
		}
		if c.Op != generate.Update || !bytes.Equal(c.text, c.old) {
			changed = append(changed, c)
		}
	}
	return changed, nil
}

// why is what is wrong with the file.
func (c *codecPackage) why() string {
	if c.Op == generate.Create {
		return "missing: its types go by their plans"
	}
	now := map[string]uint64{}
	for _, x := range c.Layouts {
		now[x.Type] = x.Print
	}
	var names []string
	for _, name := range codecgen.Types(c.old) {
		if print, ok := now[name]; !ok || !bytes.Contains(c.old, codecgen.Registration(name, print)) {
			names = append(names, name)
		}
		delete(now, name)
	}
	for name := range now {
		names = append(names, name)
	}
	if len(names) == 0 {
		return "stale: the same types would be printed otherwise now"
	}
	slices.Sort(names)
	return "stale: " + strings.Join(names, ", ")
}

func (l codecPackages) write() (written []generate.Change, err error) {
	changed, err := l.changes()
	if err != nil {
		return nil, err
	}
	for _, c := range changed {
		file := filepath.FromSlash(c.Path)
		if c.Op == generate.Remove {
			err = os.Remove(file)
		} else if err = atomicfile.Write(file, c.text, 0o644); err != nil {
			err = fmt.Errorf("%s: cannot be written: %w", c.Path, err)
		}
		if err != nil {
			return written, err
		}
		written = append(written, c.Change)
	}
	return written, nil
}
