// Command meta makes and manages applications of utilmeta-go: see "meta help".
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/internal/naming"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args)
	stop()
	framework.Exit(err)
}

// run does what the arguments say.
func run(ctx context.Context, args []string) error {
	app := &cli.App{
		Name:            "meta",
		Usage:           "make and manage applications of utilmeta-go",
		Version:         framework.Version,
		HideVersion:     true,
		HideHelpCommand: true,
		ExitErrHandler:  func(*cli.Context, error) {},
		OnUsageError:    func(_ *cli.Context, err error, _ bool) error { return usage(err) },
		Writer:          os.Stdout,
		ErrWriter:       io.Discard,
		Action:          unknown,
		Flags:           []cli.Flag{&cli.BoolFlag{Name: "version", Aliases: []string{"v"}, Usage: "print the version"}},
		Commands: []*cli.Command{
			setupCommand(), addCommand(), generateCommand(), makemigrationsCommand(), passCommand("migrate", "apply pending migrations"),
			passCommand("showmigrations", "list the migrations and which are applied"), runCommand(), checkCommand(),
			passCommand("routes", "list the endpoints"), openapiCommand(), clientCommand(), passCommand("connect", "open the console of the running service"),
			passCommand("ops", "manage tokens and supervisors of the operations module"), versionCommand(),
		},
	}
	for _, c := range app.Commands {
		c.OnUsageError = app.OnUsageError
		c.HideHelpCommand = true
	}
	return app.RunContext(ctx, flagsFirst(app, args))
}

// unknown answers for what is no command.
func unknown(c *cli.Context) error {
	name := c.Args().First()
	switch {
	case c.Bool("version"):
		return version(c)
	case name == "" || name == "help":
		return cli.ShowAppHelp(c)
	}
	var names []string
	for _, command := range c.App.Commands {
		names = append(names, command.Name)
	}
	if near := naming.Nearest(name, names...); near != "" {
		return usage(fmt.Errorf("meta %s: no such command: did you mean %s?", name, near))
	}
	return usage(fmt.Errorf("meta %s: no such command: see meta help", name))
}

func versionCommand() *cli.Command {
	return &cli.Command{Name: "version", Usage: "print the version", Action: version}
}

func version(*cli.Context) error {
	fmt.Printf("meta %s (%s %s/%s)\n", framework.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return nil
}

// usage is an error of the command line or the configuration.
func usage(err error) error { return &framework.ExitError{Code: framework.ExitUsage, Err: err} }

// silent ends the process with a code, when what there is to say has been said.
func silent(code int) error {
	if code == 0 {
		return nil
	}
	return &framework.ExitError{Code: code, Err: errors.New("")}
}
