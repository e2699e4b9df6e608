package log_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

const victimFolder = "META_TEST_VICTIM"

type numbered struct {
	ID string `path:"id"`
}

type numbersAPI struct {
	Get api.Get[numbered, note] `route:"/n/{id}"`
}

// newVictim makes a log in a folder, and a handler that it records.
func newVictim(folder string) (*log.Log, http.Handler, error) {
	s, err := store.New(db.Config{Engine: db.SQLite, Name: filepath.Join(folder, "operations.db")}, nil)
	if err != nil {
		return nil, nil, err
	}
	if err := s.Start(context.Background()); err != nil {
		return nil, nil, err
	}
	l, err := log.New(log.Config{
		Options: log.Options{KeepDefault: true}, Store: s, Service: "victim", Node: func() string { return "" }, Names: mask.NewNames(mask.Defaults...),
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Cycle: time.Second, Backlog: 50, Folder: filepath.Join(folder, "spill"),
	})
	if err != nil {
		return nil, nil, err
	}
	mux := &api.Mux{}
	err = mux.Mount("/", &numbersAPI{func(_ context.Context, in *numbered) (*note, error) {
		return &note{Text: strings.Repeat(in.ID, 1+len(in.ID)%3*600)}, nil
	}})
	if err != nil {
		return nil, nil, err
	}
	for _, ep := range mux.Endpoints() {
		l.Target(ep)
	}
	return l, l.Handler(mux, notOwn), l.Start()
}

// TestVictim is a process that is killed.
func TestVictim(t *testing.T) {
	folder := os.Getenv(victimFolder)
	if folder == "" {
		t.Skip("is run by other tests")
	}
	_, handler, err := newVictim(folder)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("http://" + listener.Addr().String())
	t.Fatal(http.Serve(listener, handler))
}

// load sends requests until the server is gone, and returns the numbers of those that were answered.
func load(address string, begin int) (answered []int) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	for client := range 8 {
		wg.Go(func() {
			for n := begin + client; ; n += 8 {
				res, err := http.Get(address + "/n/" + strconv.Itoa(n))
				if err != nil {
					return
				}
				_, err = io.Copy(io.Discard, res.Body)
				res.Body.Close()
				if err != nil {
					return
				}
				mu.Lock()
				answered = append(answered, n)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	return answered
}

// A process that is killed at any moment loses no request that was answered, and none is stored twice.
func TestKilledProcessesLoseNothing(t *testing.T) {
	folder := t.TempDir()
	answered := map[int]bool{}
	const kills = 20
	for round := range kills {
		cmd := exec.Command(os.Args[0], "-test.run=^TestVictim$")
		cmd.Env = append(os.Environ(), victimFolder+"="+folder)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		address, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(20+rand.IntN(400))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		for _, n := range load(strings.TrimSpace(address), round*1_000_000) {
			answered[n] = true
		}
		_ = cmd.Wait()
	}
	l, _, err := newVictim(folder)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	d := testdb.Open(t, db.Config{Engine: db.SQLite, Name: filepath.Join(folder, "operations.db")})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if err := l.Flush(t.Context()); err != nil {
			t.Fatal(err)
		}
		left, err := filepath.Glob(filepath.Join(folder, "spill", "*"))
		if err != nil || len(left) == 0 || time.Now().After(deadline) {
			break
		}
	}
	rows, err := d.QueryContext(t.Context(), "SELECT path FROM ops_log")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var path string
		if err := rows.Scan(&path); err != nil {
			t.Fatal(err)
		}
		n, err := strconv.Atoi(strings.TrimPrefix(path, "/n/"))
		if err != nil {
			t.Fatal(err)
		}
		seen[n]++
	}
	lost, twice := 0, 0
	for n := range answered {
		if seen[n] == 0 {
			lost++
		}
	}
	for _, times := range seen {
		if times > 1 {
			twice++
		}
	}
	t.Logf("%d kills, %d requests answered, %d stored", kills, len(answered), len(seen))
	if lost > 0 || twice > 0 || len(answered) < 100 {
		t.Errorf("%d lost, %d stored twice", lost, twice)
	}
	if err := l.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}
