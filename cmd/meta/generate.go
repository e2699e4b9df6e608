package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/internal/project"
)

func generateCommand() *cli.Command {
	return &cli.Command{
		Name: "generate", Usage: "write the generated code: ent's package, then each API's api_gen.go",
		Flags: []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			return generate(c, p)
		},
	}
}

// generate brings the generated code up to date and tells what changed.
func generate(c *cli.Context, p *project.Project) error {
	g, err := p.Generate(c.Context, true)
	if err != nil {
		return err
	}
	lines := g.Lines()
	for _, line := range lines {
		fmt.Println(line)
	}
	if len(lines) == 0 {
		fmt.Println("generated code is up to date")
	}
	for _, d := range g.Diagnostics {
		fmt.Fprintln(os.Stderr, d)
	}
	if g.Failed() {
		return silent(1)
	}
	return nil
}
