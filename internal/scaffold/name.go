package scaffold

import (
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"regexp"
	"slices"
	"strings"

	"entgo.io/ent/entc/gen"
	"golang.org/x/mod/module"
)

const maxName = 40

var (
	projectName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	appName     = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// standard are the first elements of the import paths of Go's library and tools: a module of that name would hide them.
var standard = strings.Fields(`archive bufio builtin bytes cmd cmp compress container context crypto database debug embed
	encoding errors expvar flag fmt go hash html image index internal io iter log main maps math mime net os path plugin
	reflect regexp runtime slices sort std strconv strings structs sync syscall testing text time toolchain unicode unique
	unsafe vendor weak`)

// folders are what a project has besides its apps.
var folders = strings.Fields("config server ent migrations main internal vendor testdata cmd templates static web docs tests node_modules")

// CheckProject refuses a name that a project, which is also its folder, its module and its binary, cannot have.
func CheckProject(name string) error {
	if err := checkName("project", name, projectName, "a letter, then letters, digits, - and _, all lower-case"); err != nil {
		return err
	}
	if slices.Contains(standard, name) {
		return fmt.Errorf("project name %q: a package of Go's library: add a word, such as %s-app", name, name)
	}
	return nil
}

// CheckModule refuses a path that no module can have.
func CheckModule(path string) error {
	if err := module.CheckImportPath(path); err != nil {
		return fmt.Errorf("--module %q: not an import path: write one such as example.com/team/name", path)
	}
	first, _, _ := strings.Cut(path, "/")
	if slices.Contains(standard, first) {
		return fmt.Errorf("--module %q: begins as Go's library does: write one such as example.com/%s", path, path)
	}
	return nil
}

// CheckApp refuses a name that an app, which is also its package and its entity, cannot have.
func CheckApp(name string) error {
	if err := checkName("app", name, appName, "a letter, then letters, digits and _, all lower-case"); err != nil {
		return err
	}
	n := names(name)
	switch {
	case slices.Contains(standard, n.Package):
		return fmt.Errorf("app name %q: a package of Go's library: choose another", name)
	case slices.Contains(folders, n.Package):
		return fmt.Errorf("app name %q: a folder of the project: choose another", name)
	case strings.HasSuffix(n.Package, "test"):
		return fmt.Errorf("app name %q: packages that end in test are Go's tests: choose another", name)
	}
	if err := gen.ValidSchemaName(n.Entity); err != nil {
		return fmt.Errorf("app name %q: the entity %s would clash with what ent generates: choose another", name, n.Entity)
	}
	return nil
}

func checkName(kind, name string, pattern *regexp.Regexp, rule string) error {
	switch {
	case name == "":
		return errors.New(kind + " name: empty: write " + rule)
	case len(name) > maxName:
		return fmt.Errorf("%s name %.20q...: longer than %d characters: choose a shorter one", kind, name, maxName)
	case !pattern.MatchString(name):
		return fmt.Errorf("%s name %q: write %s", kind, name, rule)
	case strings.ContainsAny(name[len(name)-1:], "-_"):
		return fmt.Errorf("%s name %q: ends in %s: leave that out", kind, name, name[len(name)-1:])
	case token.IsKeyword(name):
		return fmt.Errorf("%s name %q: a keyword of Go: choose another", kind, name)
	case types.Universe.Lookup(name) != nil:
		return fmt.Errorf("%s name %q: means something in Go: choose another", kind, name)
	}
	return nil
}
