package project

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
	"github.com/utilmeta/utilmeta-go/internal/codecgen"
	"github.com/utilmeta/utilmeta-go/internal/generate"
)

// PrintCodecs brings the codecs of the types that the APIs take and answer with up to date: of those that types names, as
// "user.SignupInput", or of all. The application must build without them. What is wrong with types is a [*TypesError].
func (p *Project) PrintCodecs(ctx context.Context, types ...string) ([]generate.Change, error) {
	layouts, err := p.layouts(ctx)
	if err != nil {
		return nil, err
	}
	packages, err := p.codecPackages()
	if err != nil {
		return nil, err
	}
	if err := packages.choose(layouts, types); err != nil {
		return nil, err
	}
	return packages.write()
}

// RemoveCodecs removes all codecs that were printed.
func (p *Project) RemoveCodecs() ([]generate.Change, error) {
	packages, err := p.codecPackages()
	if err != nil {
		return nil, err
	}
	return packages.write()
}

// checkCodecs looks for types that have changed, or come, since codecs were printed, and whether the codecs compile:
// nothing else that meta builds has them.
func (p *Project) checkCodecs(ctx context.Context) (faults []string, err error) {
	packages, err := p.codecPackages()
	if err != nil || !packages.printed() {
		return nil, err
	}
	layouts, err := p.layouts(ctx)
	var built *BuildError
	var ended *exec.ExitError
	if errors.As(err, &built) || errors.As(err, &ended) {
		return nil, nil // what is wrong with the application is told already
	}
	if err != nil {
		return nil, err
	}
	packages.again(layouts)
	changes, err := packages.changes()
	if err != nil {
		return nil, err
	}
	command := packages.command()
	for _, c := range changes {
		faults = append(faults, fmt.Sprintf("%s: %s: run %s", c.Path, c.why(), command))
	}
	if err := Go(ctx, append([]string{"build", "-o", os.DevNull}, packages.dirs()...)...); errors.As(err, &built) {
		faults = append(faults, compilerLines(built.Output)...)
	} else if err != nil {
		return nil, err
	}
	return faults, nil
}

// layouts asks the application for the layouts of its types.
func (p *Project) layouts(ctx context.Context) (l []schema.Layout, err error) {
	if _, err := p.Build(ctx); err != nil {
		return nil, err
	}
	file := filepath.Join(WorkDir, "codec-layouts.json")
	defer os.Remove(file)
	if said, err := p.Output(ctx, "codec-layouts", "--to", file); err != nil {
		return nil, fmt.Errorf("%w: %s", err, strings.ReplaceAll(said, "\n", "; "))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("%s codec-layouts: %w", p.Name, err)
	}
	return slices.DeleteFunc(l, func(l schema.Layout) bool { return !codecgen.Printable(l) }), nil
}
