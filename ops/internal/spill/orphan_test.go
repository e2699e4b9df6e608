package spill

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

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
