package project

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/ent/codegen"
	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/internal/migrateplan"
)

// ModelsDir is the folder of ent's package, SchemaDir that of the schemas it is generated from.
const (
	ModelsDir = "ent"
	SchemaDir = "ent/schema"
)

// modelsStamp is the file with the digest of ModelsDir as it was when it was last generated.
const modelsStamp = WorkDir + "/models"

// A digest is the SHA-256 of a file's content.
type digest = [sha256.Size]byte

// HasModels tells whether the project declares any.
func (p *Project) HasModels() bool {
	files, _ := filepath.Glob(filepath.Join(SchemaDir, "*.go"))
	return len(files) > 0
}

// GenerateModels brings ent's package up to date with the schemas. It returns the files that changed.
func (p *Project) GenerateModels(ctx context.Context) (changed []string, err error) {
	if !p.HasModels() {
		return nil, nil
	}
	unlock, err := migrateplan.LockEntc(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	before, err := digests(ModelsDir)
	if err != nil {
		return nil, err
	}
	if err := codegen.Generate(ModelsDir); err != nil {
		return nil, err
	}
	after, err := digests(ModelsDir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(WorkDir, 0o755); err != nil {
		return nil, err
	}
	return differences(before, after), os.WriteFile(modelsStamp, []byte(stamp(after)), 0o644)
}

// ModelsFresh tells, without running ent, whether nothing in ModelsDir changed since GenerateModels. It does not see
// changes in other packages that the schemas import.
func (p *Project) ModelsFresh() bool {
	if !p.HasModels() {
		return true
	}
	noted, err := os.ReadFile(modelsStamp)
	if err != nil {
		return false
	}
	now, err := digests(ModelsDir)
	return err == nil && string(noted) == stamp(now)
}

// staleModels lists the files that GenerateModels would change.
func (p *Project) staleModels(ctx context.Context) ([]string, error) {
	if !p.HasModels() {
		return nil, nil
	}
	unlock, err := migrateplan.LockEntc(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	files, err := codegen.Stale(ModelsDir)
	for i, name := range files {
		files[i] = path.Join(ModelsDir, name)
	}
	return files, err
}

// digests are those of the Go files in dir and below, by path.
func digests(dir string) (map[string]digest, error) {
	all := map[string]digest{}
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(name, ".go") {
			return err
		}
		content, err := os.ReadFile(name)
		all[filepath.ToSlash(name)] = sha256.Sum256(content)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return all, err
}

func differences(before, after map[string]digest) []string {
	differ := map[string]bool{}
	for name, d := range after {
		if old, ok := before[name]; !ok || old != d {
			differ[name] = true
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			differ[name] = true
		}
	}
	return slices.Sorted(maps.Keys(differ))
}

// stamp sums up digests, the requirements of the module and the generator's version.
func stamp(files map[string]digest) string {
	h := sha256.New()
	h.Write([]byte(framework.Version))
	mod, _ := os.ReadFile("go.mod")
	h.Write(mod)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		d := files[name]
		h.Write([]byte(name))
		h.Write(d[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}
