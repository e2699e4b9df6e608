package httpcache_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/plugin/httpcache"
	"github.com/utilmeta/utilmeta-go/framework/plugin/internal/plugintest"
)

func serve(t *testing.T, p api.Plugin, h plugintest.Handler) plugintest.Client {
	return plugintest.Serve(t, plugintest.Mux(t, plugintest.New(p, h), nil))
}

func TestRevalidation(t *testing.T) {
	text := "one"
	c := serve(t, httpcache.Policy{}, func(context.Context, *api.Empty) (*plugintest.Note, error) {
		return &plugintest.Note{Text: text}, nil
	})
	a := c.Do("GET /")
	tag := a.Header.Get("Etag")
	if tag == "" || a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Fatalf("got %v", a.Header)
	}
	for asked, status := range map[string]int{
		tag:                   304,
		"W/" + tag:            304,
		`"a,b", ` + tag:       304,
		`"a" ,, W/"b",` + tag: 304,
		"*":                   304,
		`"other"`:             200,
		`"unclosed`:           200,
		tag[1 : len(tag)-1]:   200,
		`garbage, ` + tag:     200,
		"":                    200,
	} {
		for _, method := range []string{"GET", "HEAD"} {
			a := c.Do(method+" /", "If-None-Match", asked)
			if a.StatusCode != status || a.Header.Get("Etag") != tag || status == 304 && (a.Text != "" || a.Header.Get("Content-Type") != "" || a.Header.Get("Cache-Control") == "") {
				t.Errorf("%s with %s: %d %v %q", method, asked, a.StatusCode, a.Header, a.Text)
			}
		}
	}
	text = "two"
	if a := c.Do("GET /", "If-None-Match", tag); a.StatusCode != 200 || a.Header.Get("Etag") == tag {
		t.Errorf("after a change: %d %v", a.StatusCode, a.Header)
	}
}

func TestLastModified(t *testing.T) {
	modified := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := serve(t, httpcache.Policy{}, func(ctx context.Context, _ *api.Empty) (*plugintest.Note, error) {
		call, _ := api.CallFrom(ctx)
		call.Header().Set("Last-Modified", modified.Format(http.TimeFormat))
		call.Header().Set("Etag", `"own"`)
		call.Header().Set("Cache-Control", "max-age=5")
		return &plugintest.Note{}, nil
	})
	at := func(d time.Duration) string { return modified.Add(d).Format(http.TimeFormat) }
	for _, test := range []struct {
		header []string
		status int
	}{
		{nil, 200},
		{[]string{"If-Modified-Since", at(0)}, 304},
		{[]string{"If-Modified-Since", at(time.Hour)}, 304},
		{[]string{"If-Modified-Since", at(-time.Second)}, 200},
		{[]string{"If-Modified-Since", "yesterday"}, 200},
		{[]string{"If-Modified-Since", at(0), "If-None-Match", `"other"`}, 200}, // the tag decides
		{[]string{"If-Modified-Since", at(-time.Hour), "If-None-Match", `"own"`}, 304},
	} {
		a := c.Do("GET /", test.header...)
		if a.StatusCode != test.status || a.Header.Get("Etag") != `"own"` || a.Header.Get("Cache-Control") != "max-age=5" || a.Header.Get("Last-Modified") == "" {
			t.Errorf("%q: %d %v", test.header, a.StatusCode, a.Header)
		}
	}
}

func TestDirectives(t *testing.T) {
	for want, p := range map[string]httpcache.Policy{
		"private, no-cache":   {},
		"no-store":            {NoStore: true},
		"public, no-cache":    {Public: true},
		"private, max-age=60": {MaxAge: time.Minute},
		"public, max-age=60, s-maxage=3600, stale-while-revalidate=30, immutable": {
			Public: true, MaxAge: time.Minute, Shared: time.Hour, Stale: 30 * time.Second, Immutable: true,
		},
	} {
		p.Vary = []string{"accept-language"}
		a := serve(t, p, plugintest.Hello).Do("GET /")
		if got := a.Header.Get("Cache-Control"); got != want || a.Header.Get("Vary") != "Accept-Language" || p.NoStore == (a.Header.Get("Etag") != "") {
			t.Errorf("got %v, want %s", a.Header, want)
		}
	}
}

func TestLeftAlone(t *testing.T) {
	public := httpcache.Policy{Public: true, MaxAge: time.Hour}
	fail := func(context.Context, *api.Empty) (*plugintest.Note, error) { return nil, errors.New("x") }
	missing := func(context.Context, *api.Empty) (*plugintest.Note, error) { return nil, api.NotFound("no", "no") }
	for name, a := range map[string]plugintest.Answer{
		"post":      serve(t, public, plugintest.Hello).Do("POST /", "If-None-Match", "*"),
		"error":     serve(t, public, fail).Do("GET /", "If-None-Match", "*"),
		"not found": serve(t, public, missing).Do("GET /", "If-None-Match", "*"),
		"no body":   serve(t, public, plugintest.Hello).Do("GET /empty", "If-None-Match", "*"),
	} {
		if a.StatusCode == 304 || a.Header.Get("Cache-Control") != "" || a.Header.Get("Etag") != "" {
			t.Errorf("%s: %d %v", name, a.StatusCode, a.Header)
		}
	}
	if a := serve(t, public, plugintest.Hello).Do("GET /raw"); a.Header.Get("Cache-Control") != "public, max-age=3600" || a.Text != "raw" {
		t.Errorf("raw: %v %s", a.Header, a.Text)
	}
}

func TestChecked(t *testing.T) {
	plugintest.Refused(t, httpcache.Policy{MaxAge: -1}, "MaxAge is -1ns")
	plugintest.Refused(t, httpcache.Policy{MaxAge: time.Millisecond}, "whole seconds")
	plugintest.Refused(t, httpcache.Policy{NoStore: true, Public: true}, "NoStore keeps nothing")
	plugintest.Refused(t, httpcache.Policy{Shared: time.Hour}, "set Public")
	plugintest.Refused(t, httpcache.Policy{Immutable: true}, "needs a MaxAge")
	plugintest.Refused(t, httpcache.Policy{Vary: []string{"A, B"}}, "list each by itself")
}

func Example() {
	var mux api.Mux
	err := mux.Mount("", plugintest.New(httpcache.Policy{Public: true, MaxAge: time.Minute}, plugintest.Hello))
	first := httptest.NewRecorder()
	mux.ServeHTTP(first, httptest.NewRequest("GET", "/", nil))
	again, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	r.Header.Set("If-None-Match", first.Header().Get("Etag"))
	mux.ServeHTTP(again, r)
	fmt.Println(first.Code, first.Header().Get("Cache-Control"), again.Code, err)
	// Output: 200 public, max-age=60 304 <nil>
}
