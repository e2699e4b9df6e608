package project

import (
	"context"
	"errors"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"

	"go/parser"
	"go/token"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// sqliteDriver is the package that needs a C compiler.
const sqliteDriver = "github.com/utilmeta/utilmeta-go/framework/db/sqlite"

// ErrCompiler says that SQLite cannot be compiled in.
var ErrCompiler = errors.New("SQLite: no C compiler: install gcc (Debian: apt install gcc libc6-dev; macOS: xcode-select --install), leave CGO_ENABLED unset, or use PostgreSQL")

// checkCompiler asks for a C compiler where the application's database is SQLite: it would build without one and fail
// when it opens the database.
func (p *Project) checkCompiler(ctx context.Context) error {
	c, err := p.Database()
	if err != nil || c.Engine != db.SQLite || !p.HasSQLite() {
		return nil
	}
	return CheckCompiler(ctx)
}

// CheckCompiler returns [ErrCompiler] where cgo is off or finds no compiler.
func CheckCompiler(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "env", "CGO_ENABLED", "CC").Output()
	if err != nil {
		return nil // the build says it better
	}
	enabled, cc, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if enabled != "1" {
		return ErrCompiler
	}
	if words := strings.Fields(cc); len(words) > 0 {
		if _, err := exec.LookPath(words[0]); err != nil {
			return ErrCompiler
		}
	}
	return nil
}

// imports tells whether a package of the application imports another.
func imports(root, path string) bool {
	found := errors.New("found")
	err := walkSources(root, func(name string) error {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return nil
		}
		for _, spec := range f.Imports {
			if strings.Trim(spec.Path.Value, `"`) == path {
				return found
			}
		}
		return nil
	})
	return errors.Is(err, found)
}

// walkSources calls visit for each Go file of the application, but for what ent has generated.
func walkSources(root string, visit func(name string) error) error {
	return filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		switch base := e.Name(); {
		case err != nil:
			return err
		case e.IsDir() && name != root && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "testdata" || base == "ent"):
			return fs.SkipDir
		case e.IsDir() || !strings.HasSuffix(base, ".go"):
			return nil
		}
		return visit(name)
	})
}

// HasSQLite tells whether the application has the driver of SQLite built in.
func (p *Project) HasSQLite() bool { return imports(p.Dir(), sqliteDriver) }
