package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The styles are those of the table in the OpenAPI specification.
func TestStyles(t *testing.T) {
	list, object := []string{"blue", "black", "brown"}, map[string]int{"B": 150, "R": 100}
	for _, tt := range []struct {
		in, style string
		explode   bool
		value     any
		want      string
	}{
		{"path", "simple", false, "blue", "/blue"},
		{"path", "simple", false, list, "/blue,black,brown"},
		{"path", "simple", true, list, "/blue,black,brown"},
		{"path", "simple", false, object, "/B,150,R,100"},
		{"path", "simple", true, object, "/B=150,R=100"},
		{"rest", "simple", false, "a/b c/d?", "/a/b%20c/d%3F"},
		{"path", "label", false, list, "/.blue,black,brown"},
		{"path", "label", true, list, "/.blue.black.brown"},
		{"path", "label", true, object, "/.B=150.R=100"},
		{"path", "matrix", false, "blue", "/;color=blue"},
		{"path", "matrix", false, list, "/;color=blue,black,brown"},
		{"path", "matrix", true, list, "/;color=blue;color=black;color=brown"},
		{"path", "matrix", false, object, "/;color=B,150,R,100"},
		{"path", "matrix", true, object, "/;B=150;R=100"},
		{"query", "form", true, "a b&c", "?color=a+b%26c"},
		{"query", "form", true, list, "?color=blue&color=black&color=brown"},
		{"query", "form", false, list, "?color=blue%2Cblack%2Cbrown"},
		{"query", "form", true, object, "?B=150&R=100"},
		{"query", "form", false, object, "?color=B%2C150%2CR%2C100"},
		{"query", "spaceDelimited", false, list, "?color=blue+black+brown"},
		{"query", "pipeDelimited", false, list, "?color=blue%7Cblack%7Cbrown"},
		{"query", "deepObject", true, map[string]any{"B": 150, "in": map[string]any{"x": []int{1, 2}}, "no": nil}, "?color%5BB%5D=150&color%5Bin%5D%5Bx%5D=1&color%5Bin%5D%5Bx%5D=2"},
		{"query", "form", true, nil, ""},
		{"query", "form", true, []string{}, ""},
		{"query", "json", false, object, "?color=%7B%22B%22%3A150%2C%22R%22%3A100%7D"},
		{"query", "form", true, int64(9007199254740993), "?color=9007199254740993"},
	} {
		r := (&Config{}).call("x", "GET", "/{color}", "")
		p := param{in: tt.in, name: "color", style: tt.style, explode: tt.explode}
		if p.in == "rest" {
			p.in, p.rest = "path", true
		}
		r.param(p, tt.value)
		got := r.path
		if tt.in == "query" {
			got = ""
			if len(r.query) > 0 {
				got = "?" + strings.Join(r.query, "&")
			}
		}
		if got != tt.want || r.failure != nil {
			t.Errorf("%s %s %t %v: %s, want %s (%v)", tt.in, tt.style, tt.explode, tt.value, got, tt.want, r.failure)
		}
	}
}

