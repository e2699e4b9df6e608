package atomicfile

import (
	"os"
	"path/filepath"
	"testing"
)

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real"), filepath.Join(dir, "link")
	if err := os.WriteFile(real, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{link, filepath.Join(dir, "fresh"), "/dev/null"} {
		if err := Write(path, []byte("new"), 0o640); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	for _, path := range []string{real, filepath.Join(dir, "fresh")} {
		text, err := os.ReadFile(path)
		info, _ := os.Stat(path)
		if err != nil || string(text) != "new" || info.Mode().Perm() != 0o640 {
			t.Errorf("%s: %q %v %v", path, text, info.Mode(), err)
		}
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link: %v %v", info.Mode(), err)
	}
	if err := Write(filepath.Join(dir, "no", "folder"), nil, 0o644); err == nil {
		t.Error("a folder that is not there was written to")
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 3 {
		t.Errorf("left behind: %v", entries)
	}
}
