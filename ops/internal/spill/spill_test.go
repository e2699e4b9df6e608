package spill

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
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

// One process that lives keeps its files; each of a dead one goes to one other.
func TestOrphans(t *testing.T) {
	s := open(t, Options{})
	if err := s.Append([]byte("mine")); err != nil {
		t.Fatal(err)
	}
	other := open(t, s.options)
	if l, err := other.Orphans(); err != nil || len(l) != 0 {
		t.Fatalf("%d files of a process that lives, %v", len(l), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	found := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			l, err := open(t, s.options).Orphans()
			mu.Lock()
			defer mu.Unlock()
			if found += len(l); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if found != 1 {
		t.Errorf("found %d times", found)
	}
}

// What a dead process left counts as what this one did.
func TestOrphansAreCounted(t *testing.T) {
	s := open(t, Options{})
	for range 3 {
		if err := s.Append([]byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	next := open(t, s.options)
	orphans, err := next.Orphans()
	if err != nil || len(orphans) != 1 {
		t.Fatalf("%d files, %v", len(orphans), err)
	}
	orphans[0].Return()
	if n := next.Waiting(); n != 3 {
		t.Errorf("%d wait", n)
	}
	next.options.MaxBytes, next.options.Segment = 20, 1 // room is made when a file is full
	if err := next.Append([]byte("y")); err != nil {
		t.Fatal(err)
	}
	if n := next.Dropped(); n != 3 {
		t.Errorf("%d dropped", n)
	}
}

// Processes that look for what others left do not keep one from writing that begins just then.
func TestWritingWhileOthersLookAround(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "spill")
	s := open(t, Options{Dir: dir, Segment: 1}) // a file a record
	stop := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		other := open(t, Options{Dir: dir})
		for {
			select {
			case <-stop:
				return
			default:
			}
			l, err := other.Orphans()
			if err != nil {
				t.Error(err)
			}
			for _, g := range l {
				if records, _ := read(t, g); len(records) > 0 {
					t.Errorf("taken from a process that lives: %s", records)
				}
				if err := g.Done(); err != nil {
					t.Error(err)
				}
			}
		}
	})
	defer wg.Wait()
	defer close(stop)
	for i := range 2000 {
		if err := s.Append(fmt.Appendf(nil, "%d", i)); err != nil {
			t.Fatal(err)
		}
		if g := s.Take(); g != nil {
			records, _ := read(t, g)
			if len(records) != 1 || records[0] != fmt.Sprint(i) {
				t.Fatalf("got %s", records)
			}
			if err := g.Done(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestMain(m *testing.M) {
	if dir := os.Getenv("SPILL_TEST_DIR"); dir != "" {
		writeUntilKilled(dir)
		return
	}
	os.Exit(m.Run())
}

// writeUntilKilled writes records and tells each of them when it is written.
func writeUntilKilled(dir string) {
	s, err := Open(Options{Dir: dir, Segment: 4096})
	if err != nil {
		panic(err)
	}
	for i := 0; ; i++ {
		if err := s.Append(fmt.Appendf(nil, "%d-%d", os.Getpid(), i)); err != nil {
			panic(err)
		}
		fmt.Printf("%d-%d\n", os.Getpid(), i)
	}
}

// What was written when a process is killed is there, once.
func TestKilledWhileWriting(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		dir := t.TempDir()
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SPILL_TEST_DIR="+dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		told := map[string]bool{}
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if len(told) == 0 { // it has begun, however long that took
				time.AfterFunc(time.Duration(random.IntN(60))*time.Millisecond, func() { _ = cmd.Process.Kill() })
			}
			told[lines.Text()] = true
		}
		_ = cmd.Wait() // it was killed
		s := open(t, Options{Dir: dir})
		orphans, err := s.Orphans()
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]int{}
		for _, g := range orphans {
			records, _ := read(t, g)
			for _, r := range records {
				seen[r]++
			}
		}
		for r := range told {
			if seen[r] != 1 {
				t.Fatalf("%s was written, and is there %d times", r, seen[r])
			}
		}
		if len(told) == 0 {
			t.Error("nothing was written")
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
