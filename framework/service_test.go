package framework

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type greeting struct {
	Text string `json:"text"`
}

type helloAPI struct {
	Hello api.Get[helloInput, greeting]
	Echo  api.Post[greeting, greeting]
	Peer  api.Get[api.Empty, greeting]
}

type helloInput struct {
	Wait string `query:"wait" api:"optional"`
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func newHello(c Config) *Service {
	c.Name, c.Logger = "hello", quiet
	s := New(c)
	s.Mount("/api", &helloAPI{
		Hello: func(ctx context.Context, in *helloInput) (*greeting, error) {
			if d, err := time.ParseDuration(in.Wait); err == nil {
				time.Sleep(d)
			}
			return &greeting{"world"}, nil
		},
		Echo: func(_ context.Context, in *greeting) (*greeting, error) { return in, nil },
		Peer: func(ctx context.Context, _ *api.Empty) (*greeting, error) {
			c, _ := api.CallFrom(ctx)
			return &greeting{c.Request().RemoteAddr}, nil
		},
	})
	return s
}

// part writes down what happens to it.
type part struct {
	name string
	log  *[]string
	fail string
}

func (p part) do(what string) error {
	*p.log = append(*p.log, what+" "+p.name)
	if p.fail == what {
		return errors.New("no " + what)
	}
	return nil
}

func (p part) String() string              { return p.name }
func (p part) Setup(*Service) error        { return p.do("setup") }
func (p part) Start(context.Context) error { return p.do("start") }
func (p part) Stop(context.Context) error  { return p.do("stop") }

func TestPartsInOrderAndReverse(t *testing.T) {
	for _, tt := range []struct {
		name string
		fail string
		want []string
		err  string
	}{
		{"all goes well", "", []string{"setup a", "setup b", "setup c", "start a", "start b", "start c", "stop c", "stop b", "stop a"}, ""},
		{"one does not set up", "setup", []string{"setup a", "setup b", "setup c"}, "b: no setup"},
		{"one does not start", "start", []string{"setup a", "setup b", "setup c", "start a", "start b", "stop a"}, "b: no start"},
		{"one does not stop", "stop", []string{"setup a", "setup b", "setup c", "start a", "start b", "start c", "stop c", "stop b", "stop a"}, "b: stop: no stop"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log []string
			s := newHello(Config{})
			s.Use(part{"a", &log, ""}, part{"b", &log, tt.fail}, part{"c", &log, ""})
			err := s.Start(t.Context())
			if err == nil {
				err = s.Stop(t.Context())
			}
			if diff := cmp.Diff(tt.want, log); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := strings.TrimSpace(errorText(err)); got != tt.err {
				t.Errorf("error %q, want %q", got, tt.err)
			}
		})
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestEveryMistakeAtOnce(t *testing.T) {
	s := New(Config{Port: 70000, BaseURL: "example.com", Production: true, MaxConnections: -1, Hosts: []string{"", "https://x.de", "*.x.de", "ok.de"}})
	s.Use(42)
	s.Mount("/nil", nil)
	s.Mount("/none", (*helloAPI)(nil))
	s.Mount("/api", &helloAPI{})
	err := errorText(s.Check())
	for _, want := range []string{
		"config: Name is empty", "config: Port 70000", "config: MaxConnections -1", `Hosts: ""`, `Hosts: "https://x.de"`, `Hosts: "*.x.de"`, `config: BaseURL "example.com" is no address`, "use: int has none of the hooks", `mount "/nil": want a pointer`, `mount "/none": want a pointer`,
		"framework.helloAPI.Hello: the endpoint has no handler: write a method hello", "framework.helloAPI.Echo: the endpoint has no handler",
	} {
		if !strings.Contains(err, want) {
			t.Errorf("no %q in\n%s", want, err)
		}
	}
	if err := errorText(New(Config{Name: "x", Production: true}).Check()); !strings.Contains(err, "Production needs BaseURL") {
		t.Error(err)
	}
}

func TestRow25_Hosts(t *testing.T) {
	for _, tt := range []struct {
		config Config
		host   string
		status int
	}{
		{Config{}, "localhost:8000", 200},
		{Config{}, "127.0.0.1:8000", 200},
		{Config{}, "[::1]:8000", 200},
		{Config{}, "LOCALHOST.", 200},
		{Config{}, "app.localhost:8000", 200},
		{Config{}, "evil.example", 400},
		{Config{}, "localhost.evil.example", 400},
		{Config{}, "127.0.0.1.evil.example", 400},
		{Config{}, "", 400},
		{Config{}, "localhost:80@evil.example", 400},
		{Config{BaseURL: "https://example.com"}, "example.com:80@evil.example", 400},
		{Config{Host: "192.168.0.5"}, "192.168.0.5:8000", 200},
		{Config{BaseURL: "https://example.com"}, "example.com", 200},
		{Config{BaseURL: "https://example.com", Production: true}, "Example.com:443", 200},
		{Config{BaseURL: "https://example.com", Production: true}, "localhost:8000", 400},
		{Config{Hosts: []string{"api.example.com"}, Production: true}, "api.example.com", 200},
		{Config{Hosts: []string{"*"}, Production: true}, "anything", 200},
	} {
		r := httptest.NewRequest("GET", "/api/hello", nil)
		r.Host = tt.host
		w := httptest.NewRecorder()
		newHello(tt.config).Handler().ServeHTTP(w, r)
		if w.Code != tt.status {
			t.Errorf("%q with %+v: %d, want %d", tt.host, tt.config, w.Code, tt.status)
		}
	}
	r := httptest.NewRequest("GET", "/healthz", nil)
	r.Host = "10.0.0.1"
	w := httptest.NewRecorder()
	newHello(Config{}).Handler().ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("a balancer's probe got %d", w.Code)
	}
}

func TestPeerIsTheClient(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, tt := range []struct {
		proxies         []netip.Prefix
		peer, forwarded string
		want            string
	}{
		{nil, "10.0.0.1:5", "1.2.3.4", "10.0.0.1:5"},
		{trusted, "10.0.0.1:5", "1.2.3.4", "1.2.3.4:0"},
		{trusted, "10.0.0.1:5", "6.6.6.6, 1.2.3.4, 10.2.2.2", "1.2.3.4:0"},
		{trusted, "10.0.0.1:5", "127.0.0.1, 8.8.8.8", "8.8.8.8:0"},
		{trusted, "10.0.0.1:5", "1.2.3.4:5678", "1.2.3.4:0"},
		{trusted, "10.0.0.1:5", "[2001:db8::1]:5678", "[2001:db8::1]:0"},
		{trusted, "10.0.0.1:5", "nonsense", "10.0.0.1:5"},
		{trusted, "10.0.0.1:5", "", "10.0.0.1:5"},
		{trusted, "9.9.9.9:5", "1.2.3.4", "9.9.9.9:5"},
	} {
		r := httptest.NewRequest("GET", "http://localhost/api/peer", nil)
		r.RemoteAddr = tt.peer
		r.Header.Set("X-Forwarded-For", tt.forwarded)
		w := httptest.NewRecorder()
		newHello(Config{TrustedProxies: tt.proxies}).Handler().ServeHTTP(w, r)
		if want := `{"text":"` + tt.want + `"}`; w.Body.String() != want {
			t.Errorf("%s forwarded for %q: %s, want %s", tt.peer, tt.forwarded, w.Body, want)
		}
	}
}

func TestProbes(t *testing.T) {
	s := newHello(Config{})
	var broken error
	s.Use(Hooks{Name: "db", OnPing: func(context.Context) error { return broken }})
	h := s.Handler()
	get := func(path string) int {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		return w.Code
	}
	if get("/healthz") != 200 || get("/readyz") != 503 {
		t.Error("before the start")
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if get("/readyz") != 200 {
		t.Error("started")
	}
	if broken = errors.New("down"); get("/readyz") != 503 || get("/healthz") != 200 {
		t.Error("a part is down")
	}
}

// startService runs s until the test ends and returns where it listens.
func startService(t *testing.T, s *Service) (stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx) }()
	for range 200 {
		if s.ready.Load() {
			break
		}
		select {
		case err := <-done:
			t.Fatalf("the service ended: %v", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = stop() })
	return stop
}

// A service that stops answers every request that it has accepted.
func TestGracefulStop(t *testing.T) {
	s := newHello(Config{Port: -1})
	stop := startService(t, s)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed []error
	answered := 0
	for range 16 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			client := &http.Client{Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			for {
				res, err := client.Get(s.URL() + "/hello?wait=5ms")
				mu.Lock()
				if err == nil {
					_, err = io.Copy(io.Discard, res.Body)
					res.Body.Close()
					answered++
				}
				if err != nil && !errors.Is(err, syscall.ECONNREFUSED) {
					failed = append(failed, err)
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		}()
	}
	time.Sleep(100 * time.Millisecond)
	if err := stop(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	// A keep-alive connection that is idle when the listener closes is closed by the server: a client that
	// picks it in that moment sees EOF before it has sent anything, and net/http retries GETs by itself.
	if len(failed) > 0 || answered < 16 {
		t.Errorf("%d answered, %d failed: %v", answered, len(failed), failed)
	}
}

func TestListenErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	err = newHello(Config{Port: l.Addr().(*net.TCPAddr).Port}).Serve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "is taken by another process") {
		t.Errorf("got %v", err)
	}
}

// Clients that send their headers for ever are cut, and others do not notice them.
func TestRow52_SlowHeadersAreCut(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the whole header timeout")
	}
	t.Parallel()
	s := newHello(Config{Port: -1})
	startService(t, s)
	address := strings.TrimPrefix(s.BaseURL(), "http://")
	var slow []net.Conn
	for range 200 {
		c, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if _, err := io.WriteString(c, "GET /api/hello HTTP/1.1\r\nHost: localhost\r\nX-"); err != nil {
			t.Fatal(err)
		}
		slow = append(slow, c)
	}
	for range 20 {
		if r := s.Client(Live).Get("hello"); r.Status != 200 {
			t.Errorf("another client got %d, %v", r.Status, r.Err)
		}
	}
	end := time.Now().Add(readHeaderTimeout + 5*time.Second)
	for _, c := range slow {
		_ = c.SetReadDeadline(end)
		if _, err := io.ReadAll(c); err != nil {
			t.Fatalf("a connection is still open: %v", err)
		}
	}
}

