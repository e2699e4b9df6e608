package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/document"
	"github.com/utilmeta/utilmeta-go/internal/project"
	"github.com/utilmeta/utilmeta-go/internal/swagger"
)

func openapiCommand() *cli.Command {
	return &cli.Command{
		Name: "openapi", Usage: "write the OpenAPI document",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Usage: "file to write; standard output if not given"},
			&cli.StringFlag{Name: "format", Usage: "json or yaml; by the name of the file, or json"},
			&cli.StringFlag{Name: "split", Usage: "folder that gets a document for each operation"},
			&cli.StringFlag{Name: "prefix", Usage: "only paths below it: /api/user"},
			&cli.StringFlag{Name: "diff", Usage: "an older document: tell what the contract breaks, exit 1 if anything"},
			&cli.GenericFlag{Name: "merge", Value: &words{}, Usage: "a file or URL with a document of Swagger 2.0 or OpenAPI 3 to merge; may be repeated"},
			&cli.GenericFlag{Name: "swag", Value: &words{}, Usage: "a folder of handlers with annotations of swag to merge; may be repeated; works outside a project too"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			w := &documentWriter{Context: c, merge: c.Generic("merge").(*words).list, swag: c.Generic("swag").(*words).list}
			w.Options = document.Options{
				To: c.String("to"), Format: c.String("format"), Split: c.String("split"), Prefix: c.String("prefix"), Diff: c.String("diff"),
			}
			if err := w.Check(); err != nil {
				return usage(fmt.Errorf("meta openapi: %w", err))
			}
			if _, err := config.Find("."); errors.Is(err, fs.ErrNotExist) && len(w.swag) > 0 {
				return w.alone()
			}
			return w.project()
		},
	}
}

// words are the values of a flag that may be repeated, commas being nothing special.
type words struct{ list []string }

// Set adds one.
func (w *words) Set(s string) error {
	if s == "" {
		return errors.New("is empty")
	}
	w.list = append(w.list, s)
	return nil
}

func (w *words) String() string { return strings.Join(w.list, " ") }

// documentWriter does what the flags of the command say.
type documentWriter struct {
	*cli.Context
	document.Options
	merge, swag []string
}

// project writes the document of the application, which its binary knows.
func (w *documentWriter) project() error {
	if err := w.fromRoot(); err != nil {
		return err
	}
	p, err := enter(w.Context)
	if err != nil {
		return err
	}
	files, remove, err := w.annotations(filepath.Join(p.Dir(), project.WorkDir))
	defer remove()
	if err != nil {
		return err
	}
	if _, err := p.Build(w.Context.Context); err != nil {
		return err
	}
	args := []string{"openapi"}
	for _, f := range []struct{ name, value string }{{"to", w.To}, {"format", w.Format}, {"split", w.Split}, {"prefix", w.Prefix}, {"diff", w.Diff}} {
		if f.value != "" {
			args = append(args, "--"+f.name, f.value)
		}
	}
	for _, word := range append(w.merge, files...) {
		args = append(args, "--merge", word)
	}
	code, err := p.Exec(w.Context.Context, args...)
	if err != nil {
		return err
	}
	return silent(code)
}

// fromRoot names files as they are seen from the project's folder, where the application runs.
func (w *documentWriter) fromRoot() error {
	ini, err := config.Find(".")
	if err != nil {
		return usage(err)
	}
	paths := []*string{&w.To, &w.Split, &w.Diff}
	for i := range w.merge {
		if openapi.Argument(w.merge[i]).File != "" {
			paths = append(paths, &w.merge[i])
		}
	}
	for i := range w.swag {
		paths = append(paths, &w.swag[i])
	}
	for _, path := range paths {
		if *path == "" || filepath.IsAbs(*path) {
			continue
		}
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
		if relative, err := filepath.Rel(filepath.Dir(ini), *path); err == nil {
			*path = relative
		}
	}
	return nil
}

// annotations writes what swag reads into files of the folder, to be removed at the end.
func (w *documentWriter) annotations(dir string) (files []string, remove func(), err error) {
	remove = func() {
		for _, file := range files {
			_ = os.Remove(file)
		}
	}
	for _, handlers := range w.swag {
		text, err := swagger.Read(w.Context.Context, handlers)
		if err != nil {
			return files, remove, err
		}
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return files, remove, err
		}
		file, err := os.CreateTemp(dir, filepath.Base(handlers)+".*.swag.json")
		if err != nil {
			return files, remove, err
		}
		files = append(files, filepath.Join(project.WorkDir, filepath.Base(file.Name())))
		_, err = file.Write(text)
		if err := errors.Join(err, file.Close()); err != nil {
			return files, remove, err
		}
	}
	return files, remove, nil
}

// alone writes the document of annotated handlers that are in no project.
func (w *documentWriter) alone() error {
	var sources []openapi.Source
	for _, handlers := range w.swag {
		text, err := swagger.Read(w.Context.Context, handlers)
		if err != nil {
			return err
		}
		sources = append(sources, openapi.Source{Name: handlers, Text: string(text)})
	}
	for _, word := range w.merge {
		sources = append(sources, openapi.Argument(word))
	}
	docs, err := openapi.Read(w.Context.Context, sources...)
	if err != nil {
		return err
	}
	doc, err := docs[0].Doc(w.Prefix, docs[1:]...)
	if err != nil {
		return err
	}
	return w.Write(doc)
}
