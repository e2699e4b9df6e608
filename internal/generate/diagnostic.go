package generate

import (
	"cmp"
	"fmt"
	"slices"
)

// A Diagnostic is a mistake in the sources.
type Diagnostic struct {
	Path  string // below the root, with slashes
	Line  int
	Text  string // what is wrong, then what to write
	Fatal bool   // whether the package's generated file was left as it is
}

// String is "user/api.go:13: API.Signup has no handler: write ...".
func (d Diagnostic) String() string { return fmt.Sprintf("%s:%d: %s", d.Path, d.Line, d.Text) }

func sortDiagnostics(all []Diagnostic) {
	slices.SortFunc(all, func(a, b Diagnostic) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
}

func (p *pkg) warn(file string, line int, format string, args ...any) {
	p.diagnostics = append(p.diagnostics, Diagnostic{Path: p.rel(file), Line: line, Text: fmt.Sprintf(format, args...)})
}

func (p *pkg) fail(file string, line int, format string, args ...any) {
	p.warn(file, line, format, args...)
	p.diagnostics[len(p.diagnostics)-1].Fatal = true
}

// broken tells whether p cannot be generated for.
func (p *pkg) broken() bool {
	return slices.ContainsFunc(p.diagnostics, func(d Diagnostic) bool { return d.Fatal })
}