// What breaks the rules of HTTP is refused by the first line of defence, and nothing gets through behind it.
func TestRow54_RawRequests(t *testing.T) {
	s := newHello(Config{Port: -1})
	startService(t, s)
	long := strings.Repeat("x", maxHeaderBytes+8<<10)
	for _, tt := range []struct{ name, request, want string }{
		{"good", "GET /api/hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "200"},
		{"no host", "GET /api/hello HTTP/1.1\r\nConnection: close\r\n\r\n", "400"},
		{"two hosts", "GET /api/hello HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\nConnection: close\r\n\r\n", "400"},
		{"two lengths", "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x", "400"},
		{"bad length", "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: +2\r\n\r\n{}", "400"},
		{"unknown coding", "POST /api/echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: x\r\n\r\n", "501"},
		{"space before colon", "GET /api/hello HTTP/1.1\r\nHost : localhost\r\n\r\n", "400"},
		{"header too large", "GET /api/hello HTTP/1.1\r\nHost: localhost\r\nX-Y: " + long + "\r\n\r\n", "431"},
		{"trace", "TRACE /api/hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "405"},
		{"override is not a thing", "POST /api/hello HTTP/1.1\r\nHost: localhost\r\nX-HTTP-Method-Override: GET\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "405"},
	} {
		c, err := net.Dial("tcp", strings.TrimPrefix(s.BaseURL(), "http://"))
		if err != nil {
			t.Fatal(err)
		}
		_ = c.SetDeadline(time.Now().Add(5 * time.Second))
		_, _ = io.WriteString(c, tt.request)
		answer, _ := io.ReadAll(c)
		c.Close()
		if line, _, _ := strings.Cut(string(answer), "\r\n"); !strings.HasPrefix(line, "HTTP/1.1 "+tt.want) {
			t.Errorf("%s: %q", tt.name, line)
		}
		if bytes.Count(answer, []byte("HTTP/1.1 ")) > 1 || bytes.Contains(answer, []byte("\r\nServer:")) {
			t.Errorf("%s: more than was asked for: %q", tt.name, answer)
		}
	}
}

func TestRow56_LogLines(t *testing.T) {
	var log bytes.Buffer
	s := New(Config{Name: "x", Logger: slog.New(slog.NewTextHandler(&log, nil))})
	s.Mount("/", &helloAPI{
		Hello: func(context.Context, *helloInput) (*greeting, error) {
			return nil, errors.New("a\r\nlevel=INFO forged \x1b[31m")
		},
		Echo: func(context.Context, *greeting) (*greeting, error) { return nil, nil },
		Peer: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil },
	})
	s.Client(InProcess).Get("hello?x=%0d%0a%1b")
	if n := strings.Count(log.String(), "\n"); n != 1 || strings.ContainsAny(log.String(), "\r\x1b") {
		t.Errorf("%d lines: %q", n, log.String())
	}
}

func TestClientPrints(t *testing.T) {
	s := newHello(Config{Port: -1})
	for _, way := range []Way{InProcess, Live} {
		if way == Live {
			startService(t, s)
		}
		c := s.Client(way)
		var out bytes.Buffer
		c.Post("echo", Data{"text": "hi"}).Fprint(&out)
		c.Post("/echo", Data{}).Fprint(&out)
		c.Get("nothing").Fprint(&out)
		want := `Response [200 OK] "POST /api/echo"
application/json (13)
{"text":"hi"}

Response [422 Unprocessable Entity] "POST /api/echo"
application/problem+json (186)
{"title":"Unprocessable Entity","status":422,"code":"invalid","detail":"the request is not valid","errors":[{"pointer":"#/text","code":"required","detail":"is required"}]}

Response [404 Not Found] "GET /api/nothing"
application/problem+json (88)
{"title":"Not Found","status":404,"code":"not_found","detail":"nothing is at this address"}

`
		if diff := cmp.Diff(stripSizes(want), stripSizes(out.String())); diff != "" {
			t.Errorf("way %d (-want +got):\n%s", way, diff)
		}
	}
	if r := New(Config{Name: "x"}).Client(InProcess).Get("x"); r.Status != 404 {
		t.Errorf("a service without APIs: %d, %v", r.Status, r.Err)
	}
	if r := newHello(Config{Port: 1}).Client(Live).Get("hello"); r.Err == nil || r.Status != 0 {
		t.Error("no error from a service that does not run")
	}
}

func stripSizes(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "application/problem+json (") {
			lines[i] = "application/problem+json (n)"
		}
	}
	return strings.Join(lines, "\n")
}

