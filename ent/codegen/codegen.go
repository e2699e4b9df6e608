package codegen

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"entgo.io/ent/entc"
	"entgo.io/ent/entc/gen"
)

const runtimeFile = "orm_runtime_gen.go"

// Generate writes the ent package in dir from the schemas in dir/schema. Features are ent's, by name, such as
// "sql/upsert"; none is needed. The working directory has to be inside the application's module: ent compiles and
// runs the schemas from there.
func Generate(dir string, features ...string) error {
	for _, name := range features {
		if !slices.ContainsFunc(gen.AllFeatures, func(f gen.Feature) bool { return f.Name == name }) {
			return fmt.Errorf("ent has no feature %q: see entgo.io/docs/features", name)
		}
	}
	return generate(filepath.Join(dir, "schema"), dir, features)
}

func generate(schema, target string, features []string) (err error) {
	schema, err = filepath.Abs(schema)
	if err != nil {
		return err
	}
	link, err := schemaPackage(schema)
	if err != nil {
		return err
	}
	restore := func() {}
	if link.cycle { // an older file would be an import cycle, and no schema of a cycle can be loaded
		if restore, err = setAside(filepath.Join(target, runtimeFile)); err != nil {
			return err
		}
	}
	rules, err := readRules(schema)
	if err != nil {
		return err
	}
	ext := &Extension{NoRuntime: link.cycle, rules: rules}
	cfg := &gen.Config{Target: target, Package: link.ent}
	if err := entc.Generate(schema, cfg, entc.Extensions(ext), entc.FeatureNames(features...)); err != nil {
		restore()
		return fmt.Errorf("generate %s: %w", target, err)
	}
	if err := mendImports(target, link.ent); err != nil {
		return err
	}
	if !ext.linked {
		return removeIfThere(filepath.Join(target, runtimeFile))
	}
	return nil
}

type linkage struct {
	ent   string // import path of the generated package
	cycle bool   // the schemas import it, directly or not
}

// schemaPackage asks which packages the schemas depend on.
func schemaPackage(dir string) (l linkage, err error) {
	if _, err := os.Stat(dir); err != nil {
		return l, fmt.Errorf("%s: no ent schemas: create the folder with one", dir)
	}
	cmd := exec.Command("go", "list", "-e", "-deps", "-f", "{{.ImportPath}}", ".")
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return l, fmt.Errorf("%s: go list: %w: %s", dir, err, strings.TrimSpace(stderr.String()))
	}
	deps := strings.Fields(string(out))
	if len(deps) == 0 {
		return l, fmt.Errorf("%s: go list names no package", dir)
	}
	l.ent = path.Dir(deps[len(deps)-1]) // a package follows what it depends on
	l.cycle = slices.Contains(deps, l.ent)
	return l, nil
}

// setAside removes a file and returns what puts it back.
func setAside(name string) (restore func(), err error) {
	old, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	if err != nil {
		return nil, err
	}
	return func() { _ = os.WriteFile(name, old, 0o644) }, os.Remove(name)
}

func removeIfThere(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
