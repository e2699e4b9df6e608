package api

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

type plainInput struct {
	ID    int64     `path:"id" minimum:"1" maximum:"99"`
	Slug  string    `path:"slug" pattern:"^[a-z]+$"`
	Page  int       `query:"page" minimum:"1" default:"1"`
	Q     string    `query:"q" maxLength:"5" api:"optional"`
	Ratio float64   `query:"ratio" api:"optional" maximum:"1"`
	On    bool      `query:"on" api:"optional"`
	Sort  *string   `query:"sort" enum:"name,age"`
	Since time.Time `query:"since" api:"optional"`
	Small int8      `query:"small"`
	Key   string    `header:"X-Key" minLength:"2"`
}

type plainAPI struct {
	Get Get[plainInput, plainSeen] `route:"/{id}/{slug}"`
}

type plainSeen struct {
	Text string `json:"text"`
}

func plainMux(t testing.TB, short bool) *Mux {
	t.Helper()
	m := &Mux{}
	if err := m.Mount("", &plainAPI{Get: func(_ context.Context, in *plainInput) (*plainSeen, error) {
		sort := "-"
		if in.Sort != nil {
			sort = *in.Sort
		}
		in.Sort = nil
		return &plainSeen{fmt.Sprintf("%+v %s", *in, sort)}, nil
	}}); err != nil {
		t.Fatal(err)
	}
	p := m.endpoints[0].plan
	if p.plainly == nil {
		t.Fatal("the parameters cannot be read in the short way")
	}
	if !short {
		p.plainly = nil
	}
	return m
}

var plainRequests = []struct{ path, query, key string }{
	{"/7/abc", "page=2&q=ab%20c&ratio=0.5&on=true&sort=age&since=2026-01-02T03:04:05Z&small=-5", "key"},
	{"/7/abc", "small=1", "key"},
	{"/0/ABC", "small=1000&page=0&q=toolong&ratio=2&on=maybe&sort=x&since=now", "k"},
	{"/7/abc", "small=1&small=2", "key"},
	{"/7/abc", "unknown=1&&=&small=1&x", "key"},
	{"/7/abc", "%73mall=3&pa%67e=4", "key"},
	{"/7/abc", "small=%zz&q=%", "key"},
	{"/7/abc", "q=a+b&small=%31&q", ""},
	{"/7/abc", "small=1&q=%ff", "key"},
	{"/7/%61bc", "small=1&page=1.0&ratio=1e-2", "\xff\xfe"},
	{"/7/abc", "", "key"},
}

func FuzzParametersAreReadTheSameInBothWays(f *testing.F) {
	for _, r := range plainRequests {
		f.Add(r.path, r.query, r.key)
	}
	short, long := plainMux(f, true), plainMux(f, false)
	f.Fuzz(func(t *testing.T, path, query, key string) {
		want, got := plainAnswer(long, path, query, key), plainAnswer(short, path, query, key)
		if want != got {
			t.Fatalf("%q ?%q %q: the long way answers %s, the short way %s", path, query, key, want, got)
		}
	})
}

func plainAnswer(m *Mux, path, query, key string) string {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.Path, r.URL.RawQuery = path, query
	r.Header["X-Key"] = []string{key}
	w := httptest.NewRecorder()
	m.ServeHTTP(w, r)
	return fmt.Sprint(w.Code, w.Header(), w.Body)
}

// addsUp is a value whose UnmarshalText adds to what is there.
type addsUp []string

func (a *addsUp) UnmarshalText(text []byte) error {
	*a = append(*a, strings.Split(string(text), ",")...)
	return nil
}

// A parameter that reads itself is read once, whatever else the query has.
func TestParametersAreReadOnce(t *testing.T) {
	type input struct {
		L addsUp `query:"l"`
		H addsUp `header:"X-L" default:"d"`
		N int    `query:"n" api:"optional"`
	}
	type adding struct{ Get Get[input, plainSeen] }
	m := &Mux{}
	if err := m.Mount("", &adding{Get: func(_ context.Context, in *input) (*plainSeen, error) {
		return &plainSeen{fmt.Sprint(in.L, in.H)}, nil
	}}); err != nil {
		t.Fatal(err)
	}
	for _, query := range []string{"l=a,b", "l=a,b&utm", "l=a,b&utm%20x=1", "n=1&l=a,b&"} {
		w := httptest.NewRecorder()
		m.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/?"+query, nil))
		if got := w.Body.String(); got != `{"text":"[a b] [d]"}` {
			t.Errorf("%s: %s", query, got)
		}
	}
}
