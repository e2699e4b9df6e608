package main

import (
	"github.com/urfave/cli/v2"
)

// passCommand is a command of the application's own binary: it is built and run with the same arguments.
func passCommand(name, text string) *cli.Command {
	return &cli.Command{
		Name: name, Usage: text, SkipFlagParsing: true,
		Action: func(c *cli.Context) error {
			p, err := enter(c)
			if err != nil {
				return err
			}
			if _, err := p.Build(c.Context); err != nil {
				return err
			}
			code, err := p.Exec(c.Context, append([]string{name}, c.Args().Slice()...)...)
			if err != nil {
				return err
			}
			return silent(code)
		},
	}
}
