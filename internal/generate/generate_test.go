package generate

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"
)

var update = flag.Bool("update", false, "rewrite what the archives in testdata expect")

// TestRun unpacks each archive, runs, and compares the files that are there afterwards and the report with the files
// want/... of the archive.
func TestRun(t *testing.T) {
	archives, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(archives) == 0 {
		t.Fatal("no archives", err)
	}
	for _, path := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(path)
			if err != nil {
				t.Fatal(err)
			}
			root, want := unpack(t, archive)
			before := generated(t, root)
			checked, err := Check(root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, generated(t, root)); diff != "" {
				t.Errorf("Check wrote: %s", diff)
			}
			ran, err := Run(root)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(text(checked), text(ran)); diff != "" {
				t.Errorf("Check and Run differ: %s", diff)
			}
			got := generated(t, root)
			got["report"] = text(ran)
			if *update {
				rewrite(t, path, archive, got)
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			again, err := Run(root)
			if err != nil || len(again.Changes) > 0 {
				t.Errorf("a second run changes %v, %v", again.Changes, err)
			}
		})
	}
}

// unpack writes the sources of the archive to a folder and returns what is wanted of it.
func unpack(t *testing.T, archive *txtar.Archive) (root string, want map[string]string) {
	t.Helper()
	root, want = t.TempDir(), map[string]string{}
	for _, f := range archive.Files {
		if name, ok := strings.CutPrefix(f.Name, "want/"); ok {
			want[name] = string(f.Data)
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root, want
}

// generated returns every file in root that is, or is to be, generated, and what temporary files are left over.
func generated(t *testing.T, root string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != FileName && !strings.HasSuffix(e.Name(), ".tmp") {
			return err
		}
		content, err := os.ReadFile(path)
		name, _ := filepath.Rel(root, path)
		files[filepath.ToSlash(name)] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func text(r *Report) string {
	var b strings.Builder
	for _, c := range r.Changes {
		fmt.Fprintf(&b, "%s %s\n", c.Op, c.Path)
	}
	for _, d := range r.Diagnostics {
		if d.Fatal {
			b.WriteString("fatal ")
		}
		b.WriteString(d.String() + "\n")
	}
	return b.String()
}

func rewrite(t *testing.T, path string, archive *txtar.Archive, got map[string]string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	names := make([]string, 0, len(got))
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		archive.Files = append(archive.Files, txtar.File{Name: "want/" + name, Data: []byte(got[name])})
	}
	if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

const small = `package user

import "github.com/utilmeta/utilmeta-go/framework/api"

type API struct {
	Get api.Raw
}
`

func TestUnchangedFileIsLeftAlone(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "api.go"), small)
	path := filepath.Join(dir, FileName)
	long := time.Now().Add(-time.Hour).Truncate(time.Second)
	run := func(op ...Op) {
		t.Helper()
		report, err := Run(dir)
		if err != nil {
			t.Fatal(err)
		}
		var got []Op
		for _, c := range report.Changes {
			got = append(got, c.Op)
		}
		if diff := cmp.Diff(op, got); diff != "" {
			t.Error(diff)
		}
	}
	run(Create)
	if err := os.Chtimes(path, long, long); err != nil {
		t.Fatal(err)
	}
	run()
	if info, err := os.Stat(path); err != nil || !info.ModTime().Equal(long) {
		t.Errorf("written again: %v, %v", info.ModTime(), err)
	}
	write(t, filepath.Join(dir, "api.go"), "// one line down\n"+small)
	run(Update)
	write(t, path, header+"\n\npackage user\n\nfunc does not compile {")
	run(Update)
	write(t, filepath.Join(dir, "api.go"), "package user\n")
	run(Remove)
	if _, err := os.Stat(path); err == nil {
		t.Error("the stale file is still there")
	}
}

func TestRunWithoutRoot(t *testing.T) {
	if _, err := Run(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there was accepted")
	}
}

// FuzzRead feeds any source to the generator: it must not panic, and what it writes must be formatted Go, or fail.
func FuzzRead(f *testing.F) {
	f.Add(small)
	f.Add("package a\nimport . \"" + apiPath + "\"\ntype A[T any, _ int] struct { Get Get[T, T]; *b.C[int]; X Raw `json:\"x\"` }\nfunc (*A[_, _]) get(x, y int) (a, b T) {}")
	f.Add("package a\nfunc () x() {}\ntype A struct { A }\ntype B = struct { X, Y (int) \"`\" }")
	f.Fuzz(func(t *testing.T, source string) {
		p := newPackage(".")
		p.read("a.go", []byte(source))
		if len(p.files) == 0 || p.broken() {
			return
		}
		m := &module{packages: []*pkg{p}}
		wire(m)
		if len(p.apis) == 0 {
			return
		}
		content, err := p.render()
		if err != nil {
			t.Fatalf("%v\n%s", err, content)
		}
		for _, d := range p.diagnostics {
			if strings.Contains(d.String(), "\n") {
				t.Errorf("diagnostic of several lines: %q", d)
			}
		}
	})
}
