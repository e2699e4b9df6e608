package main

import (
	"os"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/internal/devserver"
)

func runCommand() *cli.Command {
	return &cli.Command{
		Name: "run", Usage: "serve, and generate, build and start anew on every change",
		Flags: []cli.Flag{
			dirFlag(),
			&cli.StringFlag{Name: "host", Usage: "address to listen on"},
			&cli.IntFlag{Name: "port", Usage: "port to listen on"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			args := []string{"serve"}
			if host := c.String("host"); host != "" {
				args = append(args, "--host", host)
			}
			if c.IsSet("port") {
				args = append(args, "--port", strconv.Itoa(c.Int("port")))
			}
			s := &devserver.Server{Project: p, Args: args, Stdout: os.Stdout, Stderr: os.Stderr}
			return s.Run(c.Context)
		},
	}
}
