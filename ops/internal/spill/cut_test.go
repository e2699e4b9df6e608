package spill

import (
	"os"
	"slices"
	"testing"
)

// A file that somebody cuts short loses what was cut, which is told, and nothing that is written later.
func TestCutShort(t *testing.T) {
	s := open(t, Options{})
	if err := s.Append([]byte("a")); err != nil {
		t.Fatal(err)
	}
	if s.current.memory == nil {
		t.Skip("files are not mapped here")
	}
	if err := os.Truncate(s.current.file.Name(), 0); err != nil {
		t.Fatal(err)
	}
	for _, record := range []string{"b", "c"} {
		if err := s.Append([]byte(record)); err != nil {
			t.Fatal(err)
		}
	}
	g := s.Take()
	records, damaged := read(t, g)
	if !slices.Equal(records, []string{"b", "c"}) || damaged != 0 || g.Len() != 2 || s.Dropped() != 1 {
		t.Errorf("got %q, %d damaged, %d in all, %d dropped", records, damaged, g.Len(), s.Dropped())
	}
	if err := g.Done(); err != nil {
		t.Error(err)
	}
}
