package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// page answers with a text, and counts how often.
func page(t *testing.T, text string) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(s.Close)
	return s, &asked
}

func portOf(s *httptest.Server) string {
	u, _ := url.Parse(s.URL)
	return u.Port()
}

func TestRow48_SchemesAndHosts(t *testing.T) {
	s, asked := page(t, "hello")
	port := portOf(s)
	resolver, _ := names(t, [4]byte{127, 0, 0, 1})
	for _, test := range []struct {
		url   string
		allow []string
		want  string // of the error; none if empty
	}{
		{url: "http://127.0.0.1:" + port, allow: []string{"127.0.0.1"}},
		{url: "HTTP://127.0.0.1:" + port, allow: []string{"127.0.0.1:" + port}},
		{url: "http://LOCALHOST:" + port, allow: []string{"localhost"}},
		{url: "file:///etc/passwd", want: `has the scheme "file"`},
		{url: "FILE:///etc/passwd", want: `has the scheme "file"`},
		{url: "ftp://127.0.0.1/", want: `has the scheme "ftp"`},
		{url: "gopher://127.0.0.1/", want: `has the scheme "gopher"`},
		{url: "/etc/passwd", want: `has the scheme ""`},
		{url: "http:///a", want: "names no host"},
		{url: "http:127.0.0.1", want: "names no host"},
		{url: "http://[::1", want: "is no URL"},
		{url: "http://127.0.0.1:" + port, want: "127.0.0.1 is no public address"},
		{url: "http://localhost:" + port, want: "is no public address"},
		{url: "http://localhost.:" + port, want: "is no public address"},
		{url: "http://[::ffff:127.0.0.1]:" + port, want: "127.0.0.1 is no public address"},
		{url: "http://[::ffff:7f00:1]:" + port, want: "127.0.0.1 is no public address"},
		{url: "http://0.0.0.0:" + port, want: "is no public address"},
		{url: "http://[::]:" + port, want: "is no public address"},
		{url: "http://2130706433:" + port, want: "no such host"}, // some resolvers take it for 127.0.0.1
		{url: "http://0x7f.1:" + port, want: "is no public address"},
		{url: "http://169.254.169.254/latest/meta-data", want: "169.254.169.254 is no public address"},
		{url: "http://10.1.2.3/", want: "10.1.2.3 is no public address"},
		{url: "http://[fd00::1]/", want: "fd00::1 is no public address"},
		{url: "http://127.0.0.1:" + port, allow: []string{"127.0.0.1:1", "localhost", "", "*"}, want: "is no public address"},
		{url: "http://127.0.0.1@10.0.0.1/", allow: []string{"127.0.0.1"}, want: "10.0.0.1 is no public address"},
	} {
		before := asked.Load()
		body, err := Get(context.Background(), Request{URL: test.url, Allow: test.allow, resolver: resolver})
		switch {
		case test.want == "" && (err != nil || string(body) != "hello"):
			t.Errorf("%s, allowed %q: %q, %v", test.url, test.allow, body, err)
		case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want) || asked.Load() != before):
			t.Errorf("%s, allowed %q: %q, %v, want %q", test.url, test.allow, body, err, test.want)
		}
	}
}

// names answers questions for addresses, each with the next of a list.
func names(t *testing.T, addresses ...[4]byte) (*net.Resolver, *atomic.Int32) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	var asked atomic.Int32
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				i := min(int(asked.Add(1)), len(addresses)) - 1
				header := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
				m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: addresses[i]}}}
			}
			if text, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(text, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}, &asked
}

// A name that was public when somebody looked, and is of this machine when it is dialed, is refused.
func TestRow48_ReboundNames(t *testing.T) {
	s, asked := page(t, "secret")
	public, inside := [4]byte{93, 184, 216, 34}, [4]byte{127, 0, 0, 1}
	resolver, questions := names(t, public, inside)
	if ips, err := resolver.LookupHost(context.Background(), "rebound.test"); err != nil || ips[0] != "93.184.216.34" {
		t.Fatalf("the first look: %v, %v", ips, err)
	}
	body, err := Get(context.Background(), Request{URL: "http://rebound.test:" + portOf(s), resolver: resolver})
	if err == nil || !strings.Contains(err.Error(), "127.0.0.1 is no public address") || asked.Load() > 0 || questions.Load() < 2 {
		t.Errorf("%q, %v; the page was read %d times after %d questions", body, err, asked.Load(), questions.Load())
	}
	if body, err := Get(context.Background(), Request{URL: "http://rebound.test:" + portOf(s), resolver: resolver, Allow: []string{"rebound.test"}}); err != nil || string(body) != "secret" {
		t.Errorf("a host that is listed: %q, %v", body, err)
	}
}

