package codegen

import (
	"path/filepath"
	"slices"
	"testing"
)

func TestStale(t *testing.T) {
	dir := filepath.Join("..", "..", "internal", "ormtest", "ent")
	before := files(t, dir)
	fresh, err := Stale(dir, "sql/upsert")
	if err != nil {
		t.Fatal(err)
	}
	// A test does not know the version of ent that it was built with.
	if fresh = slices.DeleteFunc(fresh, func(name string) bool { return name == "runtime/runtime.go" }); len(fresh) > 0 {
		t.Errorf("up to date, and Stale = %v", fresh)
	}
	stale, err := Stale(dir)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(stale, "user_create.go") {
		t.Errorf("without upsert Stale = %v, want user_create.go among them", stale)
	}
	for name, text := range files(t, dir) {
		if before[name] != text {
			t.Errorf("%s was written", name)
		}
	}
}
