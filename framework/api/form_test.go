package api_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type formInput struct {
	Title  string     `form:"title" minLength:"2"`
	Tags   []string   `form:"tag"`
	Count  int        `form:"count" default:"3" maximum:"9"`
	Cover  *api.File  `form:"cover" accept:"image/*" maxSize:"100KB"`
	Papers []api.File `form:"paper" maxItems:"2"`
}

type bothInput struct {
	Name string `json:"name" form:"name" minLength:"2"`
}

type formAPI struct {
	Upload api.Post[formInput, item]
	Both   api.Post[bothInput, item]
	One    api.Post[oneFile, item]
}

type oneFile struct {
	File api.File `form:"file" maxSize:"1MB"`
}

var png = append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1}, 200)...)

func newForm(t testing.TB, keep *[]api.File) *api.Mux {
	mux := &api.Mux{Logger: quiet, BodyLimit: 4096}
	err := mux.Mount("/", &formAPI{
		Upload: func(_ context.Context, in *formInput) (*item, error) {
			out := &item{ID: in.Count, Name: in.Title, Tags: in.Tags}
			if in.Cover != nil {
				out.Tags = append(out.Tags, in.Cover.Name+" "+in.Cover.Type)
			}
			for i := range in.Papers {
				f, err := in.Papers[i].Open()
				if err != nil {
					return nil, err
				}
				defer f.Close()
				b, err := io.ReadAll(f)
				if err != nil {
					return nil, err
				}
				out.Tags = append(out.Tags, fmt.Sprintf("%s %d %s", in.Papers[i].Name, len(b), in.Papers[i].Type))
			}
			if keep != nil {
				*keep = in.Papers
			}
			return out, nil
		},
		Both: func(_ context.Context, in *bothInput) (*item, error) { return &item{Name: in.Name}, nil },
		One: func(_ context.Context, in *oneFile) (*item, error) {
			return &item{ID: int(in.File.Size), Name: in.File.Name}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return mux
}

// part is one part of a form: a file if it has a file name.
type part struct{ name, file, typ, body string }

func sendForm(h http.Handler, target string, parts ...part) *httptest.ResponseRecorder {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "--x\r\nContent-Disposition: form-data; name=%q", p.name)
		if p.file != "" {
			fmt.Fprintf(&b, "; filename=%q", p.file)
		}
		if p.typ != "" {
			fmt.Fprintf(&b, "\r\nContent-Type: %s", p.typ)
		}
		fmt.Fprintf(&b, "\r\n\r\n%s\r\n", p.body)
	}
	r := httptest.NewRequest("POST", target, strings.NewReader(b.String()+"--x--\r\n"))
	r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestForms(t *testing.T) {
	mux := newForm(t, nil)
	title := part{name: "title", body: "pen"}
	for _, tt := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"texts", []part{title, {name: "tag", body: "a"}, {name: "tag", body: "b"}, {name: "other", body: "x"}}, `200 {"id":3,"name":"pen","price":0,"tags":["a","b"]}`},
		{"files", []part{title, {"cover", "C:\\temp\\..\\c.png", "text/html", string(png)}, {"paper", "../../a.txt", "text/csv", "1,2"}, {"paper", "b.bin", "", strings.Repeat("\x00", 100_000)}},
			`200 {"id":3,"name":"pen","price":0,"tags":["c.png image/png","a.txt 3 text/csv","b.bin 100000 application/octet-stream"]}`},
		{"HTML by another name", []part{title, {"paper", "a.txt", "text/plain", "<html><script>"}}, `200 {"id":3,"name":"pen","price":0,"tags":["a.txt 14 text/html"]}`},
		{"text that says it is HTML", []part{title, {"paper", "a.txt", "text/html", "plain"}}, `200 {"id":3,"name":"pen","price":0,"tags":["a.txt 5 text/plain"]}`},
		{"faults", []part{{name: "title", body: "p"}, {name: "count", body: "99"}, {"cover", "c.gif", "image/png", "no picture"}}, `422 …` +
			`[{"in":"form","parameter":"cover","code":"accept","detail":"must be of the type image/*, and is text/plain"},` +
			`{"in":"form","parameter":"title","code":"minLength","detail":"must have 2 or more characters"},{"in":"form","parameter":"count","code":"maximum"`},
		{"too many files", []part{title, {"paper", "a", "", "1"}, {"paper", "b", "", "2"}, {"paper", "c", "", "3"}}, `422 …"paper","code":"maxItems"`},
		{"file too large", []part{title, {"cover", "c.png", "", string(png) + strings.Repeat("x", 101<<10)}}, `422 …"cover","code":"maxSize","detail":"must have 102400 or fewer bytes"`},
		{"texts too large", []part{{name: "title", body: strings.Repeat("x", 5000)}}, `413 …`},
		{"a text where a file is wanted", []part{title, {name: "cover", body: "x"}}, `200 {"id":3,"name":"pen","price":0,"tags":[]}`},
	} {
		w := sendForm(mux, "/upload", tt.parts...)
		got := fmt.Sprintf("%d %s", w.Code, w.Body)
		head, tail, part := strings.Cut(tt.want, "…")
		if part && (!strings.HasPrefix(got, head) || !strings.Contains(got, tail)) || !part && got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
	}
	for request, want := range map[string]string{
		"POST /upload\nContent-Type: application/x-www-form-urlencoded\n\ntitle=a+b&tag=%c3%bc&count=4": `200 {"id":4,"name":"a b","price":0,"tags":["ü"]}`,
		"POST /upload\n\n{}": "415",
		"POST /upload\nContent-Type: multipart/form-data\n\nx":                         "400",
		"POST /upload\nContent-Type: multipart/form-data; boundary=x\n\n--x\r\nbroken": "400",
		"POST /upload\nContent-Type: application/x-www-form-urlencoded\n\ntitle=%zz":   "422",
		"POST /both\nContent-Type: application/x-www-form-urlencoded\n\nname=form":     `200 {"id":0,"name":"form","price":0,"tags":[]}`,
		"POST /both\n\n" + `{"name":"json"}`:                                           `200 {"id":0,"name":"json","price":0,"tags":[]}`,
		"POST /both\nContent-Type: text/plain\n\nname=x":                               "415",
		"POST /one": "422",
		"POST /one\nContent-Type: application/x-www-form-urlencoded\n\n" + strings.Repeat("a=b&", 1001): "413",
	} {
		w := send(mux, request)
		if got := fmt.Sprintf("%d %s", w.Code, w.Body); !strings.HasPrefix(got, want) {
			t.Errorf("%q:\ngot  %s\nwant %s", request, got, want)
		}
	}
}

