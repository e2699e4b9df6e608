package config

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FileName is the name of the file that makes a folder a project.
const FileName = "meta.ini"

// A Project is what meta.ini says. Relative paths in it start at Dir.
type Project struct {
	Name    string // the service's name: letters, digits, - and _
	Main    string // the folder of package main; "" means the project's own
	App     string // the folder of the package with the root API; "" means that of Main
	PIDFile string // where the running service leaves its process id; "" means nowhere
	Node    string // the id under which an operations platform knows this service; "" before it is connected

	Path string // the file it was read from
}

// Dir is the project's folder, where its meta.ini is.
func (p *Project) Dir() string { return filepath.Dir(p.Path) }

// Find returns the path of the meta.ini in dir, or else in the nearest folder above that has one. The error is
// [fs.ErrNotExist] when there is none.
func Find(dir string) (string, error) {
	start, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for d := start; ; d = filepath.Dir(d) {
		path := filepath.Join(d, FileName)
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			return path, nil
		}
		if d == filepath.Dir(d) {
			return "", &notFoundError{start}
		}
	}
}

type notFoundError struct{ dir string }

func (e *notFoundError) Error() string {
	return FileName + ": not in " + e.dir + " or above: go into a project, or make one with meta setup"
}

func (e *notFoundError) Is(target error) bool { return target == fs.ErrNotExist }

// Read reads the meta.ini at path.
func Read(path string) (*Project, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxINI+1))
	if err != nil {
		return nil, err
	}
	return ParseINI(path, data)
}

// Format returns the project as the text of a meta.ini. What is empty is left out.
func (p *Project) Format() []byte {
	var b bytes.Buffer
	b.WriteString("[utilmeta]\n")
	for _, key := range keys {
		if value := *key.of(p); value != "" {
			fmt.Fprintf(&b, "%s = %s\n", key.name, value)
		}
	}
	return b.Bytes()
}

// Write writes the project to path, over what is there. It refuses a value that would not be read back as it is.
func (p *Project) Write(path string) error {
	text := p.Format()
	back, err := ParseINI(path, text)
	if err != nil {
		return err
	}
	for _, key := range keys {
		if *key.of(p) != *key.of(back) {
			return fmt.Errorf("%s: %s %q cannot be written: no spaces at its ends, no line breaks", path, key.name, *key.of(p))
		}
	}
	return os.WriteFile(path, text, 0o644)
}
