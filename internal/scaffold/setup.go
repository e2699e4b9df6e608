package scaffold

import (
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// A Setup says what a new project is to be. Module "" is Name.
type Setup struct {
	Name        string
	Module      string
	Description string
	Engine      string // db.SQLite or db.Postgres
	Framework   Framework
}

// unsupported are databases that people ask for by name.
var unsupported = map[string]string{
	"mysql": "MySQL", "mariadb": "MariaDB", "oracle": "Oracle", "mssql": "SQL Server", "sqlserver": "SQL Server",
	"mongodb": "MongoDB", "mongo": "MongoDB", "cockroachdb": "CockroachDB", "cockroach": "CockroachDB",
}

// ParseEngine reads the name of a kind of database.
func ParseEngine(name string) (string, error) {
	switch name = strings.ToLower(name); name {
	case "sqlite", "sqlite3":
		return db.SQLite, nil
	case "postgres", "postgresql":
		return db.Postgres, nil
	}
	if product := unsupported[name]; product != "" {
		return "", fmt.Errorf("--db %s: %s is not supported: use sqlite or postgres", name, product)
	}
	return "", fmt.Errorf("--db %q: unknown database: use sqlite or postgres", name)
}

// Check refuses names that cannot be.
func (s *Setup) Check() error {
	if err := CheckProject(s.Name); err != nil {
		return err
	}
	if s.Module != "" {
		return CheckModule(s.Module)
	}
	return nil
}

// setupData is what the templates see.
type setupData struct {
	Setup
	SQLite      bool
	DatabaseURL string
	Secret      string
	GoVersion   string // "1.26"
}

// Files renders the project. It draws a new secret each time.
func (s *Setup) Files() ([]File, error) {
	d := setupData{Setup: *s, SQLite: s.Engine == db.SQLite, Secret: config.NewSecret().Reveal(), GoVersion: goVersion()}
	d.Description = strings.Join(strings.Fields(s.Description), " ")
	if d.Module == "" {
		d.Module = d.Name
	}
	d.DatabaseURL = "sqlite:" + s.Name + ".db"
	if !d.SQLite {
		d.DatabaseURL = "postgres://postgres@localhost:5432/" + s.Name
	}
	files, err := render("setup", d, setupPath)
	for i := range files {
		if files[i].Path == ".env" {
			files[i].Mode = 0o600
		}
	}
	return files, err
}

// setupPath gives the files their dots, which go:embed and the tools of this repository would mind.
func setupPath(name string) string {
	switch name {
	case "env", "env.example", "gitignore", "dockerignore":
		return "." + name
	}
	return name
}

// goVersion is the release of Go that this program was built with, without its patch level.
func goVersion() string {
	version, _, _ := strings.Cut(strings.TrimPrefix(runtime.Version(), "go"), " ")
	if parts := strings.Split(version, "."); len(parts) >= 2 {
		minor, _, _ := strings.Cut(parts[1], "-")
		return parts[0] + "." + minor
	}
	return "1.26"
}

// Write makes the folder named after the project in parent, whole or not at all: it is written beside under another
// name, prepared there, and given its name last.
func (s *Setup) Write(parent string, prepare func(dir string) error) (err error) {
	target := filepath.Join(parent, s.Name)
	if _, err := os.Lstat(target); err == nil {
		return fmt.Errorf("%s: there already: choose another name, or remove it", target)
	}
	files, err := s.Files()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(parent, "."+s.Name+"-")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	for _, f := range files {
		if err := f.write(dir); err != nil {
			return err
		}
	}
	if prepare != nil {
		if err := prepare(dir); err != nil {
			return err
		}
	}
	return os.Rename(dir, target)
}

// write makes the file, which must not be there.
func (f *File) write(root string) error {
	name := filepath.Join(root, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Join(root, filepath.FromSlash(path.Dir(f.Path))), 0o755); err != nil {
		return err
	}
	out, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, f.Mode)
	if err != nil {
		return err
	}
	_, err = out.Write(f.Content)
	if err = errors.Join(err, out.Close()); err != nil {
		err = errors.Join(err, os.Remove(name))
	}
	return err
}
