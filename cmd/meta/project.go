package main

import (
	"fmt"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/internal/project"
)

// dirFlag names the project to work on.
func dirFlag() cli.Flag {
	return &cli.StringFlag{Name: "dir", Value: ".", Usage: "a folder of the project"}
}

// enter goes into the project that a command is about.
func enter(c *cli.Context) (*project.Project, error) {
	dir := c.String("dir")
	if dir == "" {
		dir = "."
	}
	p, err := project.Enter(dir)
	if err != nil {
		return nil, usage(err)
	}
	return p, nil
}

// noArguments refuses arguments of a command that takes none.
func noArguments(c *cli.Context) error {
	if c.Args().Present() {
		return usage(fmt.Errorf("meta %s: %q is too much", c.Command.Name, c.Args().First()))
	}
	return nil
}

// oneArgument returns the argument of a command that takes one.
func oneArgument(c *cli.Context) (string, error) {
	switch c.Args().Len() {
	case 0:
		return "", usage(fmt.Errorf("meta %s: no name: write meta %[1]s %s", c.Command.Name, c.Command.ArgsUsage))
	case 1:
		return c.Args().First(), nil
	}
	return "", usage(fmt.Errorf("meta %s: %q is too much", c.Command.Name, c.Args().Get(1)))
}
