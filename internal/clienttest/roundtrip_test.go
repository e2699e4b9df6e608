package clienttest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/internal/clienttest/everything"
)

// same is a check of a call: its result and no error.
func same[T any](t *testing.T, what string, want T) func(got T, err error) {
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func connect(t *testing.T) (*everything.Client, context.Context) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return everything.New(everything.Config{BaseURL: serve(t, Everything()) + "/base", HTTP: &http.Client{Jar: jar}}), t.Context()
}

func serve(t *testing.T, h http.Handler) (url string) {
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func TestGoParams(t *testing.T) {
	c, ctx := connect(t)
	at := time.Date(2026, 11, 25, 13, 0, 0, 0, time.UTC)
	p := everything.Ptr[int64]
	got, err := c.Pets.List(ctx, &everything.PetsListInput{
		Tag: []string{"a&b", "c"}, IDs: []int64{1, 2}, Range: &everything.PetsListRange{From: p(1), To: p(9)}, Filter: &everything.PetsListFilter{Name: "x y"},
		Sort: []everything.PetsListSortItem{everything.PetsListSortItemName, everything.PetsListSortItemAge}, Since: &everything.Date{Year: 2026, Month: 11, Day: 25},
		At: &at, Raw: everything.Ptr("a/b:c&d=e"), XTrace: everything.Ptr("t"), Flavor: everything.Ptr("sweet"),
	})
	if err != nil {
		t.Fatal(err)
	}
	want := `tag=a%26b&tag=c&ids=1%2C2&range%5Bfrom%5D=1&range%5Bto%5D=9&filter=%7B%22name%22%3A%22x+y%22%7D&sort=name%7Cage&since=2026-11-25&at=2026-11-25T13%3A00%3A00Z&raw=a/b:c%26d%3De`
	if diff := cmp.Diff(want, got.Query); diff != "" {
		t.Errorf("query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]string{"X-Trace": "t", "Cookie": "flavor=sweet"}, got.Header); diff != "" {
		t.Errorf("header (-want +got):\n%s", diff)
	}
	none, err := c.Pets.List(ctx, nil)
	if err != nil || none.Query != "" {
		t.Errorf("nothing: %v, %v", none, err)
	}
	thing, err := c.Thing(ctx, &everything.ThingInput{Plain: "a/b c", Label: []int64{1, 2}, Matrix: []string{"x", "y"}})
	if err != nil || thing.Path != "/base/things/a%2Fb%20c/.1.2/;matrix=x,y" {
		t.Errorf("path: %v, %v", thing, err)
	}
	rest, err := c.Rest(ctx, &everything.RestInput{Path: "a b/c?"})
	if err != nil || rest.Path != "/base/rest/a%20b/c%3F" {
		t.Errorf("rest: %v, %v", rest, err)
	}
	if _, err := c.Rest(ctx, &everything.RestInput{Path: "a/../b"}); err == nil {
		t.Error("a rest that leads up: no error")
	}
	for _, bad := range []string{"", "..", "."} {
		if _, err := c.Thing(ctx, &everything.ThingInput{Plain: bad, Label: []int64{1}, Matrix: []string{"x"}}); err == nil {
			t.Errorf("%q as a segment: no error", bad)
		}
	}
	if _, err := c.Pets.List(ctx, &everything.PetsListInput{XTrace: everything.Ptr("a\r\nEvil: 1")}); err == nil {
		t.Error("a line break in a header: no error")
	}
}

func TestGoBodies(t *testing.T) {
	c, ctx := connect(t)
	cat := &everything.Pet{Cat: &everything.Cat{Kind: "cat", Name: "Tom", Lives: 9}}
	pet, err := c.Pets.Create(ctx, cat)
	if err != nil || pet.Dog != nil || pet.Cat == nil || *pet.Cat != *cat.Cat {
		t.Errorf("pet: %+v, %v", pet, err)
	}
	dog, err := c.Pets.Create(ctx, &everything.Pet{Dog: &everything.Dog{Name: "Rex"}}) // which kind is told by the field
	if err != nil || dog.Dog == nil || dog.Dog.Kind != "dog" || dog.Dog.Name != "Rex" {
		t.Errorf("pet: %+v, %v", dog, err)
	}
	n, x := int64(3), "text"
	list := []bool{true, false}
	for _, v := range []everything.Value{
		{String: &x}, {Integer: &n}, {Array: &list}, {Point: &everything.ValuePoint{X: 1, Y: 2}}, {Circle: &everything.ValueCircle{X: 1, Y: 2, R: 3}},
	} {
		got, err := c.Value(ctx, &v)
		if err != nil {
			t.Fatal(err)
		}
		got.Raw = nil
		same(t, "value", &v)(got, err)
	}
	for want, in := range map[string]*everything.Maybe{
		`{"needed":null,"list":[]}`:                                                    {},
		`{"needed":"","either":null,"list":["a"],"more":[],"when":null}`:               {Needed: everything.Ptr(""), Either: everything.NullOf[int64](), List: []string{"a"}, More: []string{}, When: everything.NullOf[everything.Stamp]()},
		`{"needed":null,"either":0,"left":"","list":[],"when":"2026-11-25T00:00:00Z"}`: {Either: everything.ValueOf(int64(0)), Left: everything.Ptr(""), When: everything.ValueOf(time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC))},
	} {
		got, err := c.Maybe(ctx, in)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got.Body); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	same(t, "account", &everything.Account{ID: 7, Name: "ann"})(c.Account(ctx, &everything.AccountInput{Name: "ann", Password: "secret"}))
	odd := &everything.Evil{ABCD: everything.Ptr("x"), X: everything.Ptr("dash"), X2: everything.Ptr("empty"), Type: everything.Ptr(everything.EvilTypeEmpty), FooBar: 1, FooBar2: &n, Proto: &n, Further: map[string]int64{"more": 4}}
	same(t, "odd", odd)(c.Odd(ctx, odd))
	tree := &everything.Tree{Name: "a", Kids: []everything.Tree{{Name: "b"}}, Next: &everything.Tree{Name: "c"}}
	same(t, "tree", tree)(c.Tree(ctx, tree))
}

func TestGoFiles(t *testing.T) {
	c, ctx := connect(t)
	form, err := c.Files.Form(ctx, &everything.FilesFormForm{Name: "a b&c", Tags: []string{"x", "y"}})
	if err != nil || form.Body != "name=a+b%26c&tags=x&tags=y" {
		t.Errorf("form: %v, %v", form, err)
	}
	in := &everything.FilesUploadInput{ID: "7", Body: everything.FilesUploadForm{
		Title: "T", Cover: &everything.File{Name: "c.png", Content: io.LimitReader(zeros{}, 5<<20)},
		Papers: []*everything.File{{Name: "1.pdf", Content: strings.NewReader("one")}, {Name: "2.pdf", Content: strings.NewReader("two")}},
		Meta:   &everything.FilesUploadFormMeta{Pages: everything.Ptr[int64](3)},
	}}
	up, err := c.Files.Upload(ctx, in)
	if err != nil || up.Body != `title=T; cover=5242880 bytes c.png; papers=one 1.pdf; papers=two 2.pdf; meta={"pages":3}` {
		t.Errorf("upload: %v, %v", up, err)
	}
	if _, err := c.Files.Upload(ctx, &everything.FilesUploadInput{ID: "7", Body: everything.FilesUploadForm{Cover: &everything.File{}}}); err == nil {
		t.Error("a file without content: no error")
	}
	b, err := c.Files.Bytes(ctx, &everything.File{Content: strings.NewReader("bytes")})
	if err != nil || b.Body != "bytes" || b.Header["Content-Type"] != "application/octet-stream" {
		t.Errorf("bytes: %v, %v", b, err)
	}
	same(t, "text", "hello")(c.Files.Text(ctx, "hello"))
	d, err := c.Files.Fetch(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	content, err := io.ReadAll(d)
	if err != nil || string(content) != "%PDF" || d.Name != "a b.pdf" || d.Type != "application/pdf" || d.Size != 4 {
		t.Errorf("file: %q, %+v, %v", content, d, err)
	}
}

// zeros never end.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { return len(b), nil }

func TestGoEvents(t *testing.T) {
	c, ctx := connect(t)
	var seen []int64
	var last error
	for ev, err := range c.Files.Events(ctx, &everything.StreamOptions{Reconnect: 2}) {
		if last = err; err == nil {
			seen = append(seen, ev.N)
		}
	}
	var p *everything.Problem
	if diff := cmp.Diff([]int64{1, 2, 3, 4, 5}, seen); diff != "" || !errors.As(last, &p) || p.Code != "over" {
		t.Errorf("events: %v, %v", seen, last)
	}
	seen = nil
	for ev, err := range c.Files.Events(ctx, &everything.StreamOptions{LastEventID: "2"}) {
		if last = err; err == nil {
			seen = append(seen, ev.N)
		}
	}
	if diff := cmp.Diff([]int64{3, 4}, seen); diff != "" || last == nil {
		t.Errorf("without reconnecting: %v, %v", seen, last)
	}
	ctx, cancel := context.WithCancel(ctx)
	for _, err := range c.Files.Events(ctx, &everything.StreamOptions{Reconnect: -1}) {
		if last = err; err == nil {
			cancel()
		}
	}
	cancel()
	if !errors.Is(last, context.Canceled) {
		t.Errorf("after cancel: %v", last)
	}
}

func TestGoAnswers(t *testing.T) {
	c, ctx := connect(t)
	same(t, "redirect", &everything.Redirect{Location: "/base/elsewhere", Status: 303})(c.Moved(ctx))
	if err := c.Gone(ctx); err != nil {
		t.Error(err)
	}
	counted, err := c.Counted(ctx)
	if err != nil || counted.Status != 200 || *counted.ETag != `"2"` || *counted.XCount != 12 || len(counted.Body) != 1 {
		t.Errorf("headers: %+v, %v", counted, err)
	}
	boxed, err := c.Boxed(ctx, nil)
	if err != nil || boxed.Method != "GET" {
		t.Errorf("envelope: %v, %v", boxed, err)
	}
	var p *everything.Problem
	if _, err := c.Boxed(ctx, &everything.BoxedInput{Fail: everything.Ptr(true)}); !errors.As(err, &p) || p.Code != "bad" || p.Detail != "no good" || p.Status != 400 {
		t.Errorf("envelope of an error: %v", err)
	}
	named := func(name string) *everything.Pet {
		return &everything.Pet{Dog: &everything.Dog{Kind: "dog", Name: name}}
	}
	if _, err := c.Pets.Create(ctx, named("wrong")); !errors.As(err, &p) || p.Status != 422 || p.Code != "wrong" || p.Errors[0].Pointer != "#/name" {
		t.Errorf("problem: %v", err)
	}
	var f *everything.Failure[everything.Taken]
	if _, err := c.Pets.Create(ctx, named("taken")); !errors.As(err, &f) || f.Value.By == nil || *f.Value.By != 5 || !errors.As(err, &p) || everything.StatusOf(err) != 409 {
		t.Errorf("failure: %v", err)
	}
	if _, err := c.Pets.Create(ctx, named("broken")); !errors.As(err, &p) || p.Status != 502 || p.Detail != "<html>broken</html>\n" {
		t.Errorf("no problem: %v", err)
	}
}

func TestGoCredentials(t *testing.T) {
	c, ctx := connect(t)
	if _, err := c.Me(ctx); everything.StatusOf(err) != 401 {
		t.Errorf("without a session: %v", err)
	}
	if err := c.Login(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Me(ctx); err != nil {
		t.Errorf("with the jar's session: %v", err)
	}
	c.Credentials.Basic.User, c.Credentials.Basic.Password = "ann", "pass"
	got, err := c.Secret(ctx)
	if err != nil || got.Header["Authorization"] != "Basic YW5uOnBhc3M=" || got.Header["X-Key"] != "" {
		t.Errorf("basic: %v, %v", got, err)
	}
	c.Credentials.Token, c.Credentials.Key = "t", "k"
	if got, err = c.Secret(ctx); err != nil || got.Header["Authorization"] != "Bearer t" || got.Header["X-Key"] != "k" {
		t.Errorf("bearer and key: %v, %v", got, err)
	}
}

func TestGoHooksAndLimits(t *testing.T) {
	c, ctx := connect(t)
	c.Header = http.Header{"X-Trace": {"always"}}
	after := 0
	c.After = func(res *http.Response) error { after = res.StatusCode; return nil }
	if got, err := c.Pets.List(ctx, nil); err != nil || got.Header["X-Trace"] != "always" || after != 200 {
		t.Errorf("header and after: %v, %v, %d", got, err, after)
	}
	stop := errors.New("stop")
	c.Before = func(*http.Request) error { return stop }
	if _, err := c.Pets.List(ctx, nil); !errors.Is(err, stop) {
		t.Errorf("before: %v", err)
	}
	c.Before, c.Limit = nil, 10
	if _, err := c.Pets.List(ctx, nil); err == nil || !strings.Contains(err.Error(), "10 bytes") {
		t.Errorf("limit: %v", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	cancel()
	if err := c.Gone(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("context: %v", err)
	}
}

// A key in a header is not told to the host that a redirect leads to.
func TestGoKeepsKeysFromOtherHosts(t *testing.T) {
	other := serve(t, Everything())
	here := http.NewServeMux()
	here.HandleFunc("/base/secret", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(other, "127.0.0.1", "localhost", 1)+"/base/secret", http.StatusTemporaryRedirect)
	})
	c := everything.New(everything.Config{BaseURL: serve(t, here) + "/base"})
	c.Credentials.Token, c.Credentials.Key = "t", "k"
	got, err := c.Secret(t.Context())
	if err != nil || got.Header["Authorization"] != "" || got.Header["X-Key"] != "" {
		t.Errorf("the other host got %v, %v", got, err)
	}
}
