package client

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/atomicfile"
)

// A File is where a client is written to.
type File struct {
	Path  string
	Force bool // it is overwritten even if it does not say that it was generated
}

// FileOf is the file that a client in a language goes to: to itself, or client_gen.go or client.ts in the folder to.
func FileOf(to, lang string) (File, error) {
	l, err := languageOf(lang)
	if err != nil {
		return File{}, err
	}
	if to == "-" {
		return File{}, errors.New("--to -: leave out --to for standard output")
	}
	if info, err := os.Stat(to); err == nil && info.IsDir() || filepath.Ext(to) == "" || strings.HasSuffix(to, string(filepath.Separator)) {
		return File{Path: filepath.Join(to, l.file)}, nil
	}
	if ext := filepath.Ext(to); ext != filepath.Ext(l.file) {
		return File{}, fmt.Errorf("%s: a client in %s ends with %s: name a folder, another file or another --lang", to, l.name, filepath.Ext(l.file))
	}
	return File{Path: to}, nil
}

// Holds tells whether the file is text, to the byte.
func (f File) Holds(text []byte) (bool, error) {
	got, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return bytes.Equal(got, text), err
}

// Write makes the file text, at once or not at all. A file that exists and does not say in its first line that it was
// generated is left alone.
func (f File) Write(text []byte) error {
	old, err := os.ReadFile(f.Path)
	mark, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err == nil && !f.Force && !bytes.HasPrefix(old, mark):
		return fmt.Errorf("%s: is there and was not generated: choose another file, or say --force", f.Path)
	}
	if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
		return err
	}
	return atomicfile.Write(f.Path, text, 0o644)
}
