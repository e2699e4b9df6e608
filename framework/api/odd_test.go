package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/rand"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type rangedText struct {
	Text string `body:"text" minLength:"5" pattern:"^[a-z]+$"`
}

type rangedList struct {
	Items []int `body:"json" minItems:"1" maxItems:"2" items.maximum:"9"`
}

type rangedFiles struct {
	Papers []api.File `form:"paper" minItems:"2" maxItems:"3"`
}

type aliasedForm struct {
	Title string `form:"title" json:"title" alias:"t"`
}

type bigFile struct {
	File api.File `body:"file" maxSize:"1MB"`
}

type oddAPI struct {
	Text  api.Post[rangedText, said]
	List  api.Post[rangedList, said]
	Files api.Post[rangedFiles, said]
	Form  api.Post[aliasedForm, said]
	File  api.Post[bigFile, said]
	Item  api.Post[item, said]
	Not   api.Post[api.Empty, said]
}

func newOdd() *oddAPI {
	return &oddAPI{
		Text: mirror[rangedText], List: mirror[rangedList], Form: mirror[aliasedForm], Item: mirror[item], Not: mirror[api.Empty],
		Files: func(_ context.Context, in *rangedFiles) (*said, error) { return &said{fmt.Sprint(len(in.Papers))}, nil },
		File:  func(_ context.Context, in *bigFile) (*said, error) { return &said{fmt.Sprint(in.File.Size)}, nil },
	}
}

// The rules of a whole body hold like those of its members.
func TestRulesOfWholeBodies(t *testing.T) {
	mux := mount(t, newOdd())
	part := func(n int) string {
		return strings.Repeat("--x\r\nContent-Disposition: form-data; name=\"paper\"; filename=\"a\"\r\n\r\na\r\n", n) + "--x--\r\n"
	}
	for _, c := range []struct{ path, typ, body, want string }{
		{"/text", "text/plain", "abcde", "abcde"},
		{"/text", "text/plain", "b", `{"pointer":"#","code":"minLength"`},
		{"/text", "text/plain", "ABCDE", `"code":"pattern"`},
		{"/text", "text/plain", "abcd\xff", `"status":400,"code":"malformed"`},
		{"/list", "application/json", "[1,2]", "[1 2]"},
		{"/list", "application/json", "[]", `{"pointer":"#","code":"minItems"`},
		{"/list", "application/json", "[1,2,3]", `{"pointer":"#","code":"maxItems"`},
		{"/list", "application/json", "[10]", `{"pointer":"#/0","code":"maximum"`},
		{"/files", "multipart/form-data; boundary=x", part(2), `"2"`},
		{"/files", "multipart/form-data; boundary=x", part(1), `"parameter":"paper","code":"minItems"`},
		{"/files", "multipart/form-data; boundary=x", part(4), `"parameter":"paper","code":"maxItems"`},
		{"/form", "application/x-www-form-urlencoded", "t=x", "{Title:x}"},
		{"/form", "application/json", `{"t":"x"}`, "{Title:x}"},
		{"/form", "application/x-www-form-urlencoded", "t=x&title=y", `"parameter":"title","code":"duplicate"`},
	} {
		r := httptest.NewRequest("POST", c.path, strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.typ)
		if _, body, _ := exchange(t, mux, r); !strings.Contains(body, c.want) {
			t.Errorf("%s %q: %s, want %s", c.path, c.body, body, c.want)
		}
	}
}

// Nothing in chunks is nothing.
func TestBodyOfUnknownLength(t *testing.T) {
	mux := mount(t, newOdd())
	for _, c := range []struct{ path, typ, body, want string }{
		{"/item", "", "", `"code":"required"`},
		{"/item", "", "{}", `"media_type"`},
		{"/item", "application/json", `{"name":"ab","price":1}`, "Name:ab"},
		{"/not", "", "", `{"text":"{}"}`},
	} {
		r := httptest.NewRequest("POST", c.path, io.MultiReader(strings.NewReader(c.body)))
		if r.ContentLength = -1; c.typ != "" {
			r.Header.Set("Content-Type", c.typ)
		}
		if _, body, _ := exchange(t, mux, r); !strings.Contains(body, c.want) {
			t.Errorf("%s %q: %s, want %s", c.path, c.body, body, c.want)
		}
	}
}

func TestRow34_CompressedFileHasTheFilesLimit(t *testing.T) {
	mux := &api.Mux{Logger: quiet, Inflate: true, BodyLimit: 1000}
	if err := mux.Mount("/", newOdd()); err != nil {
		t.Fatal(err)
	}
	for size, want := range map[int]int{100_000: 200, 900_000: 200, 1<<20 + 1: 413} {
		random := make([]byte, size) // which does not get smaller
		_, _ = rand.New(rand.NewSource(1)).Read(random)
		packed := gzipped(random)
		r := httptest.NewRequest("POST", "/file", strings.NewReader(string(packed)))
		r.Header.Set("Content-Encoding", "gzip")
		if status, body, _ := exchange(t, mux, r); status != want {
			t.Errorf("%d bytes, %d packed: %d %s", size, len(packed), status, body)
		}
	}
}

