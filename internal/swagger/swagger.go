// Package swagger reads what annotations of swag say of existing handlers. It is a tool for those who develop: no
// application has it in its binary.
package swagger

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/swaggo/swag"
)

// Read makes a document of Swagger 2.0, as JSON, of the annotated handlers in dir and below. What is said of the whole
// (@title, @host, @BasePath, ...) is looked for there too, then in the folders above as far as the module goes. Types
// may be of any package that the handlers' module uses.
func Read(ctx context.Context, dir string) ([]byte, error) {
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: is no folder", dir)
	}
	root, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	first, general, err := sources(root)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	done := make(chan error, 1)
	p := swag.New(swag.SetDebugger(silence{}), swag.SetStrict(true), swag.ParseUsingGoList(true), swag.SetParseDependency(int(swag.ParseModels)))
	go func() { done <- parse(p, root, first, general) }()
	select {
	case err = <-done:
	case <-ctx.Done(): // swag cannot be stopped: the process ends
		err = ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("%s: swag: %s", dir, strings.ReplaceAll(oneLine(err), root, dir))
	}
	doc := p.GetSwagger()
	if len(doc.Paths.Paths) == 0 {
		return nil, fmt.Errorf("%s: no function below it has a comment with @Router", dir)
	}
	if c := doc.Info.Contact; c != nil && c.Name == "" && c.URL == "" && c.Email == "" {
		doc.Info.Contact = nil // swag writes an empty one
	}
	return doc.MarshalJSON()
}

// parse reads annotations of the whole, if there is a file with them, and those below dir. The packages that the first
// file needs are searched for types.
func parse(p *swag.Parser, dir, first, general string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	if general != "" {
		if err := p.ParseGeneralAPIInfo(general); err != nil {
			return err
		}
	}
	if first, err = filepath.Rel(dir, first); err != nil {
		return err
	}
	return p.ParseAPI(dir, first, 100)
}

// silence is a log that nobody reads.
type silence struct{}

func (silence) Printf(string, ...any) {}

func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// sources finds a file of Go in dir or below, and that with annotations of the whole, "" if there is none.
func sources(dir string) (first, general string, err error) {
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != dir && skipped(e.Name()):
			return filepath.SkipDir
		case e.IsDir() || !isSource(path):
			return nil
		}
		if first == "" {
			first = path
		}
		if tellsOfAll(path) {
			general = path
			return filepath.SkipAll
		}
		return nil
	})
	if err == nil && first == "" {
		err = errors.New("has no Go files")
	}
	if general == "" {
		general = generalAbove(dir)
	}
	return first, general, err
}

// skipped tells a folder that swag does not look into, or that holds no handlers.
func skipped(name string) bool {
	return strings.HasPrefix(name, ".") || name == "vendor" || name == "docs" || name == "testdata"
}

// generalAbove looks in the folders above dir, up to that with the go.mod.
func generalAbove(at string) string {
	for {
		if _, e := os.Stat(filepath.Join(at, "go.mod")); e == nil || at == filepath.Dir(at) {
			return ""
		}
		at = filepath.Dir(at)
		files, _ := filepath.Glob(filepath.Join(at, "*.go"))
		for _, path := range files {
			if isSource(path) && tellsOfAll(path) {
				return path
			}
		}
	}
}

func isSource(path string) bool {
	return strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go")
}

// tellsOfAll tells whether a comment in the file says something of the whole service.
func tellsOfAll(path string) bool {
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return false
	}
	for _, comment := range file.Comments {
		if general(comment) {
			return true
		}
	}
	return false
}

// general tells a comment of the whole from that of a handler, which may have @description too.
func general(comment *ast.CommentGroup) (is bool) {
	for line := range strings.Lines(comment.Text()) {
		word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(line)), " ")
		switch name, _, _ := strings.Cut(word, "\t"); {
		case name == "@router", name == "@summary", name == "@success", name == "@failure", name == "@response":
			return false
		case name == "@title", name == "@host", name == "@basepath", name == "@version", strings.HasPrefix(name, "@securitydefinitions."):
			is = true
		}
	}
	return is
}
