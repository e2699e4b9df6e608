package main

import (
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/internal/project"
	"github.com/utilmeta/utilmeta-go/internal/scaffold"
)

func addCommand() *cli.Command {
	return &cli.Command{
		Name: "add", Usage: "add an app to the project: an entity, its API and a test", ArgsUsage: "NAME",
		Flags: []cli.Flag{
			dirFlag(),
			&cli.BoolFlag{Name: "auth", Usage: "accounts: users who sign up, log in and out"},
		},
		Action: func(c *cli.Context) error {
			name, err := oneArgument(c)
			if err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			app := &scaffold.App{Name: name, Accounts: c.Bool("auth"), Module: p.Module, Server: p.RootPackage(), SQLite: p.HasSQLite()}
			if err := scaffold.CheckApp(name); err != nil {
				return usage(err)
			}
			return add(c, p, app)
		},
	}
}

func add(c *cli.Context, p *project.Project, app *scaffold.App) error {
	plan, err := app.Plan(p.Dir())
	if err != nil {
		return err
	}
	for _, line := range plan.Lines() {
		fmt.Println(line)
	}
	if err := plan.Apply(p.Dir()); err != nil {
		return err
	}
	// The schemas may be the first that need ent; the packages that import what is to be generated do not count yet.
	if err := project.Go(c.Context, "mod", "tidy", "-e"); err != nil {
		return fmt.Errorf("go mod tidy: %w", err)
	}
	if err := generate(c, p); err != nil {
		return err
	}
	if err := project.Go(c.Context, "mod", "tidy"); err != nil {
		return fmt.Errorf("go mod tidy: %w", err)
	}
	if plan.Manual != nil {
		fmt.Fprintf(os.Stderr, "%v: add these by hand, the import, the field of RootAPI and its value:\n", plan.Manual)
		for _, line := range plan.Mount.Lines() {
			fmt.Fprintln(os.Stderr, "\t"+line)
		}
		return silent(1)
	}
	return nil
}
