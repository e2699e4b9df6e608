package spill

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func open(t *testing.T, o Options) *Spill {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "spill")
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// read gives the records of a segment and how many were damaged.
func read(t *testing.T, g *Segment) (records []string, damaged int) {
	t.Helper()
	for record, err := range g.Records() {
		switch {
		case errors.Is(err, ErrDamaged):
			damaged++
		case err != nil:
			t.Fatal(err)
		default:
			records = append(records, string(record))
		}
	}
	return records, damaged
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestRecordsAreTakenInTheirOrder(t *testing.T) {
	s := open(t, Options{Segment: 40})
	var want []string
	for i := range 10 {
		want = append(want, fmt.Sprintf(`{"record":%d}`, i))
		if err := s.Append([]byte(want[i])); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Waiting(); n != 10 {
		t.Errorf("%d wait", n)
	}
	first := s.Take()
	first.Return()
	var got []string
	for g := s.Take(); g != nil; g = s.Take() {
		records, damaged := read(t, g)
		got = append(got, records...)
		if damaged != 0 {
			t.Errorf("%d damaged", damaged)
		}
		if err := g.Done(); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %s", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left := files(t, s.options.Dir); len(left) > 0 {
		t.Errorf("left behind: %s", left)
	}
	if err := s.Append([]byte("x")); !errors.Is(err, errClosed) {
		t.Errorf("after the end: %v", err)
	}
	if err := open(t, Options{}).Append([]byte("a\nb")); err == nil {
		t.Error("a record with a line break passes")
	}
}

func TestRow60_SpillModes(t *testing.T) {
	s := open(t, Options{})
	if err := s.Append([]byte("x")); err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dir, err := os.Stat(s.options.Dir)
	if err != nil || dir.Mode().Perm() != 0o700 {
		t.Errorf("the folder has %v, %v", dir.Mode(), err)
	}
	file, err := os.Stat(s.current.file.Name())
	if err != nil || file.Mode().Perm() != 0o600 {
		t.Errorf("the file has %v, %v", file.Mode(), err)
	}
}

// Above the limit the oldest records go, and are counted; those that somebody stores just now stay.
func TestTheOldestGo(t *testing.T) {
	s := open(t, Options{Segment: 200, MaxBytes: 1000})
	for i := range 20 {
		if err := s.Append(fmt.Appendf(nil, "%03d", i)); err != nil {
			t.Fatal(err)
		}
	}
	taken := s.Take()
	for i := 20; i < 200; i++ {
		if err := s.Append(fmt.Appendf(nil, "%03d", i)); err != nil {
			t.Fatal(err)
		}
	}
	kept, _ := read(t, taken)
	if len(kept) == 0 || kept[0] != "000" {
		t.Errorf("what was taken: %s", kept)
	}
	n := int64(len(kept))
	if err := taken.Done(); err != nil {
		t.Fatal(err)
	}
	last := ""
	for g := s.Take(); g != nil; g = s.Take() {
		records, _ := read(t, g)
		n += int64(len(records))
		last = records[len(records)-1]
		if err := g.Done(); err != nil {
			t.Fatal(err)
		}
	}
	if last != "199" || n+s.Dropped() != 200 || s.Dropped() == 0 {
		t.Errorf("%d records, the last %s, %d dropped", n, last, s.Dropped())
	}
}

// A file that was cut or changed gives all records but those.
func TestDamagedFiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		s := open(t, Options{})
		for i := range 20 {
			if err := s.Append(fmt.Appendf(nil, `{"record":%d}`, i)); err != nil {
				t.Fatal(err)
			}
		}
		name := s.current.file.Name()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		at := random.IntN(len(text))
		if random.IntN(2) == 0 {
			text = text[:at]
		} else {
			text[at] ^= 1 << random.IntN(8)
		}
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		next := open(t, s.options)
		orphans, err := next.Orphans()
		if err != nil || len(orphans) != 1 {
			t.Fatalf("%d files, %v", len(orphans), err)
		}
		records, damaged := read(t, orphans[0])
		for _, r := range records {
			if !strings.HasPrefix(r, `{"record":`) {
				t.Fatalf("%q passes for a record", r)
			}
		}
		if whole := strings.Count(string(text), "\n"); len(records) < whole-2 || damaged > 2 {
			t.Fatalf("%d records of %d lines, %d damaged", len(records), whole, damaged)
		}
		if err := orphans[0].Done(); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	s, err := Open(Options{Dir: b.TempDir()})
	if err != nil {
		b.Fatal(err)
	}
	record := []byte(strings.Repeat("x", 400))
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Append(record); err != nil {
			b.Fatal(err)
		}
	}
}
