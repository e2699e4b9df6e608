package project

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
	"github.com/utilmeta/utilmeta-go/internal/generate"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

// PrintCodecs brings the codecs of the types that the APIs take and answer with up to date: of those that types names, as
// "user.SignupInput", or of all. The application must build without them.
func (p *Project) PrintCodecs(ctx context.Context, types ...string) ([]generate.Change, error) {
	layouts, err := p.layouts(ctx)
	if err != nil {
		return nil, err
	}
	packages, err := p.codecPackages()
	if err != nil {
		return nil, err
	}
	if err := packages.choose(layouts, types); err != nil {
		return nil, err
	}
	return packages.write()
}

// RemoveCodecs removes all codecs.
func (p *Project) RemoveCodecs() ([]generate.Change, error) {
	packages, err := p.codecPackages()
	if err != nil {
		return nil, err
	}
	return packages.write()
}

// checkCodecs looks for types that have changed since their codecs were printed.
func (p *Project) checkCodecs(ctx context.Context) (faults []string, err error) {
	packages, err := p.codecPackages()
	if err != nil || !packages.printed() {
		return nil, err
	}
	layouts, err := p.layouts(ctx)
	var built *BuildError
	var ended *exec.ExitError
	if errors.As(err, &built) || errors.As(err, &ended) {
		return nil, nil // what is wrong with the application is told already
	}
	if err != nil {
		return nil, err
	}
	packages.again(layouts)
	changes, err := packages.changes()
	for _, c := range changes {
		faults = append(faults, fmt.Sprintf("%s: stale: types that have changed go by their plans: run meta generate --codecs", c.Path))
	}
	return faults, err
}

// layouts asks the application for the layouts of its types.
func (p *Project) layouts(ctx context.Context) (l []schema.Layout, err error) {
	if _, err := p.Build(ctx); err != nil {
		return nil, err
	}
	out, err := p.stdout(ctx, "codecs")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(out, &l); err != nil {
		return nil, fmt.Errorf("%s codecs: %w", p.Name, err)
	}
	return slices.DeleteFunc(l, func(l schema.Layout) bool { return !codecgen.Printable(l) }), nil
}

// codecPackage is a package of the application with its codecs: as they are, and of which types there are to be some.
type codecPackage struct {
	generate.Package
	file    string
	old     []byte // nil for none
	layouts []schema.Layout
}

type codecPackages []*codecPackage

func (p *Project) codecPackages() (l codecPackages, err error) {
	packages, err := generate.Packages(p.Dir())
	if err != nil {
		return nil, err
	}
	for _, pkg := range packages {
		if pkg.Name == "main" && pkg.Dir == filepath.ToSlash(filepath.Clean(p.Main)) {
			pkg.Path = "main" // as reflection calls it
		}
		c := &codecPackage{Package: pkg, file: path.Join(pkg.Dir, codecgen.FileName)}
		if c.old, err = os.ReadFile(filepath.FromSlash(c.file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if c.old != nil && !bytes.HasPrefix(c.old, []byte(codecgen.Header)) {
			return nil, fmt.Errorf("%s: is not written by meta generate: rename it, its name is needed", c.file)
		}
		l = append(l, c)
	}
	return l, nil
}

// find finds the package that a layout's type is of, nil for one that is not of the application.
func (l codecPackages) find(of schema.Layout) *codecPackage {
	i := slices.IndexFunc(l, func(c *codecPackage) bool { return c.Path == of.Package })
	if i < 0 {
		return nil
	}
	return l[i]
}

// choose sets the types that there are to be codecs of.
func (l codecPackages) choose(layouts []schema.Layout, types []string) error {
	var known []string
	wanted := map[string]bool{}
	for _, t := range types {
		wanted[t] = true
	}
	for _, layout := range layouts {
		c := l.find(layout)
		if c == nil {
			continue
		}
		name := c.Name + "." + layout.Type
		known = append(known, name)
		if len(types) == 0 || wanted[name] {
			c.layouts = append(c.layouts, layout)
		}
	}
	for _, t := range types {
		if !slices.Contains(known, t) {
			return unknownType(t, known)
		}
	}
	return nil
}

func unknownType(name string, known []string) error {
	if near := naming.Nearest(name, known...); near != "" {
		return fmt.Errorf("%s: no API takes it or answers with it: did you mean %s?", name, near)
	}
	return fmt.Errorf("%s: no API takes it or answers with it: there are %s", name, cmp.Or(strings.Join(known, ", "), "none"))
}

var registered = regexp.MustCompile(`schema\.Codec\{Type: "[^"]*\.(\w+)"`)

// again chooses the types that there are codecs of.
func (l codecPackages) again(layouts []schema.Layout) {
	for _, layout := range layouts {
		c := l.find(layout)
		if c == nil {
			continue
		}
		for _, m := range registered.FindAllSubmatch(c.old, -1) {
			if string(m[1]) == layout.Type {
				c.layouts = append(c.layouts, layout)
			}
		}
	}
}

func (l codecPackages) printed() bool {
	return slices.ContainsFunc(l, func(c *codecPackage) bool { return c.old != nil })
}

// changes prints the codecs and tells which files that changes; text is nil for one to remove.
func (l codecPackages) changes() (changes []codecChange, err error) {
	for _, c := range l {
		change := codecChange{Change: generate.Change{Path: c.file, Op: generate.Update}}
		switch {
		case len(c.layouts) == 0 && c.old == nil:
			continue
		case len(c.layouts) == 0:
			change.Op = generate.Remove
		case c.old == nil:
			change.Op = generate.Create
		}
		if len(c.layouts) > 0 {
			if change.text, err = codecgen.Print(c.Name, c.layouts); err != nil {
				return nil, fmt.Errorf("%s: %w", c.file, err)
			}
			if bytes.Equal(change.text, c.old) {
				continue
			}
		}
		changes = append(changes, change)
	}
	return changes, nil
}

type codecChange struct {
	generate.Change
	text []byte
}

func (l codecPackages) write() (written []generate.Change, err error) {
	changes, err := l.changes()
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		file := filepath.FromSlash(c.Path)
		if c.Op == generate.Remove {
			err = os.Remove(file)
		} else {
			err = atomicfile.Write(file, c.text, 0o644)
		}
		if err != nil {
			return written, err
		}
		written = append(written, c.Change)
	}
	return written, nil
}
