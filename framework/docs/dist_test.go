//go:build !no_docs

package docs_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// The first load stays small, and what is committed is whole.
func TestDist(t *testing.T) {
	dist := os.DirFS("dist")
	sizes := map[string]int64{}
	err := fs.WalkDir(dist, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		sizes[name] = info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var first, whole int64
	for name, size := range sizes {
		whole += size
		switch path.Ext(name) {
		case ".gz":
			if name != "THIRD_PARTY.txt.gz" {
				first += size
			}
		case ".br":
		case ".map":
			t.Errorf("%s: source maps are not for the module", name)
		default:
			if sizes[name+".gz"] == 0 || sizes[name+".br"] == 0 {
				t.Errorf("%s has no compressed form", name)
			}
		}
	}
	const limit = 80 << 10
	if first > limit {
		t.Errorf("the first load is %d bytes compressed, the limit is %d: %v", first, limit, slices.Sorted(maps.Keys(sizes)))
	}
	if whole > 600<<10 {
		t.Errorf("the files have %d bytes", whole)
	}
	for name := range sizes {
		if path.Ext(name) != ".gz" {
			continue
		}
		packed, err := fs.ReadFile(dist, name)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		want, err := fs.ReadFile(dist, strings.TrimSuffix(name, ".gz"))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s holds something else than the file beside it: %v", name, err)
		}
	}
}
