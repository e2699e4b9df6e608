package framework_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/api"
)

type greetAPI struct {
	Greet api.Post[salute, salute]
}

type salute struct {
	Name string `json:"name" minLength:"2"`
	Text string `json:"text" api:"readonly" maxLength:"10"`
}

func newGreet(c framework.Config) *framework.Service {
	c.Name = "greeter"
	s := framework.New(c)
	s.Mount("/api", &greetAPI{Greet: func(_ context.Context, in *salute) (*salute, error) {
		return &salute{Name: in.Name, Text: "hello " + in.Name}, nil
	}})
	return s
}

func post(h http.Handler, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", "http://127.0.0.1:8000/api/greet", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// A service is a handler among others of an application that was there before.
func TestServiceInsideAnotherApplication(t *testing.T) {
	s := newGreet(framework.Config{})
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	outer := http.NewServeMux()
	outer.Handle("/api/", s.Handler())
	outer.HandleFunc("/old", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("old")) })
	if w := post(outer, `{"name":"ann"}`); w.Code != 200 || w.Body.String() != `{"name":"ann","text":"hello ann"}` {
		t.Error(w.Code, w.Body)
	}
	w := httptest.NewRecorder()
	if outer.ServeHTTP(w, httptest.NewRequest("GET", "/old", nil)); w.Body.String() != "old" {
		t.Error(w.Body)
	}
}

func TestStrictInflateAndLanguagesOfTheConfig(t *testing.T) {
	plain := newGreet(framework.Config{}).Handler()
	set := newGreet(framework.Config{Strict: true, Inflate: true, Languages: api.Languages{"de": {"minLength": "zu kurz"}}}).Handler()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write([]byte(`{"name":"ann"}`))
	_ = z.Close()
	for _, c := range []struct {
		body      string
		header    []string
		off, on   int
		inBody    string
		withPlain string
	}{
		{`{"name":"someone"}`, nil, 200, 500, "internal", "hello someone"},
		{packed.String(), []string{"Content-Encoding", "gzip"}, 415, 200, "hello ann", "content_encoding"},
		{`{"name":"a"}`, []string{"Accept-Language", "de"}, 422, 422, "zu kurz", "must have 2 or more"},
	} {
		if w := post(plain, c.body, c.header...); w.Code != c.off || !strings.Contains(w.Body.String(), c.withPlain) {
			t.Errorf("%q without: %d %s", c.body, w.Code, w.Body)
		}
		if w := post(set, c.body, c.header...); w.Code != c.on || !strings.Contains(w.Body.String(), c.inBody) {
			t.Errorf("%q with: %d %s", c.body, w.Code, w.Body)
		}
	}
	bad := newGreet(framework.Config{Languages: api.Languages{"!": nil}})
	if err := bad.Check(); err == nil || !strings.Contains(err.Error(), "is no tag of a language") {
		t.Error(err)
	}
}