type optionalPath struct {
	P *string `path:"p"`
}

type defaultPath struct {
	P string `path:"p" default:"x"`
}

type cookieList struct {
	C []string `cookie:"c"`
}

type keepsInGet struct {
	Rest map[string]string `additional:"keep"`
}

type needsParameter struct {
	A string `query:"a" dependentRequired:"b"`
	B string `query:"b" api:"optional"`
}

type manyFiles struct {
	Files []api.File `form:"f" maxItems:"5000"`
}

type aliasTwice struct {
	A string `form:"a" alias:"b"`
	B string `form:"b"`
}

type headed struct {
	Head string `header:"X-Head"`
	Name string `json:"name"`
}

type selfAnswer struct {
	api.Responses
	Again *selfAnswer `status:"200"`
}

type fileAnswer struct {
	api.Responses
	File *api.Attachment `status:"201"`
	Go   *api.Redirect   `status:"202"`
}

type mistakenAPI struct {
	Optional api.Get[optionalPath, said] `route:"/o/{p}"`
	Default  api.Get[defaultPath, said]  `route:"/d/{p}"`
	Group    api.Get[fileInput, said]    `route:"/g/{path:a)|(b}"`
	Cookie   api.Get[cookieList, said]
	Keeps    api.Get[keepsInGet, said]
	Needs    api.Get[needsParameter, said]
	Files    api.Post[manyFiles, said]
	Alias    api.Post[aliasTwice, said]
	Events   api.Stream[api.Empty, headed]
	Nothing  api.Stream[api.Empty, api.Empty]
	Self     api.Get[api.Empty, selfAnswer]
	File     api.Get[api.Empty, fileAnswer]
}

func noEvents[E any](context.Context, *api.Empty) (iter.Seq2[*E, error], error) { return nil, nil }