func TestRow33_ManyParts(t *testing.T) {
	parts := make([]part, 1001)
	for i := range parts {
		parts[i] = part{name: "x"}
	}
	if w := sendForm(&api.Mux{}, "/", parts...); w.Code != 404 {
		t.Fatal(w.Code)
	}
	mux := newForm(t, nil)
	mux.BodyLimit = 1 << 20
	if w := sendForm(mux, "/upload", parts...); w.Code != 413 || !strings.Contains(w.Body.String(), "too_many_parts") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

// A file is gone when its request is answered, and leaves nothing on the disk.
func TestFilesGoWithTheirRequest(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var kept []api.File
	mux := newForm(t, &kept)
	if w := sendForm(mux, "/upload", part{name: "title", body: "pen"}, part{"paper", "a", "", strings.Repeat("x", 200_000)}); w.Code != 200 {
		t.Fatal(w.Code, w.Body)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "upload-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	f, err := kept[0].Open()
	if err == nil {
		_, err = io.ReadAll(f)
	}
	if err == nil {
		t.Error("the file can still be read")
	}
}

func TestFormsOverTheClient(t *testing.T) {
	s := httptest.NewServer(newForm(t, nil))
	defer s.Close()
	c, err := api.Connect[formAPI](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	cover := api.NewFile("c.png", png)
	got, err := c.Upload(context.Background(), &formInput{Title: "pen", Tags: []string{"a"}, Count: 4, Cover: &cover, Papers: []api.File{api.NewFile("ü.txt", []byte("hello"))}})
	if err != nil || got.ID != 4 || strings.Join(got.Tags, ",") != "a,c.png image/png,ü.txt 5 text/plain" {
		t.Errorf("got %+v, %v", got, err)
	}
	if got, err := c.Both(context.Background(), &bothInput{"json"}); err != nil || got.Name != "json" {
		t.Errorf("both: %v, %v", got, err)
	}
}

func TestFormMistakes(t *testing.T) {
	type badSize struct {
		F api.File `form:"f" maxSize:"huge"`
	}
	type badAccept struct {
		F api.File `form:"f" accept:"images"`
	}
	type twice struct {
		A string `form:"f"`
		B string `form:"f"`
	}
	for want, root := range map[string]any{
		`badSize.F: tag maxSize: "huge" is no size`:       &struct{ Post api.Post[badSize, item] }{ok[badSize]},
		`badAccept.F: tag accept: "images" is no media`:   &struct{ Post api.Post[badAccept, item] }{ok[badAccept]},
		`twice.B: the form has a field "f" already`:       &struct{ Post api.Post[twice, item] }{ok[twice]},
		"a GET has no body: tag it query instead of form": &struct{ Get api.Get[twice, item] }{ok[twice]},
	} {
		if got := mountError(t, root); !strings.Contains(got, want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

func FuzzForm(f *testing.F) {
	f.Add("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\npen\r\n--x--\r\n")
	f.Add("application/x-www-form-urlencoded", "title=pen&tag=a&count=%31")
	mux := newForm(f, nil)
	f.Fuzz(func(t *testing.T, typ, body string) {
		r := httptest.NewRequest("POST", "/upload", strings.NewReader(body))
		r.Header.Set("Content-Type", typ)
		w := httptest.NewRecorder()
		if mux.ServeHTTP(w, r); w.Code >= 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
