package project

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/utilmeta/utilmeta-go/internal/generate"
	"github.com/utilmeta/utilmeta-go/internal/migrateplan"
)

// Check looks for everything that is wrong with the application and returns it, one line each: stale generated code,
// schemas without a migration, mistakes in declarations, what does not compile. It writes nothing but the binary.
func (p *Project) Check(ctx context.Context) (faults []string, err error) {
	for _, look := range []func(context.Context) ([]string, error){p.checkModels, p.checkAPIs, p.checkMigrations, p.checkBinary, p.checkCodecs} {
		found, err := look(ctx)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			found = append(found, strings.Split(err.Error(), "\n")...)
		}
		faults = append(faults, found...)
	}
	return faults, nil
}

func (p *Project) checkModels(ctx context.Context) ([]string, error) {
	stale, err := p.staleModels(ctx)
	if len(stale) == 0 || err != nil {
		return nil, err
	}
	which := stale[0]
	if n := len(stale) - 1; n > 0 {
		which += " and " + count(n, "other file")
	}
	return []string{which + ": stale: run meta generate"}, nil
}

func (p *Project) checkAPIs(context.Context) (faults []string, err error) {
	report, err := generate.Check(p.Dir())
	if err != nil {
		return nil, err
	}
	for _, d := range report.Diagnostics {
		faults = append(faults, d.String())
	}
	for _, c := range report.Changes {
		state := "stale"
		if c.Op == generate.Create {
			state = "missing"
		}
		faults = append(faults, fmt.Sprintf("%s: %s: run meta generate", c.Path, state))
	}
	return faults, nil
}

func (p *Project) checkMigrations(ctx context.Context) ([]string, error) {
	if !p.HasModels() {
		return nil, nil
	}
	t, err := p.Target()
	if err != nil {
		return nil, err
	}
	plan, err := migrateplan.Plan(ctx, migrateplan.Options{
		SchemaDir: SchemaDir, Dir: t.Dir, Dialect: t.Dialect, DevURL: t.DevURL, Check: true,
	})
	if err != nil || plan.None() {
		return nil, err
	}
	return []string{fmt.Sprintf("%s: %s not in the migrations (%s): run meta makemigrations",
		t.Dir, count(len(plan.Steps), "change"), strings.Join(plan.Steps, "; "))}, nil
}

// checkBinary lets the application look at itself.
func (p *Project) checkBinary(ctx context.Context) ([]string, error) {
	var wrong *BuildError
	if _, err := p.Build(ctx); errors.As(err, &wrong) {
		return compilerLines(wrong.Output), nil
	} else if err != nil {
		return nil, err
	}
	if out, err := p.Output(ctx, "check"); err != nil {
		if out == "" {
			return nil, fmt.Errorf("%s check: %w", p.Name, err)
		}
		return strings.Split(out, "\n"), nil
	}
	return nil, nil
}

// compilerLines leaves out the lines that name packages.
func compilerLines(output string) (lines []string) {
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "# ") {
			lines = append(lines, line)
		}
	}
	return lines
}