func TestFurtherMistakes(t *testing.T) {
	got := mountError(t, &mistakenAPI{
		Optional: mirror[optionalPath], Default: mirror[defaultPath], Group: mirror[fileInput], Cookie: mirror[cookieList], Keeps: mirror[keepsInGet],
		Needs: mirror[needsParameter], Files: mirror[manyFiles], Alias: mirror[aliasTwice], Events: noEvents[headed], Nothing: noEvents[api.Empty],
		Self: nothing[selfAnswer], File: nothing[fileAnswer],
	})
	for _, want := range []string{
		"optionalPath.P: a parameter of the path is always there", "defaultPath.P: a parameter of the path is always there", "the pattern of {path}: error parsing regexp",
		"cookieList.C: a cookie holds one value", "keepsInGet.Rest: a GET has no body", "needsParameter.A: tag dependentRequired: only members",
		`manyFiles.Files: tag maxItems: "5000" is no count of files`, "aliasTwice.B: the form has a field \"b\" already", "mistakenAPI.Events: output: an event is one value",
		"mistakenAPI.Nothing: output: an event is one value", "selfAnswer.Again: is one of several answers itself", "fileAnswer.File: tag status: a file is answered with 200",
		"fileAnswer.Go: tag status: 202 sends nobody elsewhere",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
}

type attachments struct {
	Title string    `json:"title" form:"title" api:"optional"`
	Note  string    `json:"note" api:"optional"`
	Cover *api.File `form:"cover"`
}

type textOrMembers struct {
	Title string `json:"title" api:"optional"`
	Text  string `body:"text" api:"optional"`
}

type lostAPI struct {
	Attach api.Post[attachments, said]
	Either api.Post[textOrMembers, said]
	Rest   api.Get[fileInput, said] `route:"/rest/{path...}"`
	IDs    api.Get[idsInput, said]  `route:"/ids/{ids}"`
}

// What a client cannot send is an error, and never sent without a part of it.
func TestClientLosesNothing(t *testing.T) {
	c := client[lostAPI](t, mount(t, &lostAPI{
		Attach: func(_ context.Context, in *attachments) (*said, error) {
			return &said{in.Title + "|" + in.Note + "|" + describeFile(in.Cover)}, nil
		},
		Either: mirror[textOrMembers], Rest: mirror[fileInput], IDs: mirror[idsInput],
	}))
	ctx := t.Context()
	cover, nameless := api.NewFile("c.png", png), api.NewFile("", png)
	for _, v := range []struct {
		name string
		call func() (*said, error)
		want string // "" for an error
	}{
		{"a file goes as a form", func() (*said, error) { return c.Attach(ctx, &attachments{Title: "t", Cover: &cover}) }, "t||c.png image/png 208 <nil>"},
		{"a file without a name", func() (*said, error) { return c.Attach(ctx, &attachments{Cover: &nameless}) }, "||file image/png 208 <nil>"},
		{"members without a file", func() (*said, error) { return c.Attach(ctx, &attachments{Title: "t", Note: "n"}) }, "t|n|no file"},
		{"a member beside a file", func() (*said, error) { return c.Attach(ctx, &attachments{Note: "n", Cover: &cover}) }, ""},
		{"text and members", func() (*said, error) { return c.Either(ctx, &textOrMembers{"t", "x"}) }, ""},
		{"text", func() (*said, error) { return c.Either(ctx, &textOrMembers{Text: "x"}) }, "{Title: Text:x}"},
		{"no item", func() (*said, error) { return c.IDs(ctx, &idsInput{}) }, ""},
		{"a path that goes up", func() (*said, error) { return c.Rest(ctx, &fileInput{"a/../b"}) }, ""},
		{"a path with a gap", func() (*said, error) { return c.Rest(ctx, &fileInput{"a//b"}) }, ""},
		{"a path", func() (*said, error) { return c.Rest(ctx, &fileInput{"a/b c"}) }, "{Path:a/b c}"},
	} {
		got, err := v.call()
		if v.want == "" && (err == nil || api.StatusOf(err) >= 400 && api.StatusOf(err) < 500) || v.want != "" && (err != nil || got.Text != v.want) {
			t.Errorf("%s: %+v, %v, want %q", v.name, got, err, v.want)
		}
	}
}

func TestClientHeadersOnce(t *testing.T) {
	var seen http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = r.Header
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{}`))
	}))
	defer s.Close()
	type headAPI struct {
		Get api.Get[echoInput, said] `route:"/{room}"`
	}
	c, err := api.Connect[headAPI](s.URL, &api.ClientOptions{Header: http.Header{"X-Agent": {"options"}, "X-Other": {"kept"}, "Cookie": {"a=1"}}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), &echoInput{Room: "r", Agent: "input", Crumb: "2"}); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"X-Agent": {"input"}, "X-Other": {"kept"}, "Cookie": {"a=1; crumb=2"}}
	for k, v := range want {
		if diff := cmp.Diff(v, seen[k]); diff != "" {
			t.Errorf("%s: %s", k, diff)
		}
	}
}

type boxedAPI struct {
	Seal   api.Envelope
	Import api.Post[importInput, imported]
}

// In an envelope a problem and an answer look alike: the state tells them apart.
func TestResponsesInAnEnvelope(t *testing.T) {
	seal := api.Envelope{ResultKey: "result", StateKey: "state", MessageKey: "message"}
	s := httptest.NewServer(mount(t, &boxedAPI{Seal: seal, Import: newImport().Import}))
	defer s.Close()
	c, err := api.Connect[boxedAPI](s.URL, &api.ClientOptions{Envelope: seal})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Import(t.Context(), &importInput{What: "clash"})
	if err != nil || got.Clash == nil || len(got.Clash.With) != 2 {
		t.Errorf("%+v %v", got, err)
	}
	var p *api.Problem
	if got, err := c.Import(t.Context(), &importInput{What: "problem"}); !errors.As(err, &p) || p.Code != "other" || got != nil {
		t.Errorf("%+v %v", got, err)
	}
}

// An event counts once it is whole: one that breaks off comes again.
func TestReconnectLosesNoEvent(t *testing.T) {
	var asked []string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Header.Get("Last-Event-ID"))
		w.Header().Set("Content-Type", "text/event-stream")
		if len(asked) == 1 {
			_, _ = io.WriteString(w, "retry: 1\nid: 1\ndata: {\"n\":1}\n\nid: 2\ndata: {\"n\":2}\n")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}
		_, _ = io.WriteString(w, "id: 2\ndata: {\"n\":2}\n\nid: 3\ndata: {\"n\":3}\n\n")
	}))
	defer s.Close()
	type watchAPI struct{ Watch api.Stream[watchInput, tick] }
	c, err := api.Connect[watchAPI](s.URL, &api.ClientOptions{Reconnect: 1})
	if err != nil {
		t.Fatal(err)
	}
	events, err := c.Watch(t.Context(), &watchInput{})
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for ev, err := range events {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, ev.N)
	}
	if diff := cmp.Diff([]int{1, 2, 3}, got); diff != "" || !cmp.Equal(asked, []string{"", "1"}) {
		t.Error(diff, asked)
	}
}

// A long header costs no more than a short one.
func TestLongAcceptLanguage(t *testing.T) {
	mux := &api.Mux{Languages: german, Logger: quiet}
	if err := mux.Mount("/", newImport()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/nowhere", nil)
	r.Header.Set("Accept-Language", "de,"+strings.Repeat("zh;q=0.1,", 6000))
	if _, body, h := exchange(t, mux, r); h.Get("Content-Language") != "en" {
		t.Error(body, h)
	}
}