func TestChoose(t *testing.T) {
	shapes := []shape{
		{kinds: "s"}, {kinds: "n"}, {kinds: "a"},
		{kinds: "o", required: []string{"x"}, members: []string{"x"}, values: map[string][]string{"x": {"1"}}},
		{kinds: "o", required: []string{"x"}, members: []string{"x", "y"}},
		{kinds: "o"},
	}
	for text, want := range map[string]int{
		`"a"`: 0, `1`: 1, `1.5`: 1, ` [1]`: 2, `{"x": 1}`: 3, `{"x":2}`: 4, `{"x":1,"y":1}`: 4, `{}`: 5, `true`: -1, `null`: -1, ``: -1,
	} {
		if got := choose([]byte(text), shapes...); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
	if b, err := marshalTagged(map[string]any{"kind": "", "n": 1}, "kind", "cat"); err != nil || string(b) != `{"kind":"cat","n":1}` {
		t.Errorf("tagged: %s, %v", b, err)
	}
	if b, err := marshalTagged(map[string]any{"kind": "lion"}, "kind", "cat"); err != nil || string(b) != `{"kind":"lion"}` {
		t.Errorf("tagged by hand: %s, %v", b, err)
	}
	var cat *struct{ Name string }
	if b := []byte(`{"kind":"cat","name":"Tom"}`); memberText(b, "kind") != "cat" || variant(b, &cat) != nil || cat.Name != "Tom" {
		t.Errorf("variant: %v", cat)
	}
}

func TestMembers(t *testing.T) {
	type plain struct {
		ID int `json:"id"`
	}
	b, err := withMembers(plain{1}, []member{{`a"b`, "x"}}, map[string]int{"more": 2, "id": 3}, "id")
	if err != nil || string(b) != `{"id":1,"a\"b":"x","more":2}` {
		t.Errorf("%s, %v", b, err)
	}
	all, err := membersOf(b)
	if err != nil {
		t.Fatal(err)
	}
	var odd string
	if err := take(all, `a"b`, &odd); err != nil || odd != "x" {
		t.Errorf("%q, %v", odd, err)
	}
	if further, err := furtherOf[int](all, "id", `a"b`); err != nil || further["more"] != 2 || len(further) != 1 {
		t.Errorf("%v, %v", further, err)
	}
	if _, err := furtherOf[int](all); err == nil {
		t.Error("a text as a number: no error")
	}
}

func TestNullAndDate(t *testing.T) {
	type both struct {
		A Null[Date] `json:"a,omitzero"`
		B Null[Date] `json:"b,omitzero"`
		C Null[Date] `json:"c,omitzero"`
	}
	in := both{A: ValueOf(DateOf(time.Date(2026, 2, 28, 23, 0, 0, 0, time.UTC))), B: NullOf[Date]()}
	b, err := json.Marshal(in)
	if err != nil || string(b) != `{"a":"2026-02-28","b":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	var got both
	if err := json.Unmarshal(b, &got); err != nil || got != in || !got.B.IsNull() || !got.C.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if d, ok := got.A.Get(); !ok || d.String() != "2026-02-28" {
		t.Errorf("%v, %t", d, ok)
	}
	if err := json.Unmarshal([]byte(`{"a":"2026-02-30"}`), &got); err == nil {
		t.Error("no such day: no error")
	}
}

// served makes a call of what h answers.
func served(t *testing.T, h http.HandlerFunc) *call {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return (&Config{BaseURL: s.URL}).call("op", "POST", "/", "*/*")
}

func TestAnswers(t *testing.T) {
	r := served(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-N", "7")
		w.Header().Set("Content-Disposition", `attachment; filename="..\\..\\evil.sh"`)
		_, _ = fmt.Fprintf(w, `{"got": %q}`, r.FormValue("a"))
	})
	r.authorize([]credential{{"header", "X-Key", ""}}, []credential{{"query", "k", "v"}, {"cookie", "c", "d"}})
	r.sendForm([]part{{"a", "b c", ""}, {"none", nil, ""}})
	var text string
	res, err := r.do(context.Background(), []outcome{{status: "2XX", read: readJSON(&text, "got")}}, nil)
	if err != nil || text != "b c" || res.Request.URL.RawQuery != "k=v" || res.Request.Header.Get("Cookie") != "c=d" {
		t.Errorf("%q, %v", text, err)
	}
	var n int
	if err := readHeader(res.Header, "X-N", &n); err != nil || n != 7 {
		t.Errorf("header: %d, %v", n, err)
	}
	var d *Download
	if _, err := r.do(context.Background(), []outcome{{status: "default", read: readFile(&d), keep: true}}, nil); err != nil || d.Name != "evil.sh" {
		t.Fatalf("file: %+v, %v", d, err)
	}
	d.Close()
	r.sendFile(&File{Type: "text/x", Content: strings.NewReader("x")}, "", true)
	if _, err := r.do(context.Background(), []outcome{{status: "200", read: readText(&text)}}, nil); err != nil || text != `{"got": ""}` {
		t.Errorf("text: %q, %v", text, err)
	}
}

func TestFailures(t *testing.T) {
	r := served(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusTeapot)
		_, _ = io.WriteString(w, `{"m":"it is a pot","s":"pot"}`)
	})
	r.sendJSON(1, "application/json")
	var p *Problem
	if _, err := r.do(context.Background(), nil, []outcome{{status: "418", read: sealed("m", "s")}}); !errors.As(err, &p) || p.Code != "pot" || p.Detail != "it is a pot" {
		t.Errorf("sealed: %v", err)
	}
	var f *Failure[struct{ M string }]
	if _, err := r.do(context.Background(), nil, []outcome{{status: "4XX", read: failure[struct{ M string }]("")}}); !errors.As(err, &f) || f.Value.M != "it is a pot" || StatusOf(err) != 418 {
		t.Errorf("failure: %v", err)
	}
	if _, err := r.do(context.Background(), nil, []outcome{{status: "4XX", read: failure[int]("")}}); !errors.As(err, &p) || errors.As(err, new(*Failure[int])) {
		t.Errorf("of another type: %v", err)
	}
}

func TestParts(t *testing.T) {
	r := served(t, func(w http.ResponseWriter, r *http.Request) {
		_ = r.ParseMultipartForm(1 << 20)
		_, _ = fmt.Fprintf(w, "%v %s", r.Form, r.MultipartForm.File["f"][0].Filename)
	})
	r.sendParts([]part{{"n", 1, ""}, {"l", []string{"a", "b"}, ""}, {"nil", (*int)(nil), ""}, {"o", map[string]int{"x": 1}, ""}, {"f", &File{Content: strings.NewReader("x")}, ""}, {"g", []*File(nil), ""}})
	var text string
	_, err := r.do(context.Background(), []outcome{{status: "200", read: readText(&text)}}, nil)
	if diff := cmp.Diff(`map[l:[a b] n:[1] o:[{"x":1}]] file`, text); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

func TestEvents(t *testing.T) {
	r := served(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "data: a\ndata: b\n\nevent: x\n\ndata\n\n: beat\n\ndata: last")
	})
	var got []string
	for e, err := range events[string](context.Background(), r, nil, nil) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, *e)
	}
	if diff := cmp.Diff([]string{"a\nb", ""}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	r.manual = true
	var to *Redirect
	if _, err := r.do(context.Background(), []outcome{{status: "200", read: readRedirect(&to)}}, nil); err != nil || to.Status != 200 {
		t.Errorf("%v, %v", to, err)
	}
}