func TestRow48_Redirects(t *testing.T) {
	other, asked := page(t, "other")
	var s *httptest.Server
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if to := r.URL.Query().Get("to"); to != "" {
			http.Redirect(w, r, to, http.StatusFound)
			return
		}
		if r.URL.Path == "/loop" {
			http.Redirect(w, r, "/loop", http.StatusFound)
			return
		}
		_, _ = io.WriteString(w, "here")
	})
	s = httptest.NewServer(handler)
	defer s.Close()
	secure := httptest.NewTLSServer(handler)
	defer secure.Close()
	pool := x509.NewCertPool()
	pool.AddCert(secure.Certificate())
	allow := []string{"127.0.0.1", "localhost", "example.com"}
	for _, test := range []struct{ from, to, want string }{
		{s.URL, "/there", ""},
		{s.URL, s.URL + "/there", ""},
		{s.URL, other.URL, "redirects to another host"}, // another port is another service
		{s.URL, strings.Replace(s.URL, "127.0.0.1", "localhost", 1), "redirects to another host"},
		{s.URL, "file:///etc/passwd", "redirects from http to file"},
		{s.URL, secure.URL, "redirects from http to https"}, // of another port
		{secure.URL, "/there", ""},
		{secure.URL, s.URL, "redirects from https to http"},
		{s.URL + "/loop", "", "redirects more than 5 times"},
	} {
		address := test.from
		if test.to != "" {
			address += "/?to=" + url.QueryEscape(test.to)
		}
		body, err := Get(context.Background(), Request{URL: address, Allow: allow, tls: &tls.Config{RootCAs: pool}})
		if test.want == "" && (err != nil || string(body) != "here") || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s to %s: %q, %v, want %q", test.from, test.to, body, err, test.want)
		}
	}
	if asked.Load() > 0 {
		t.Error("the other host was asked")
	}
	for _, test := range []struct {
		from, to string
		want     bool
	}{
		{"http://a.test/", "https://a.test/b", true}, {"http://a.test/", "https://a.test:8443/", false}, {"http://a.test:80/", "http://a.test/", true},
		{"https://a.test/", "https://A.TEST:443/", true}, {"https://a.test/", "http://a.test/", false}, {"http://a.test/", "https://b.test/", false},
	} {
		from, _ := url.Parse(test.from)
		to, _ := url.Parse(test.to)
		if err := stays(from, to); (err == nil) != test.want {
			t.Errorf("%s to %s: %v", test.from, test.to, err)
		}
	}
}

func TestRow48_TimeAndSize(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	_, _ = z.Write(make([]byte, 6<<20))
	z.Close()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/silent":
			<-r.Context().Done()
		case "/drip":
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, "x")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		case "/large":
			_, _ = w.Write(make([]byte, 5<<20+1))
		case "/full":
			_, _ = w.Write(make([]byte, 5<<20))
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		default:
			http.Error(w, "no", http.StatusForbidden)
		}
	}))
	defer s.Close()
	for path, want := range map[string]string{
		"/silent": "has not answered within 300ms", "/drip": "has not answered within 300ms", "/large": "is larger than 5242880 bytes", "/full": "",
		"/bomb": "is larger than 5242880 bytes", "/other": "answers with 403",
	} {
		r := Request{URL: s.URL + path, Allow: []string{"127.0.0.1"}}
		if strings.Contains(want, "within") {
			r.Timeout = 300 * time.Millisecond
		}
		body, err := Get(context.Background(), r)
		if want == "" && (err != nil || len(body) != 5<<20) || want != "" && (err == nil || err.Error() != want) {
			t.Errorf("%s: %d bytes, %v, want %q", path, len(body), err, want)
		}
	}
	if r := (Request{}).limited(); r.Timeout != 5*time.Second || r.MaxBytes != 5<<20 {
		t.Errorf("limits %v, %d", r.Timeout, r.MaxBytes)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Get(ctx, Request{URL: s.URL, Allow: []string{"127.0.0.1"}}); err == nil {
		t.Error("a context that has ended is no error")
	}
}

// What the environment says of proxies would see the address, and could answer for it.
func TestRow48_NoProxy(t *testing.T) {
	proxy, asked := page(t, "from the proxy")
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "ALL_PROXY"} {
		t.Setenv(name, proxy.URL)
	}
	resolver, _ := names(t, [4]byte{127, 0, 0, 1})
	s, _ := page(t, "from the page")
	body, err := Get(context.Background(), Request{URL: fmt.Sprintf("http://page.test:%s", portOf(s)), resolver: resolver, Allow: []string{"page.test"}})
	if err != nil || string(body) != "from the page" || asked.Load() > 0 {
		t.Errorf("%q, %v, %d", body, err, asked.Load())
	}
}
