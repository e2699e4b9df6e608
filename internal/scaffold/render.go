// Package scaffold writes the files of a new project, and of a new app in a project.
package scaffold

import (
	"bytes"
	"fmt"
	"go/format"
	"io/fs"
	"path"
	"strings"
	"text/template"

	"golang.org/x/mod/modfile"

	"github.com/utilmeta/utilmeta-go/templates"
)

// A File is one to be written.
type File struct {
	Path    string // below the project's folder, with slashes
	Mode    fs.FileMode
	Content []byte
}

// functions are what templates may call besides text/template's own.
var functions = template.FuncMap{"quoteModule": modfile.AutoQuote}

// render executes the templates in a folder. The path of a file is that of its template, changed by rename.
func render(folder string, data any, rename func(string) string) (files []File, err error) {
	err = fs.WalkDir(templates.Files, folder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(templates.Files, name)
		if err != nil {
			return err
		}
		f := File{Path: rename(strings.TrimSuffix(strings.TrimPrefix(name, folder+"/"), ".tmpl")), Mode: 0o644}
		if f.Content, err = execute(name, string(text), data); err != nil {
			return err
		}
		files = append(files, f)
		return nil
	})
	return files, err
}

// execute renders one template; Go source is brought into its canonical form.
func execute(name, text string, data any) ([]byte, error) {
	t, err := template.New(name).Funcs(functions).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, data); err != nil {
		return nil, err
	}
	if path.Ext(strings.TrimSuffix(name, ".tmpl")) != ".go" {
		return b.Bytes(), nil
	}
	source, err := format.Source(b.Bytes())
	if err != nil {
		return nil, fmt.Errorf("template %s: %w", name, err)
	}
	return source, nil
}
