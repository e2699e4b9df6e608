package secure_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
	"github.com/utilmeta/utilmeta-go/framework/plugin/secure"
)

// shown are the headers of an answer that this package is about.
func shown(h http.Header) map[string]string {
	m := map[string]string{}
	for _, name := range []string{"X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Strict-Transport-Security"} {
		if v := h.Values(name); len(v) > 0 {
			m[name] = fmt.Sprintf("%d:%s", len(v), v[0])
		}
	}
	return m
}

const (
	csp  = "1:default-src 'none'; frame-ancestors 'none'"
	hsts = "1:max-age=31536000"
)

func TestRow24_SecurityHeaders(t *testing.T) {
	plain := map[string]string{"X-Content-Type-Options": "1:nosniff", "Referrer-Policy": "1:no-referrer", "Content-Security-Policy": csp}
	with := func(name, value string) map[string]string {
		m := map[string]string{name: value}
		for k, v := range plain {
			if k != name {
				m[k] = v
			}
		}
		return m
	}
	strict := with("Strict-Transport-Security", hsts)
	fail := func(context.Context, *api.Empty) (*plugintest.Note, error) { return nil, errors.New("x") }
	for name, test := range map[string]struct {
		plugin  secure.Headers
		handler plugintest.Handler
		path    string
		tls     bool
		want    map[string]string
	}{
		"json":       {path: "/", want: plain},
		"empty":      {path: "/empty", want: plain},
		"error":      {path: "/", handler: fail, want: plain},
		"raw":        {path: "/raw", want: with("Content-Security-Policy", "1:default-src 'self'")},
		"tls":        {path: "/", tls: true, want: strict},
		"production": {path: "/", plugin: secure.Headers{Production: true}, want: strict},
		"no hsts":    {path: "/", plugin: secure.Headers{HSTS: -1}, tls: true, want: plain},
		"long hsts":  {path: "/", plugin: secure.Headers{HSTS: 48 * time.Hour, Subdomains: true}, tls: true, want: with("Strict-Transport-Security", "1:max-age=172800; includeSubDomains")},
		"referrer":   {path: "/", plugin: secure.Headers{ReferrerPolicy: "same-origin"}, want: with("Referrer-Policy", "1:same-origin")},
		"csp":        {path: "/", plugin: secure.Headers{ContentSecurityPolicy: "sandbox"}, want: with("Content-Security-Policy", "1:sandbox")},
	} {
		t.Run(name, func(t *testing.T) {
			if test.handler == nil {
				test.handler = plugintest.Hello
			}
			a := plugintest.New(&test.plugin, test.handler)
			a.Write = func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Security-Policy", "default-src 'self'")
				_, _ = io.WriteString(w, "<p>")
			}
			mux := plugintest.Mux(t, a, nil)
			start := httptest.NewServer
			if test.tls {
				start = httptest.NewTLSServer
			}
			for _, h := range []http.Handler{mux, test.plugin.Handler(mux)} { // both together are as one
				s := start(h)
				res, err := s.Client().Get(s.URL + test.path)
				if err != nil {
					t.Fatal(err)
				}
				res.Body.Close()
				s.Close()
				if diff := cmp.Diff(test.want, shown(res.Header)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
	bare := plugintest.Mux(t, plugintest.New(&secure.Headers{}, plugintest.Hello), nil)
	c := plugintest.Serve(t, new(secure.Headers).Handler(bare))
	if diff := cmp.Diff(plain, shown(c.Do("GET /nowhere").Header)); diff != "" {
		t.Error("404:", diff)
	}
}

func TestSetProduction(t *testing.T) {
	var h secure.Headers
	h.SetProduction(true)
	h.SetProduction(false)
	if !h.Production {
		t.Error("production was taken back")
	}
}

func TestChecked(t *testing.T) {
	plugintest.Refused(t, &secure.Headers{ContentSecurityPolicy: "a\r\nSet-Cookie: x"}, "ContentSecurityPolicy")
	plugintest.Refused(t, &secure.Headers{ReferrerPolicy: "é"}, "ReferrerPolicy")
	plugintest.Refused(t, &secure.Headers{HSTS: 1}, "below a second")
}

type pageAPI struct {
	Secure secure.Headers
	Get    api.Get[api.Empty, plugintest.Note]
}

func Example() {
	var mux api.Mux
	if err := mux.Mount("/page", &pageAPI{Get: plugintest.Hello}); err != nil {
		fmt.Println(err)
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/page", nil))
	fmt.Println(w.Header().Get("Content-Security-Policy"))
	// Output: default-src 'none'; frame-ancestors 'none'
}