func TestCommands(t *testing.T) {
	s := newHello(Config{})
	for _, tt := range []struct {
		args []string
		code int
		want string
	}{
		{[]string{"version"}, 0, "hello 0.1.0\nutilmeta-go " + Version + "\n"},
		{[]string{"check"}, 0, "hello: 3 endpoints, nothing wrong\n"},
		{[]string{"routes"}, 0, "GET     /api/hello  hello"},
		{[]string{"--help"}, 0, "serve "},
		{[]string{"nonsense"}, 2, ""},
		{[]string{"serve", "--port", "x"}, 2, ""},
		{[]string{"serve", "--port", "70000"}, 2, ""},
		{[]string{"check", "too", "much"}, 2, ""},
	} {
		var err error
		out := captureStdout(t, func() { err = s.Execute(t.Context(), tt.args...) })
		if ExitCode(err) != tt.code || !strings.Contains(out, tt.want) || strings.Contains(errorText(err), "\n") {
			t.Errorf("%v: code %d, error %v, printed %q", tt.args, ExitCode(err), err, out)
		}
	}
}

func captureStdout(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	f()
	w.Close()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// A plugin that is a part is started with the service that has it.
func TestPluginsAreParts(t *testing.T) {
	var log []string
	type pluggedAPI struct {
		Plugin pluginPart
		Get    api.Get[api.Empty, greeting]
	}
	s := New(Config{Name: "x"})
	s.Mount("/", &pluggedAPI{Plugin: pluginPart{part{"p", &log, ""}}, Get: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil }})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(log, []string{"setup p", "start p"}) {
		t.Errorf("got %v", log)
	}
}

