package framework

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type hostileAPI struct {
	Any  api.Post[anyInput, greeting]
	Form api.Post[hostileForm, greeting]
	List api.Get[hostileQuery, greeting]
}

type anyInput struct {
	Any   any            `json:"any" api:"optional"`
	Map   map[string]int `json:"map" api:"optional"`
	Items []greeting     `json:"items" api:"optional"`
}

type hostileForm struct {
	Name string     `form:"name" api:"optional"`
	Cups []api.File `form:"cup" maxSize:"1KB"`
}

type hostileQuery struct {
	IDs    []int          `query:"id"`
	Filter map[string]int `query:"filter" api:"optional"`
}

func newHostile() *Service {
	s := New(Config{Name: "hostile", Port: -1, Logger: quiet, Inflate: true})
	s.Mount("/api", &hostileAPI{
		Any:  func(context.Context, *anyInput) (*greeting, error) { return &greeting{"ok"}, nil },
		Form: func(context.Context, *hostileForm) (*greeting, error) { return &greeting{"ok"}, nil },
		List: func(context.Context, *hostileQuery) (*greeting, error) { return &greeting{"ok"}, nil },
	})
	return s
}

// endless repeats a text up to a length.
type endless struct {
	text string
	left int
	at   int // in text
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := 0
	for n < len(p) && n < e.left {
		k := copy(p[n:min(len(p), e.left)], e.text[e.at:])
		n, e.at = n+k, (e.at+k)%len(e.text)
	}
	e.left -= n
	return n, nil
}

// attack sends a request and returns the status of the answer, 0 where the connection was cut.
func attack(t *testing.T, address, head string, body io.Reader) int {
	t.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	go func() { // the answer may come before the request has ended
		_, err := io.WriteString(c, strings.ReplaceAll(head, "\n", "\r\n")+"\r\n\r\n")
		if err == nil && body != nil {
			_, _ = io.CopyBuffer(struct{ io.Writer }{c}, body, make([]byte, 64<<10)) // the server may cut it
		}
	}()
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, res.Body)
	return res.StatusCode
}

// peak is the most that the heap had while f ran, beyond what it has before.
func peak(f func()) int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, m.HeapAlloc
	var done atomic.Bool
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for !done.Load() {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			time.Sleep(time.Millisecond)
		}
	}()
	f()
	done.Store(true)
	<-watched
	return int(most - before)
}

// Whatever is sent is answered with the right status, in bounded memory.
func TestRow33_HostileRequests(t *testing.T) {
	s := newHostile()
	startService(t, s)
	address := strings.TrimPrefix(s.BaseURL(), "http://")
	post := func(path, typ string, length int) string {
		return fmt.Sprintf("POST /api/%s HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: %s\nContent-Length: %d", path, typ, length)
	}
	const form = "multipart/form-data; boundary=x"
	const megabyte = 1 << 20
	chunked := "POST /api/any HTTP/1.1\nHost: localhost\nConnection: close\nContent-Type: application/json\nTransfer-Encoding: chunked"
	keys := func(n int) string {
		var b strings.Builder
		b.WriteString(`{"map":{`)
		for i := range n {
			fmt.Fprintf(&b, `"k%d":1,`, i)
		}
		return b.String() + `"k":1}}`
	}
	file := "--x\r\nContent-Disposition: form-data; name=\"cup\"; filename=\"a\"\r\n\r\n" + strings.Repeat("a", 2048) + "\r\n"
	part := "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n"
	manyKeys := keys(60_000)
	for _, c := range []struct {
		name, head string
		body       io.Reader
		want       []int
	}{
		{"200 MB", post("any", "application/json", 200*megabyte), &endless{text: " ", left: 200 * megabyte}, []int{413}},
		{"200 MB in chunks", chunked, &endless{text: "10000\r\n" + strings.Repeat(" ", 0x10000) + "\r\n", left: 200 * megabyte}, []int{413}},
		{"lists in lists", post("any", "application/json", megabyte), &endless{text: "[", left: megabyte}, []int{422}},
		{"objects in objects", post("any", "application/json", megabyte), &endless{text: `{"any":`, left: megabyte}, []int{422, 400}},
		{"many keys", post("any", "application/json", len(manyKeys)), strings.NewReader(manyKeys), []int{422}},
		{"many items", post("any", "application/json", megabyte-4), io.MultiReader(strings.NewReader(`{"items":[`), &endless{text: "{},", left: megabyte - 20}, strings.NewReader("{}]}      ")), []int{422, 400}},
		{"empty lists", post("any", "application/json", megabyte-4), io.MultiReader(strings.NewReader(`{"any":[`), &endless{text: "[],", left: megabyte - 20}, strings.NewReader("[]]}      ")), []int{422, 400}},
		{"broken UTF-8", post("any", "application/json", 12), strings.NewReader("{\"any\":\"\xff\"} "), []int{400}},
		{"many parts", post("form", form, len(part)*100_000), &endless{text: part, left: len(part) * 100_000}, []int{413}},
		{"many files", post("form", form, len(file)*10_000), &endless{text: file, left: len(file) * 10_000}, []int{413}},
		{"a form of 200 MB", post("form", "application/x-www-form-urlencoded", 200*megabyte), &endless{text: "name=a&", left: 200 * megabyte}, []int{413}},
		{"a header of 10 MB", "GET /api/list HTTP/1.1\nHost: localhost\nConnection: close\nX-Long: " + strings.Repeat("x", 10*megabyte), nil, []int{431, 0}},
		{"a query of 60 KB", "GET /api/list?" + strings.Repeat("id=1&", 12_000) + " HTTP/1.1\nHost: localhost\nConnection: close", nil, []int{422}},
		{"an object of 60 KB", "GET /api/list?" + strings.Repeat("filter[a]=1&", 5_000) + " HTTP/1.1\nHost: localhost\nConnection: close", nil, []int{422}},
		{"escapes", "GET /api/list?" + strings.Repeat("id=%zz&", 8_000) + " HTTP/1.1\nHost: localhost\nConnection: close", nil, []int{422}},
	} {
		status := 0
		took := peak(func() { status = attack(t, address, c.head, c.body) })
		fits := false
		for _, want := range c.want {
			fits = fits || status == want
		}
		if !fits {
			t.Errorf("%s: status %d, want %v", c.name, status, c.want)
		}
		if took > 40<<20 { // what the test itself makes of it included
			t.Errorf("%s: the heap grew by %d MB", c.name, took>>20)
		}
	}
	if r := s.Client(Live).Get("list"); r.Status != 200 {
		t.Errorf("afterwards: %d %v", r.Status, r.Err)
	}
}

// Connections that do nothing cost little, and leave nothing behind.
func TestIdleConnections(t *testing.T) {
	s := newHostile()
	startService(t, s)
	address := strings.TrimPrefix(s.BaseURL(), "http://")
	goroutines := runtime.NumGoroutine()
	const count = 2000
	conns := make([]net.Conn, 0, count)
	took := peak(func() {
		for range count {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			conns = append(conns, c)
		}
		if r := s.Client(Live).Get("list"); r.Status != 200 {
			t.Errorf("among idle connections: %d %v", r.Status, r.Err)
		}
	})
	if took > count*25<<10 {
		t.Errorf("an idle connection takes %d KB", took/count>>10)
	}
	for _, c := range conns {
		c.Close()
	}
	for range 100 {
		if runtime.NumGoroutine() <= goroutines+10 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("%d goroutines, %d before", runtime.NumGoroutine(), goroutines)
}
