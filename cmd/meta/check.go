package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"
)

func checkCommand() *cli.Command {
	return &cli.Command{
		Name: "check", Usage: "tell everything that is wrong: stale code, missing migrations, mistakes in declarations",
		Flags: []cli.Flag{dirFlag()},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			faults, err := p.Check(c.Context)
			if err != nil {
				return err
			}
			for _, line := range faults {
				fmt.Fprintln(os.Stderr, line)
			}
			if len(faults) > 0 {
				return silent(1)
			}
			fmt.Printf("%s: nothing wrong\n", p.Name)
			return nil
		},
	}
}