type pluginPart struct{ part }

func (pluginPart) Wrap(_ *api.Endpoint, next api.Handler) api.Handler { return next }

func TestStartAndStopHaveState(t *testing.T) {
	var log []string
	s := newHello(Config{})
	s.Use(part{"a", &log, ""})
	if err := s.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var given context.Context
	s.Use(Hooks{OnStart: func(ctx context.Context) error { given = ctx; return nil }})
	if err := s.Start(ctx); err != nil {
		t.Fatal(err)
	}
	if cancel(); given.Err() != nil {
		t.Error("what a part goes on with ended with the context of the start")
	}
	if err := s.Start(t.Context()); err == nil {
		t.Error("started twice")
	}
	for range 2 {
		if err := s.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff([]string{"setup a", "start a", "stop a"}, log); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is added after a check is checked by the next.
func TestUseAfterCheck(t *testing.T) {
	s := newHello(Config{})
	if err := s.Check(); err != nil {
		t.Fatal(err)
	}
	var log []string
	s.Use(part{"late", &log, "setup"})
	if err := s.Check(); err == nil || len(log) != 1 {
		t.Errorf("got %v after %v", err, log)
	}
}

// startable is a plugin whose pointer alone can be started.
type startable struct{ started bool }

func (startable) Wrap(_ *api.Endpoint, next api.Handler) api.Handler { return next }

func (p *startable) Start(context.Context) error { p.started = true; return nil }

func TestPluginsByAddressAreParts(t *testing.T) {
	type pluggedAPI struct {
		Plugin startable
		Get    api.Get[api.Empty, greeting]
	}
	s := New(Config{Name: "x"})
	a := &pluggedAPI{Get: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil }}
	s.Mount("/", a)
	if err := s.Start(t.Context()); err != nil || !a.Plugin.started {
		t.Errorf("%v, started %v", err, a.Plugin.started)
	}
}

func TestInsideIsLikeOutside(t *testing.T) {
	s := newHello(Config{Port: -1})
	startService(t, s)
	c := &http.Client{Transport: s.Transport()}
	for _, path := range []string{"/api/hello", "/api/nothing", "/healthz"} {
		in, err := c.Get(s.BaseURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		out, err := http.Get(s.BaseURL() + path)
		if err != nil {
			t.Fatal(err)
		}
		out.Body.Close()
		out.Header.Del("Date")
		if diff := cmp.Diff(out.Header, in.Header); diff != "" || in.Status != out.Status || in.ContentLength != out.ContentLength {
			t.Errorf("%s: %s, %d bytes; outside %s, %d\n%s", path, in.Status, in.ContentLength, out.Status, out.ContentLength, diff)
		}
	}
}

// header is a part that writes a header around everything.
type header string

func (n header) Handler(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Around", string(n))
		next.ServeHTTP(w, r)
	})
}

func TestPartsAroundEverything(t *testing.T) {
	s := newHello(Config{})
	s.Use(header("first"), header("second"))
	for _, path := range []string{"hello", "nothing"} {
		r := s.Client(InProcess).Get(path)
		if diff := cmp.Diff([]string{"first", "second"}, r.Header.Values("Around")); diff != "" {
			t.Errorf("%s: %v\n%s", path, r.Err, diff)
		}
	}
}
