package api_test

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// mirror answers with what it read, as Go shows it.
func mirror[In any](_ context.Context, in *In) (*said, error) {
	return &said{fmt.Sprintf("%+v", *in)}, nil
}

type said struct {
	Text string `json:"text"`
}

// client is a typed client of the API that the mux serves.
func client[A any](t *testing.T, mux http.Handler) *A {
	t.Helper()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	c, err := api.Connect[A](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func exchange(t *testing.T, mux http.Handler, r *http.Request) (int, string, http.Header) {
	t.Helper()
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

type fileInput struct {
	Path string `path:"path"`
}

type yearInput struct {
	Year int    `path:"year"`
	Slug string `path:"slug" format:"slug"`
}

type idsInput struct {
	IDs []int `path:"ids" maxItems:"3"`
}

type pathAPI struct {
	File  api.Get[fileInput, said] `route:"/files/{path...}"`
	Index api.Get[api.Empty, said] `route:"/files/index"`
	Year  api.Get[yearInput, said] `route:"/{year:[0-9]{4}}/{slug}"`
	IDs   api.Get[idsInput, said]  `route:"/ids/{ids}"`
	Raw   api.Raw                  `route:"/raw/{a}/{b...}"`
}

func newPaths() *pathAPI {
	return &pathAPI{
		File: mirror[fileInput], Index: mirror[api.Empty], Year: mirror[yearInput], IDs: mirror[idsInput],
		Raw: func(w http.ResponseWriter, r *http.Request) error {
			_, err := fmt.Fprintf(w, "%s|%s", r.PathValue("a"), r.PathValue("b"))
			return err
		},
	}
}

func TestPaths(t *testing.T) {
	mux := mount(t, newPaths())
	for path, want := range map[string]string{
		"/files/a":           `{"text":"{Path:a}"}`,
		"/files/a/b%20c/d.x": `{"text":"{Path:a/b c/d.x}"}`,
		"/files/index":       `{"text":"{}"}`,
		"/2026/a-b":          `{"text":"{Year:2026 Slug:a-b}"}`,
		"/ids/1,2,3":         `{"text":"{IDs:[1 2 3]}"}`,
		"/raw/x/y/z":         "x|y/z",
		"/raw/x%2Fy/z%20":    "x/y|z ",
		"/ids/1,2,3,4":       "maxItems",
		"/ids/1,x":           `"pointer":"#/1","code":"type"`,
		"/2026/A":            `"code":"format"`,
		"/202/a":             "not_found",
		"/20266/a":           "not_found",
		"/x2026/a":           "not_found",
		"/files/":            "not_found",
		"/files":             "not_found",
		"/raw/x/":            "not_found",
	} {
		_, body, _ := exchange(t, mux, httptest.NewRequest("GET", path, nil))
		if !strings.Contains(body, want) {
			t.Errorf("%s: %s, want %s", path, body, want)
		}
	}
}

func TestRow55_PathTraversal(t *testing.T) {
	mux := mount(t, newPaths())
	for _, path := range []string{
		"/files/../x", "/files/a/../../x", "/files/%2e%2e/x", "/files/..%2fx", "/files/a%2Fb", "/files/a%5C..%5Cb", `/files/a\b`, "/files/./x", "/files/a//b",
		"/files/a/", "/files/%00", "/files/a%00.txt", "/files/%2E/x", "/files/a/%2e%2e", "/raw/a/..", "/files/%252e%252e/%2e%2e",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.ParseRequestURI(path) // as net/http does, which resolves nothing
		if err != nil {
			t.Fatal(err)
		}
		r.URL = u
		if status, body, _ := exchange(t, mux, r); status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
}

func TestRow55_OpenIn(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("secret", "secret")
	if err := os.MkdirAll(filepath.Join(dir, "public", "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("public/deep/a.txt", "content")
	if err := os.Symlink("../secret", filepath.Join(dir, "public", "link")); err != nil {
		t.Fatal(err)
	}
	root, err := os.OpenRoot(filepath.Join(dir, "public"))
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	type filesAPI struct {
		File api.Get[fileInput, api.Attachment] `route:"/{path...}"`
	}
	mux := mount(t, &filesAPI{File: func(_ context.Context, in *fileInput) (*api.Attachment, error) { return api.OpenIn(root, in.Path) }})
	r := httptest.NewRequest("GET", "/deep/a.txt", nil)
	r.Header.Set("Range", "bytes=1-2")
	if status, body, h := exchange(t, mux, r); status != 206 || body != "on" || h.Get("Content-Type") != "text/plain; charset=utf-8" || h.Get("Last-Modified") == "" {
		t.Error(status, body, h)
	}
	for _, path := range []string{"/link", "/deep", "/nothing", "/deep/nothing"} {
		if status, body, _ := exchange(t, mux, httptest.NewRequest("GET", path, nil)); status != 404 || strings.Contains(body, "secret") || strings.Contains(body, dir) {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	if _, err := api.OpenIn(root, "../secret"); api.StatusOf(err) != 404 {
		t.Error(err)
	}
}

type restAPI struct {
	Bad api.Get[twoInput, said] `route:"/{a...}/{b}"`
}

type patternAPI struct {
	Bad api.Get[twoInput, said] `route:"/{a:[}/{b}"`
}

type noPatternAPI struct {
	Bad api.Get[twoInput, said] `route:"/{a:}/{b}"`
}

type nestedRestAPI struct {
	Inner *restAPI2 `route:"/{a...}"`
}

type restAPI2 struct {
	Bad api.Get[twoInput, said] `route:"/{b}"`
}

type twoInput struct {
	A string `path:"a"`
	B string `path:"b"`
}

func TestPathMistakes(t *testing.T) {
	for _, c := range []struct {
		root any
		want string
	}{
		{&restAPI{Bad: mirror[twoInput]}, "{a...} takes all that is left"},
		{&patternAPI{Bad: mirror[twoInput]}, "the pattern of {a}: error parsing regexp"},
		{&noPatternAPI{Bad: mirror[twoInput]}, `"{a:}" is no parameter`},
		{&nestedRestAPI{Inner: &restAPI2{Bad: mirror[twoInput]}}, "{a...} takes all that is left"},
	} {
		if got := mountError(t, c.root); !strings.Contains(got, c.want) {
			t.Errorf("%T: %q, want %q", c.root, got, c.want)
		}
	}
}

type searchInput struct {
	Filter filterQuery    `query:"filter" api:"optional"`
	Labels map[string]int `query:"label" api:"optional" items.maximum:"9"`
	Fields []string       `query:"fields" explode:"false" items.enum:"id,name"`
	Search string         `query:"search" alias:"q,s" api:"optional"`
	Trace  []string       `header:"X-Trace" alias:"x-old-trace"`
	Maybe  *filterQuery   `query:"maybe"`
	Wait   time.Duration  `query:"wait" default:"PT5S"`
}

type filterQuery struct {
	Status string   `json:"status" enum:"open,closed" default:"open"`
	Tags   []string `json:"tag" alias:"tags" api:"optional" maxItems:"2"`
	Since  *int     `json:"since" minimum:"1"`
}

func (f *filterQuery) Validate(context.Context) error {
	if f.Status == "closed" && f.Since == nil {
		return errors.New("closed needs since")
	}
	return nil
}

type searchAPI struct {
	Search api.Get[searchInput, searchInput2]
}

// searchInput2 shows a searchInput.
type searchInput2 struct {
	Filter filterQuery    `json:"filter"`
	Labels map[string]int `json:"labels"`
	Fields []string       `json:"fields"`
	Search string         `json:"search"`
	Trace  []string       `json:"trace"`
	Maybe  *filterQuery   `json:"maybe"`
	Wait   time.Duration  `json:"wait"`
}

func searchOf(_ context.Context, in *searchInput) (*searchInput2, error) {
	return (*searchInput2)(&searchInput2{in.Filter, in.Labels, in.Fields, in.Search, in.Trace, in.Maybe, in.Wait}), nil
}

func TestQueryObjectsAndLists(t *testing.T) {
	mux := mount(t, &searchAPI{Search: searchOf})
	for query, want := range map[string]string{
		"": `{"filter":{"status":"","tag":[],"since":null},"labels":{},"fields":[],"search":"","trace":[],"maybe":null,"wait":"PT5S"}`,
		"filter[status]=closed&filter[tag]=a&filter[tags]=b&filter%5Bsince%5D=3&label[x]=1&fields=id,name&q=x": `{"filter":{"status":"closed","tag":["a","b"],"since":3},"labels":{"x":1},"fields":["id","name"],"search":"x","trace":[],"maybe":null,"wait":"PT5S"}`,
		"maybe[status]=open&wait=PT1M":                      `"maybe":{"status":"open","tag":[],"since":null},"wait":"PT1M"`,
		"filter[status]=x":                                  `{"in":"query","parameter":"filter","pointer":"#/status","code":"enum"`,
		"filter[status]=closed":                             `{"in":"query","parameter":"filter","code":"invalid","detail":"closed needs since"}`,
		"filter[since]=0":                                   `"pointer":"#/since","code":"minimum"`,
		"filter[since]=1&filter[since]=2":                   `"pointer":"#/since","code":"duplicate"`,
		"filter[tag]=a&filter[tag]=b&filter[tag]=c":         `"pointer":"#/tag","code":"maxItems"`,
		"label[x]=10":                                       `"parameter":"label","pointer":"#/x","code":"maximum"`,
		"label[x]=1&label[x]=2":                             `"parameter":"label","pointer":"#/x","code":"duplicate"`,
		"fields=id,x":                                       `"parameter":"fields","pointer":"#/1","code":"enum"`,
		"q=a&search=b":                                      `"parameter":"search","code":"duplicate"`,
		"filter[other]=1&filter=2&filter[status=3&label]=4": `"filter":{"status":"open"`,
		"wait=5s": `"parameter":"wait","code":"type"`,
	} {
		_, body, _ := exchange(t, mux, httptest.NewRequest("GET", "/search?"+query, nil))
		if !strings.Contains(body, want) {
			t.Errorf("%s:\n%s, want\n%s", query, body, want)
		}
	}
	r := httptest.NewRequest("GET", "/search", nil)
	r.Header.Add("X-Trace", "a, b")
	r.Header.Add("X-Old-Trace", "c")
	if _, body, _ := exchange(t, mux, r); !strings.Contains(body, `"trace":["a","b","c"]`) {
		t.Error(body)
	}
	since := 7
	in := &searchInput{
		Filter: filterQuery{Status: "closed", Tags: []string{"a&b", "c"}, Since: &since}, Labels: map[string]int{"k[]": 1, "z": 2},
		Fields: []string{"id", "name"}, Search: "x y", Trace: []string{"t1", "t2"}, Maybe: &filterQuery{Status: "open"}, Wait: time.Hour,
	}
	got, err := client[searchAPI](t, mux).Search(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	want, _ := searchOf(t.Context(), in)
	want.Maybe.Tags = []string{}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

type manyBodies struct {
	Name string    `json:"name" form:"name" api:"optional"`
	Text string    `body:"text" api:"optional"`
	File *api.File `body:"file" accept:"image/*,application/pdf" maxSize:"1KB"`
}

type imageInput struct {
	Image api.File `body:"file" accept:"image/png" maxSize:"100KB"`
}

type csvInput struct {
	Rows []byte `body:"raw" accept:"text/csv"`
}

type bodyAPI struct {
	Many  api.Post[manyBodies, said]
	Image api.Put[imageInput, said]
	CSV   api.Post[csvInput, said]
	List  api.Post[[]item, []item]
}

func describeFile(f *api.File) string {
	if f == nil {
		return "no file"
	}
	from, err := f.Open()
	if err != nil {
		return err.Error()
	}
	defer from.Close()
	n, err := io.Copy(io.Discard, from)
	return fmt.Sprintf("%s %s %d %v", f.Name, f.Type, n, err)
}

func newBodies() *bodyAPI {
	return &bodyAPI{
		Many: func(_ context.Context, in *manyBodies) (*said, error) {
			return &said{in.Name + "|" + in.Text + "|" + describeFile(in.File)}, nil
		},
		Image: func(_ context.Context, in *imageInput) (*said, error) { return &said{describeFile(&in.Image)}, nil },
		CSV:   func(_ context.Context, in *csvInput) (*said, error) { return &said{string(in.Rows)}, nil },
		List:  func(_ context.Context, in *[]item) (*[]item, error) { return in, nil },
	}
}

func TestBodiesByMediaType(t *testing.T) {
	mux := mount(t, newBodies())
	for _, c := range []struct{ method, path, typ, body, want string }{
		{"POST", "/many", "application/json", `{"name":"j"}`, `{"text":"j||no file"}`},
		{"POST", "/many", "application/merge-patch+json; charset=utf-8", `{"name":"j"}`, `{"text":"j||no file"}`},
		{"POST", "/many", "application/x-www-form-urlencoded", `name=f`, `{"text":"f||no file"}`},
		{"POST", "/many", "text/plain; charset=utf-8", `hello`, `{"text":"|hello|no file"}`},
		{"POST", "/many", "image/png", string(png), `{"text":"||` + fmt.Sprintf(" image/png %d", len(png))},
		{"POST", "/many", "image/png", `<html>`, "send a file of the type image/* or application/pdf: this is text/html"},
		{"POST", "/many", "image/png", strings.Repeat("x", 2000), "body_too_large"},
		{"POST", "/many", "application/xml", `<x/>`, "send the body as application/json or multipart/form-data or application/x-www-form-urlencoded or text/* or image/* or application/pdf"},
		{"POST", "/many", "", `x`, "media_type"},
		{"POST", "/many", "", ``, `{"text":"||no file"}`},
		{"PUT", "/image", "image/png", string(png), `{"text":"`},
		{"PUT", "/image", "application/octet-stream", string(png), `"media_type"`},
		{"PUT", "/image", "", "", `"code":"required"`},
		{"POST", "/csv", "text/csv", "a,b", `{"text":"a,b"}`},
		{"POST", "/csv", "text/plain", "a,b", `send the body as text/csv`},
		{"POST", "/list", "application/json", `[{"name":"ab","price":1}]`, `[{"id":0,"name":"ab","price":1,"tags":[]}]`},
		{"POST", "/list", "application/json", `[{"name":"a","price":1},{"name":"ab","price":-1}]`, `"pointer":"#/0/name","code":"minLength"`},
		{"POST", "/list", "application/json", `{}`, `{"pointer":"#","code":"type","detail":"must be a list"}`},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		if c.typ != "" {
			r.Header.Set("Content-Type", c.typ)
		}
		if _, body, _ := exchange(t, mux, r); !strings.Contains(body, c.want) {
			t.Errorf("%s %s %s: %s, want %s", c.method, c.path, c.typ, body, c.want)
		}
	}
}

func TestClientSendsEachBody(t *testing.T) {
	c := client[bodyAPI](t, mount(t, newBodies()))
	picture := api.NewFile("a.png", png)
	for _, v := range []struct {
		in   manyBodies
		want string
	}{
		{manyBodies{Name: "j"}, "j||no file"},
		{manyBodies{Text: "hello"}, "|hello|no file"},
		{manyBodies{File: &picture}, fmt.Sprintf("||a.png image/png %d <nil>", len(png))},
	} {
		got, err := c.Many(t.Context(), &v.in)
		if err != nil || got.Text != v.want {
			t.Errorf("%+v %v, want %s", got, err, v.want)
		}
	}
	got, err := c.Image(t.Context(), &imageInput{Image: picture})
	if err != nil || got.Text != fmt.Sprintf("a.png image/png %d <nil>", len(png)) {
		t.Error(got, err)
	}
	if got, err = c.CSV(t.Context(), &csvInput{Rows: []byte("x,y")}); err != nil || got.Text != "x,y" {
		t.Error(got, err)
	}
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

func TestRow34_Decompression(t *testing.T) {
	off := mount(t, newBodies())
	on := &api.Mux{Logger: quiet, Inflate: true, BodyLimit: 64 << 10}
	if err := on.Mount("/", newBodies()); err != nil {
		t.Fatal(err)
	}
	var deflated bytes.Buffer
	w := zlib.NewWriter(&deflated)
	_, _ = w.Write([]byte(`{"name":"z"}`))
	_ = w.Close()
	bomb := gzipped(bytes.Repeat([]byte(" "), 500<<20))
	empty := bytes.Repeat(gzipped(nil), 10_000) // members without content, one after another
	for _, c := range []struct {
		name   string
		mux    http.Handler
		coding string
		typ    string
		body   []byte
		status int
		want   string
	}{
		{"off", off, "gzip", "application/json", gzipped([]byte(`{"name":"z"}`)), 415, "content_encoding"},
		{"identity", off, "identity", "application/json", []byte(`{"name":"z"}`), 200, `"z||no file"`},
		{"gzip", on, "gzip", "application/json", gzipped([]byte(`{"name":"z"}`)), 200, `"z||no file"`},
		{"deflate", on, "deflate", "application/json", deflated.Bytes(), 200, `"z||no file"`},
		{"form", on, "GZIP", "application/x-www-form-urlencoded", gzipped([]byte(`name=z`)), 200, `"z||no file"`},
		{"file", on, "gzip", "image/png", gzipped(png), 200, "image/png"},
		{"other", on, "br", "application/json", []byte("x"), 415, "send the body as it is or as gzip"},
		{"twice", on, "gzip, gzip", "application/json", gzipped(gzipped([]byte(`{}`))), 415, "content_encoding"},
		{"not gzip", on, "gzip", "application/json", []byte(`{"name":"z"}`), 400, "not encoded as its header says"},
		{"cut", on, "gzip", "application/json", gzipped([]byte(`{"name":"z"}`))[:20], 400, ""},
		{"checksum", on, "gzip", "application/json", append(gzipped([]byte(`{"name":"z"}`))[:32], 0, 0, 0, 0, 0, 0, 0, 0), 400, ""},
		{"bomb", on, "gzip", "application/json", bomb, 413, "body_too_large"},
		{"bomb in a form", on, "gzip", "application/x-www-form-urlencoded", bomb, 413, "body_too_large"},
		{"bomb in a file", on, "gzip", "image/png", bomb, 413, "body_too_large"},
		{"nothing without end", on, "gzip", "application/json", empty, 413, "body_too_large"},
	} {
		r := httptest.NewRequest("POST", "/many", bytes.NewReader(c.body))
		r.Header.Set("Content-Type", c.typ)
		r.Header.Set("Content-Encoding", c.coding)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		status, body, _ := exchange(t, c.mux, r)
		runtime.ReadMemStats(&after)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: %d %s, want %d %s", c.name, status, body, c.status, c.want)
		}
		if took := after.TotalAlloc - before.TotalAlloc; took > 4<<20 {
			t.Errorf("%s took %d bytes", c.name, took)
		}
	}
}
