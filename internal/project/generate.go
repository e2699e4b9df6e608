package project

import (
	"context"
	"fmt"

	"github.com/utilmeta/utilmeta-go/internal/generate"
)

// Generated tells what a run of the generators did.
type Generated struct {
	Models      []string              // files of ent's package that changed
	APIs        []generate.Change     // api_gen.go files that changed
	Diagnostics []generate.Diagnostic // mistakes in the sources
}

// Failed tells whether a mistake kept a file from being generated.
func (g *Generated) Failed() bool {
	for _, d := range g.Diagnostics {
		if d.Fatal {
			return true
		}
	}
	return false
}

// Generate brings all generated code up to date: ent's package unless models is false, then the APIs.
func (p *Project) Generate(ctx context.Context, models bool) (*Generated, error) {
	g := &Generated{}
	var err error
	if models {
		if g.Models, err = p.GenerateModels(ctx); err != nil {
			return nil, err
		}
	}
	report, err := generate.Run(p.Dir())
	if err != nil {
		return nil, err
	}
	g.APIs, g.Diagnostics = report.Changes, report.Diagnostics
	return g, nil
}

// Lines tells the changes, one a line, ent's files summed up.
func (g *Generated) Lines() (lines []string) {
	if n := len(g.Models); n > 0 {
		lines = append(lines, fmt.Sprintf("update %s: %s", ModelsDir, count(n, "file")))
	}
	for _, c := range g.APIs {
		lines = append(lines, fmt.Sprintf("%s %s", c.Op, c.Path))
	}
	return lines
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
