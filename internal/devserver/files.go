package devserver

import (
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
	"github.com/utilmeta/utilmeta-go/internal/generate"
	"github.com/utilmeta/utilmeta-go/internal/project"
)

// byproducts end the names of files that programs write while they run.
var byproducts = []string{"~", ".db", ".sqlite", ".sqlite3", "-wal", "-shm", "-journal", ".bak", ".log", ".tmp", ".test", ".pid", ".out"}

// ignored tells what may change without the application p: what is generated, what programs write, what tools keep.
func ignored(p *project.Project, name string) bool {
	base := path.Base(name)
	switch {
	case base == project.EnvFile:
		return false
	case strings.HasPrefix(base, "."), base == "node_modules", base == generate.FileName, base == codecgen.FileName, name == p.PIDFile:
		return true
	case strings.HasPrefix(name, project.ModelsDir+"/"):
		return name != project.SchemaDir && !strings.HasPrefix(name, project.SchemaDir+"/")
	}
	if c, err := p.Database(); err == nil && c.Engine == db.SQLite && name == path.Clean(filepath.ToSlash(c.Name)) {
		return true
	}
	return slices.ContainsFunc(byproducts, func(end string) bool { return strings.HasSuffix(base, end) })
}

// concernsModels tells whether ent has to run again.
func concernsModels(files []string) bool {
	return slices.ContainsFunc(files, func(name string) bool {
		return name == "." || strings.HasPrefix(name, project.SchemaDir+"/")
	})
}

// has tells whether a file is among those that changed.
func has(files []string, name string) bool {
	return slices.Contains(files, name) || slices.Contains(files, ".")
}

// copyFile puts a copy in the place of a file that may be running.
func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(to+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o755)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if closing := out.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return err
	}
	return os.Rename(to+".new", to)
}
