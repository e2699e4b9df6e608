package codegen

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/tools/imports"
)

const entPath = "entgo.io/ent"

// mendImports takes back what ent's formatter guesses wrong now and then: it works on all files at once, each with an
// eye on its neighbours, and may take another package called ent, of an application beside this one, for ent itself.
func mendImports(dir, own string) error {
	return filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil || !bytes.HasPrefix(src, generatedMark) {
			return err
		}
		mended, err := mend(name, src, own)
		if err != nil || bytes.Equal(mended, src) {
			return err
		}
		return os.WriteFile(name, mended, 0o644)
	})
}

// mend writes ent's path in the place of any other package's of the name ent, but for the generated one.
func mend(name string, src []byte, own string) ([]byte, error) {
	f, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	mended := src
	for _, spec := range f.Imports {
		p, err := strconv.Unquote(spec.Path.Value)
		if err != nil || spec.Name != nil || path.Base(p) != "ent" || p == entPath || p == own {
			continue
		}
		mended = bytes.Replace(mended, []byte(spec.Path.Value), []byte(strconv.Quote(entPath)), 1)
	}
	if bytes.Equal(mended, src) {
		return src, nil
	}
	return imports.Process(name, mended, &imports.Options{Comments: true, TabIndent: true, TabWidth: 8, FormatOnly: true})
}
