package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/project"
	"github.com/utilmeta/utilmeta-go/internal/scaffold"
)

func setupCommand() *cli.Command {
	return &cli.Command{
		Name: "setup", Usage: "make a new project", ArgsUsage: "NAME",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "db", Usage: "sqlite or postgres (sqlite)"},
			&cli.StringFlag{Name: "module", Usage: "import path of the module (NAME)"},
			&cli.StringFlag{Name: "description", Usage: "what the service is for"},
			&cli.StringFlag{Name: "framework", Usage: "a checkout of utilmeta-go to build against"},
			&cli.BoolFlag{Name: "no-build", Usage: "do not compile what was written"},
		},
		Action: func(c *cli.Context) error {
			name, err := oneArgument(c)
			if err != nil {
				return err
			}
			s, err := newSetup(c, name)
			if err != nil {
				return usage(err)
			}
			return setup(c, s)
		},
	}
}

// newSetup gathers what the project is to be, and asks for what is open where somebody can be asked.
func newSetup(c *cli.Context, name string) (*scaffold.Setup, error) {
	s := &scaffold.Setup{Name: name, Module: c.String("module"), Description: c.String("description")}
	if err := s.Check(); err != nil {
		return nil, err
	}
	if path, err := config.Find("."); err == nil {
		return nil, fmt.Errorf("%s: inside a project: make the new one elsewhere", path)
	}
	if _, err := os.Lstat(name); err == nil {
		return nil, fmt.Errorf("%s: there already: choose another name, or remove it", name)
	}
	engine := c.String("db")
	if on := askable(); on != nil {
		var err error
		if engine == "" {
			if engine, err = on.ask("Database (sqlite, postgres)", "sqlite"); err != nil {
				return nil, err
			}
		}
		if !c.IsSet("description") {
			if s.Description, err = on.ask("Description", ""); err != nil {
				return nil, err
			}
		}
	}
	if engine == "" {
		engine = "sqlite"
	}
	var err error
	if s.Engine, err = scaffold.ParseEngine(engine); err != nil {
		return nil, err
	}
	if dir := c.String("framework"); dir != "" {
		s.Framework, err = scaffold.Checkout(dir)
	} else {
		s.Framework, err = scaffold.Installed()
	}
	return s, err
}

func setup(c *cli.Context, s *scaffold.Setup) error {
	if s.Engine == db.SQLite && !c.Bool("no-build") {
		if err := project.CheckCompiler(c.Context); err != nil {
			return err
		}
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if s.Framework.Dir != "" {
		fmt.Printf("using the checkout of utilmeta-go in %s: meta is not a published version (see replace in go.mod)\n", s.Framework.Dir)
	}
	err = s.Write(here, func(dir string) error { return prepare(c.Context, dir, !c.Bool("no-build")) })
	if err := errors.Join(err, os.Chdir(here)); err != nil {
		return err
	}
	fmt.Printf("made %s\n\n  cd %s\n  meta add user --auth\n  meta makemigrations\n  meta migrate\n  meta run\n", filepath.Join(here, s.Name), s.Name)
	return nil
}

// prepare makes the module in dir complete, and builds it.
func prepare(ctx context.Context, dir string, build bool) error {
	if err := os.Chdir(dir); err != nil {
		return err
	}
	if err := project.Go(ctx, "mod", "tidy"); err != nil {
		return fmt.Errorf("go mod tidy: %w", err)
	}
	if !build {
		return nil
	}
	if err := project.Go(ctx, "build", "./..."); err != nil {
		return err
	}
	return project.Go(ctx, "vet", "./...")
}
