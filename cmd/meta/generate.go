package main

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"github.com/urfave/cli/v2"

	generator "github.com/utilmeta/utilmeta-go/internal/generate"
	"github.com/utilmeta/utilmeta-go/internal/project"
)

func generateCommand() *cli.Command {
	return &cli.Command{
		Name: "generate", Usage: "write the generated code: ent's package, then each API's api_gen.go; with --codecs, codecs for a release",
		Flags: []cli.Flag{
			dirFlag(),
			&cli.BoolFlag{Name: "codecs", Usage: "for a release: print the plans of what the APIs take and answer with as code; --codecs=false removes it"},
			&cli.StringSliceFlag{Name: "types", Usage: "the types to print codecs of, as user.SignupInput; all if not given"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			if c.IsSet("types") && !c.Bool("codecs") {
				return usage(errors.New("meta generate: --types says which codecs to print: it needs --codecs"))
			}
			if c.IsSet("codecs") {
				return codecs(c, p)
			}
			return generate(c, p)
		},
	}
}

// generate brings the generated code up to date and tells what changed.
func generate(c *cli.Context, p *project.Project) error {
	lines, err := generated(c, p)
	if err == nil && len(lines) == 0 {
		fmt.Println("generated code is up to date")
	}
	return err
}

func generated(c *cli.Context, p *project.Project) (lines []string, err error) {
	g, err := p.Generate(c.Context, true)
	if err != nil {
		return nil, err
	}
	lines = g.Lines()
	for _, line := range lines {
		fmt.Println(line)
	}
	for _, d := range g.Diagnostics {
		fmt.Fprintln(os.Stderr, d)
	}
	if g.Failed() {
		return lines, silent(1)
	}
	return lines, nil
}

// codecs prints the codecs, of code that is up to date, or removes them, and tells what changed.
func codecs(c *cli.Context, p *project.Project) error {
	var lines []string
	var changes []generator.Change
	var err error
	if c.Bool("codecs") {
		if slices.Contains(c.StringSlice("types"), "") {
			return usage(errors.New("meta generate: --types has an empty name"))
		}
		if lines, err = generated(c, p); err != nil {
			return err
		}
		changes, err = p.PrintCodecs(c.Context, c.StringSlice("types")...)
	} else {
		changes, err = p.RemoveCodecs()
	}
	for _, change := range changes {
		fmt.Println(change.Op, change.Path)
	}
	if err == nil && len(changes)+len(lines) == 0 {
		fmt.Println("codecs are up to date")
	}
	var types *project.TypesError
	if errors.As(err, &types) {
		return usage(err)
	}
	return err
}
