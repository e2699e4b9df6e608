package log_test

import (
	"io"
	"net"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

// A line is a connection to a server that can be cut.
type line struct {
	net.Listener
	to    string
	mu    sync.Mutex
	cut   bool
	conns map[net.Conn]bool
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &line{Listener: listener, to: to, conns: map[net.Conn]bool{}}
	go l.run()
	t.Cleanup(func() { l.set(true); listener.Close() })
	return l
}

func (l *line) run() {
	for {
		in, err := l.Accept()
		if err != nil {
			return
		}
		out, err := net.Dial("tcp", l.to)
		l.mu.Lock()
		if l.cut || err != nil {
			in.Close()
			if out != nil {
				out.Close()
			}
		} else {
			l.conns[in], l.conns[out] = true, true
			go pipe(in, out)
			go pipe(out, in)
		}
		l.mu.Unlock()
	}
}

func pipe(from, to net.Conn) {
	_, _ = io.Copy(to, from)
	from.Close()
	to.Close()
}

// set cuts the line, or mends it.
func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for c := range l.conns {
			c.Close()
			delete(l.conns, c)
		}
	}
}

// While the store is away requests are answered as ever, and their records are there afterwards.
func TestRow50_TheStoreIsAway(t *testing.T) { storeIsAway(t, 2*time.Second) }

func TestSoak_TheStoreIsAway(t *testing.T) {
	if os.Getenv("META_TEST_SOAK") == "" {
		t.Skip("set META_TEST_SOAK=1, or run make soak")
	}
	storeIsAway(t, 30*time.Second)
}

func storeIsAway(t *testing.T, away time.Duration) {
	t.Helper()
	c, err := db.Parse(testdb.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	l := newLine(t, net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 1))))
	c.Port = l.Addr().(*net.TCPAddr).Port
	d := testdb.Open(t, c)
	f := open(t, d, log.Options{})
	if status := f.do("GET /api/hello", ""); status != 200 {
		t.Fatal(status)
	}
	before := len(f.rows())
	l.set(true)
	n := 0
	for end := time.Now().Add(away); time.Now().Before(end); n++ {
		if status := f.do("GET /api/hello", ""); status != 200 {
			t.Fatalf("%d while the store is away", status)
		}
		if n%200 == 0 {
			if err := f.log.Flush(t.Context()); err == nil {
				t.Error("records were stored in a database that is away")
			}
		}
	}
	l.set(false)
	var rows int
	for range 20 {
		if err := f.log.Flush(t.Context()); err == nil {
			rows = len(f.rows())
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	if rows != before+n {
		t.Errorf("%d rows of %d requests", rows-before, n)
	}
	t.Logf("%d requests in %v without a store", n, away)
}
