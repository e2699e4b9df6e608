package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/internal/migrateplan"
	"github.com/utilmeta/utilmeta-go/internal/project"
)

func makemigrationsCommand() *cli.Command {
	return &cli.Command{
		Name: "makemigrations", Usage: "write what the ent schemas ask of the database as SQL",
		Flags: []cli.Flag{
			dirFlag(),
			&cli.StringFlag{Name: "name", Usage: "what the migration does, for its file: add_email"},
			&cli.BoolFlag{Name: "check", Usage: "exit 1 if there is something to write, and write nothing"},
			&cli.StringSliceFlag{Name: "rename", Usage: "a column's new name: users.email=mail; users.email= drops it"},
			&cli.StringSliceFlag{Name: "default", Usage: "a value for rows that exist: users.age=0"},
			&cli.BoolFlag{Name: "empty", Usage: "make a file to write by hand"},
			&cli.BoolFlag{Name: "sum", Usage: "accept files that were written by hand"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			p, err := enter(c)
			if err != nil {
				return err
			}
			return makemigrations(c, p)
		},
	}
}

func makemigrations(c *cli.Context, p *project.Project) error {
	t, err := p.Target()
	if err != nil {
		return usage(err)
	}
	o := migrateplan.Options{
		SchemaDir: project.SchemaDir, Dir: t.Dir, Dialect: t.Dialect, DevURL: t.DevURL,
		Name: c.String("name"), Empty: c.Bool("empty"), Check: c.Bool("check"),
		Renames: c.StringSlice("rename"), Defaults: c.StringSlice("default"),
	}
	if c.Bool("sum") {
		return migrateplan.AcceptEdits(c.Context, o)
	}
	if !o.Empty && !p.HasModels() {
		fmt.Printf("No ent schemas in %s.\n", project.SchemaDir)
		return nil
	}
	if on := askable(); on != nil && !o.Check {
		on.answer(&o)
	}
	plan, err := migrateplan.Plan(c.Context, o)
	if open := (*migrateplan.UndecidedError)(nil); errors.As(err, &open) {
		return &framework.ExitError{Code: framework.ExitAnswer, Err: err}
	}
	if err != nil {
		return err
	}
	if plan.None() {
		fmt.Println("No changes detected.")
		return nil
	}
	if o.Check {
		return fmt.Errorf("%s: lacks %s: run meta makemigrations", t.Dir, strings.Join(plan.Steps, "; "))
	}
	return writeMigration(t.Dir, plan)
}

// writeMigration writes a planned migration and tells of it.
func writeMigration(dir string, plan *migrateplan.Result) error {
	paths, err := plan.Write()
	if err != nil {
		return err
	}
	fmt.Printf("Migrations for '%s':\n  %s\n", filepath.Base(dir), paths[0])
	for _, step := range plan.Steps {
		fmt.Println("    - " + sentence(step))
	}
	for _, n := range plan.Notes {
		fmt.Fprintln(os.Stderr, "Note: "+n.String())
	}
	return nil
}

var (
	tableStep = regexp.MustCompile(`^(\w+) "([^"]+)" table$`)
	onTable   = regexp.MustCompile(` (?:to|from) table: `)
)

// sentence words a step of a migration as people read it: create "users" table is Create table users.
func sentence(step string) string {
	step = tableStep.ReplaceAllString(step, "$1 table $2")
	step = strings.ReplaceAll(onTable.ReplaceAllString(step, " on "), `"`, "")
	if step == "" {
		return step
	}
	return strings.ToUpper(step[:1]) + step[1:]
}

// answer lets the plan's questions be put to somebody.
func (t *terminal) answer(o *migrateplan.Options) {
	o.AskRename = func(r migrateplan.Rename) (bool, error) {
		return t.yes(fmt.Sprintf("Was %s.%s renamed to %s?", r.Table, r.From, r.To))
	}
	o.AskDefault = func(c migrateplan.Column) (string, error) {
		return t.ask(fmt.Sprintf("%s must not be null. Value for the rows that exist", c), "")
	}
	o.Invalid = func(err error) { fmt.Fprintln(t.out, err) }
}
