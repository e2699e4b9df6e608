package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// The measure over sockets starts this program again, to serve.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "-serve" {
		fmt.Fprintln(os.Stderr, serve(os.Args[2]))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func TestEverythingRuns(t *testing.T) {
	file := filepath.Join(t.TempDir(), "results.md")
	if err := run(1, time.Millisecond, 20*time.Millisecond, file, false); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	wants := []string{"64 MiB of live heap", "### items, with request id and session", "| utilmeta, codecs |", "| 200 | yes |"}
	if runtime.GOOS == "linux" {
		wants = append(wants, "## Over sockets")
	}
	for _, want := range wants {
		if !strings.Contains(string(text), want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestPeersAreAlike(t *testing.T) {
	for _, all := range [][]peers.Peer{peers.All(), peers.Plugged()} {
		for _, q := range work.Requests {
			if err := alike(all, q); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestDifferenceIsFound(t *testing.T) {
	all := peers.All()[:2]
	q := work.Requests[0]
	q.Status = 201
	if alike(all, q) == nil {
		t.Error("a status")
	}
	q = work.Requests[len(work.Requests)-1]
	q.Faults = q.Faults[1:]
	if alike(all, q) == nil {
		t.Error("a fault")
	}
}

func TestAllocations(t *testing.T) {
	for i, q := range work.Requests {
		for _, of := range []struct {
			peer peers.Peer
			most float64
		}{
			{peers.All()[0], gates[i].allocs}, {peers.All()[1], gates[i].allocs},
			{peers.Plugged()[0], gates[i].allocs + 2*perPlugin}, {peers.Plugged()[1], gates[i].allocs + 2*perPlugin},
		} {
			once, _ := server(of.peer, q)
			if got := testing.AllocsPerRun(1000, once); got > of.most {
				t.Errorf("%s: %s takes %.0f allocations, want %.0f", q.Name, of.peer.Name, got, of.most)
			}
		}
	}
}

// Plans and codecs give the same bytes, whatever is sent.
func TestCodecsAnswerAsPlansDo(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, q := range work.Requests {
		for range 3000 {
			mutated := q
			mutated.Body = mutate(random, q.Body)
			if i := bytes.IndexByte([]byte(q.URL), '?'); i > 0 {
				mutated.URL = q.URL[:i+1] + string(mutateQuery(random, q.URL[i+1:]))
			}
			ask, want := server(peers.All()[0], mutated)
			askCoded, got := server(peers.All()[1], mutated)
			ask()
			askCoded()
			if want.status != got.status || !bytes.Equal(want.body, got.body) {
				t.Fatalf("%s %s %s: the plan answers %d %s, the codec %d %s", q.Method, mutated.URL, mutated.Body, want.status, want.body, got.status, got.body)
			}
		}
	}
}

func mutate(random *rand.Rand, doc []byte) []byte {
	if len(doc) == 0 {
		return nil
	}
	doc = bytes.Clone(doc)
	for range random.IntN(3) {
		switch i := random.IntN(len(doc)); random.IntN(4) {
		case 0:
			doc[i] = byte(random.IntN(256))
		case 1:
			doc = doc[:i+1]
		case 2:
			doc = append(doc[:i:i], append([]byte(" "), doc[i:]...)...)
		default:
			doc[i] = `"{}[],:0\e-.`[random.IntN(12)]
		}
	}
	return doc
}

// mutateQuery keeps to what a URL may hold.
func mutateQuery(random *rand.Rand, query string) []byte {
	b := []byte(query)
	for range random.IntN(4) {
		b[random.IntN(len(b))] = "&=%+20pageq-x;"[random.IntN(14)]
	}
	return b
}
