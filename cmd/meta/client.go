package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/internal/client"
)

func clientCommand() *cli.Command {
	return &cli.Command{
		Name: "client", Usage: "write a typed client of an API: the project's own, or any OpenAPI document's",
		Flags: []cli.Flag{
			dirFlag(),
			&cli.StringFlag{Name: "lang", Usage: "the language: " + client.Languages(), Value: "go"},
			&cli.StringFlag{Name: "openapi", Usage: "URL or file of a document of OpenAPI 3 or Swagger 2.0; the project's own if not given"},
			&cli.StringFlag{Name: "to", Usage: "file or folder to write to; standard output if not given"},
			&cli.StringFlag{Name: "package", Usage: "name of the package in Go; that of the folder, or client"},
			&cli.StringFlag{Name: "prefix", Usage: "only paths below it: /api/user"},
			&cli.BoolFlag{Name: "check", Usage: "write nothing; exit 1 if the file is not what would be written"},
			&cli.BoolFlag{Name: "force", Usage: "overwrite a file that was not generated"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			return writeClient(c)
		},
	}
}

func writeClient(c *cli.Context) error {
	o := client.Options{Lang: c.String("lang"), Package: c.String("package"), Prefix: c.String("prefix")}
	to := c.String("to")
	if err := o.Check(); err != nil {
		return usage(fmt.Errorf("meta client: %w", err))
	}
	if c.Bool("check") && to == "" {
		return usage(errors.New("meta client: --check compares with the file of --to"))
	}
	var file client.File
	if to != "" {
		var err error
		if file, err = client.FileOf(to, o.Lang); err != nil {
			return usage(fmt.Errorf("meta client: %w", err))
		}
		if file.Path, err = filepath.Abs(file.Path); err != nil { // a project is entered
			return err
		}
		file.Force = c.Bool("force")
		if o.Package == "" {
			o.Package = client.PackageOf(file.Path)
		}
	}
	document, source, err := clientDocument(c)
	if err != nil {
		return err
	}
	text, err := client.Generate(document, o)
	if err != nil {
		return sourced(source, err)
	}
	switch {
	case to == "":
		_, err = os.Stdout.Write(text)
		return err
	case c.Bool("check"):
		return checkClient(file, text, to)
	}
	if same, err := file.Holds(text); err != nil || same {
		if err == nil {
			fmt.Printf("%s is up to date\n", to)
		}
		return err
	}
	if err := file.Write(text); err != nil {
		return err
	}
	fmt.Printf("wrote %s from %s\n", file.Path, source)
	return nil
}

// sourced tells where a document is that cannot be used, one line for each thing that is wrong with it.
func sourced(source string, err error) error {
	var lines []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		lines = append(lines, source+": "+line)
	}
	return errors.New(strings.Join(lines, "\n"))
}

func checkClient(file client.File, text []byte, to string) error {
	same, err := file.Holds(text)
	if err == nil && !same {
		err = fmt.Errorf("%s: is not what meta client writes: run it again without --check", to)
	}
	return err
}

// clientDocument is the document that a client is made of, and its name for people.
func clientDocument(c *cli.Context) (text []byte, source string, err error) {
	if word := c.String("openapi"); word != "" {
		s := openapi.Argument(word)
		text, err = openapi.Load(c.Context, s)
		return text, s.String(), err
	}
	p, err := enter(c)
	if err != nil {
		return nil, "", err
	}
	if _, err := p.Build(c.Context); err != nil {
		return nil, "", err
	}
	text, err = ownDocument(c.Context, p.Exec)
	return text, p.Name, err
}

// ownDocument asks the application's binary for its document.
func ownDocument(ctx context.Context, exec func(context.Context, ...string) (int, error)) ([]byte, error) {
	dir, err := os.MkdirTemp("", "meta-client-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "openapi.json")
	code, err := exec(ctx, "openapi", "--to", file)
	if err != nil {
		return nil, err
	}
	if code != 0 {
		return nil, silent(code)
	}
	return os.ReadFile(file)
}
