package watch

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func start(t *testing.T, root string) *Watcher {
	t.Helper()
	w := &Watcher{Root: root, Quiet: 100 * time.Millisecond, Ignore: func(path string) bool {
		return strings.HasPrefix(path, ".meta") || strings.HasSuffix(path, "_gen.go")
	}}
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

// next collects changes until all of want came: how they fall into batches is the machine's business.
func next(t *testing.T, w *Watcher, want ...string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	seen := map[string]bool{}
	for len(seen) < len(want) {
		batch, err := w.Next(ctx)
		if err != nil {
			t.Fatalf("saw %v of %v: %v", seen, want, err)
		}
		for _, name := range batch {
			if !slices.Contains(want, name) {
				t.Errorf("told of %s", name)
			}
			seen[name] = true
		}
	}
}

func TestChangesAreTold(t *testing.T) {
	root := t.TempDir()
	write(t, root, "main.go", "1")
	write(t, root, "user/api.go", "1")
	write(t, root, ".meta/bin/app", "1")
	w := start(t, root)

	write(t, root, "user/api_gen.go", "1")
	write(t, root, ".meta/bin/app", "2")
	write(t, root, "user/api.go", "2")
	next(t, w, "user/api.go")

	write(t, root, "ent/schema/deep/user.go", "1")
	next(t, w, "ent/schema/deep/user.go")

	write(t, root, "ent/schema/deep/user.go", "2")
	if err := os.Remove(filepath.Join(root, "main.go")); err != nil {
		t.Fatal(err)
	}
	next(t, w, "ent/schema/deep/user.go", "main.go")

	// the way many editors save
	write(t, root, "user/x_gen.go", "3")
	if err := os.Rename(filepath.Join(root, "user/x_gen.go"), filepath.Join(root, "user/api.go")); err != nil {
		t.Fatal(err)
	}
	next(t, w, "user/api.go")
}

func TestManyFilesAreOneBatch(t *testing.T) {
	root := t.TempDir()
	w := start(t, root)
	var want []string
	for _, name := range []string{"a.go", "b.go", "c.go"} {
		write(t, root, name, "1")
		want = append(want, name)
	}
	got, err := w.Next(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	w := start(t, t.TempDir())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Next(ctx); err != context.Canceled {
		t.Errorf("Next = %v", err)
	}
}

func TestStartWithoutFolder(t *testing.T) {
	w := &Watcher{Root: filepath.Join(t.TempDir(), "none")}
	if err := w.Start(); err == nil {
		t.Error("a folder that is not there was watched")
	}
}
