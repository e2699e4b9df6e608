package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type madeOutput struct {
	Status   int          `status:""`
	Location string       `header:"Location"`
	Tags     []string     `header:"X-Tag"`
	Session  *http.Cookie `cookie:"session"`
	ID       int          `json:"id"`
	Hidden   string       `json:"-"`
}

type outAPI struct {
	Kept  keeper
	Made  api.Post[outInput, madeOutput]
	One   api.Get[api.Empty, item]   `wrap:"article"`
	Many  api.Get[api.Empty, []item] `wrap:"articles,count=articlesCount"`
	File  api.Get[outInput, api.Attachment]
	Flow  api.Get[outInput, api.Attachment]
	Go    api.Get[outInput, api.Redirect]
	Watch api.Stream[watchInput, tick]
	Raw   api.Raw `method:"GET,POST"`
}

type outInput struct {
	What string `query:"what" api:"optional"`
}

type watchInput struct {
	Last string `header:"Last-Event-ID" api:"optional"`
	Fail bool   `query:"fail" default:"false"`
}

type tick struct {
	N int `json:"n"`
}

func (t *tick) EventID() string   { return fmt.Sprint(t.N) }
func (t *tick) EventName() string { return "tick\nforged" }

// keeper keeps something that has to be saved before the first byte.
type keeper struct{}

type kept struct {
	api.Link
	fail bool
}

func (k *kept) BeforeWrite(c *api.Call) error {
	c.Header().Set("Kept", "yes")
	if k.fail {
		return errors.New("the store is down")
	}
	return nil
}

func (keeper) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.Attach(&kept{fail: c.Request().Header.Get("Fail-Store") != ""})
		return next(c)
	}
}

func newOut(t *testing.T) *api.Mux {
	return mount(t, &outAPI{
		Made: func(_ context.Context, in *outInput) (*madeOutput, error) {
			return &madeOutput{Status: 201, Location: "/items/7" + in.What, Tags: []string{"a", "b"}, Session: &http.Cookie{Name: "session", Value: "x"}, ID: 7, Hidden: "h"}, nil
		},
		One:  func(context.Context, *api.Empty) (*item, error) { return &item{ID: 1}, nil },
		Many: func(context.Context, *api.Empty) (*[]item, error) { return &[]item{{ID: 1}, {ID: 2}}, nil },
		File: func(context.Context, *outInput) (*api.Attachment, error) {
			return &api.Attachment{Name: "grüße.txt", Content: strings.NewReader("0123456789"), Modified: time.Unix(1e9, 0)}, nil
		},
		Flow: func(_ context.Context, in *outInput) (*api.Attachment, error) {
			return &api.Attachment{Type: "text/csv", Body: func(w io.Writer) error {
				if in.What == "early" {
					return api.NotFound("none", "there is none")
				}
				_, err := io.WriteString(w, "a,b\n")
				if in.What == "late" {
					return errors.New("the disk is gone")
				}
				return err
			}}, nil
		},
		Go: func(_ context.Context, in *outInput) (*api.Redirect, error) {
			return &api.Redirect{Location: in.What, External: strings.HasPrefix(in.What, "https:")}, nil
		},
		Watch: func(ctx context.Context, in *watchInput) (iter.Seq2[*tick, error], error) {
			if in.Last == "99" {
				return nil, api.Gone("too_old", "that is long ago")
			}
			return func(yield func(*tick, error) bool) {
				var from int
				_, _ = fmt.Sscan(in.Last, &from)
				for n := from + 1; n <= 3; n++ {
					if !yield(&tick{n}, nil) {
						return
					}
				}
				if in.Fail {
					yield(nil, api.Conflict("stop", "no more"))
				}
			}, nil
		},
		Raw: func(w http.ResponseWriter, r *http.Request) error {
			switch r.URL.RawQuery {
			case "fail":
				return api.BadRequest("bad", "not so")
			case "none":
				return nil
			}
			w.Header().Set("Content-Type", "text/plain")
			w.WriteHeader(http.StatusAccepted)
			_, err := io.WriteString(w, r.Method)
			return err
		},
	})
}

func TestOutputs(t *testing.T) {
	mux := newOut(t)
	for _, tt := range []struct {
		request string
		status  int
		body    string
		header  map[string]string
	}{
		{"POST /made", 201, `{"id":7}`, map[string]string{"Location": "/items/7", "X-Tag": "a,b", "Set-Cookie": "session=x", "Kept": "yes"}},
		{"POST /made?what=%0d%0aX-Evil:%201", 500, `…`, map[string]string{"X-Evil": ""}},
		{"GET /one", 200, `{"article":{"id":1,"name":"","price":0,"tags":[]}}`, nil},
		{"GET /many", 200, `{"articles":[{"id":1,"name":"","price":0,"tags":[]},{"id":2,"name":"","price":0,"tags":[]}],"articlesCount":2}`, nil},
		{"GET /file", 200, "0123456789", map[string]string{"Content-Disposition": "attachment; filename*=utf-8''gr%C3%BC%C3%9Fe.txt", "Content-Length": "10", "X-Content-Type-Options": "nosniff", "Kept": "yes"}},
		{"GET /file\nRange: bytes=2-4", 206, "234", map[string]string{"Content-Range": "bytes 2-4/10"}},
		{"GET /file\nRange: bytes=20-", 416, "…", nil},
		{"GET /file\nIf-Modified-Since: Sun, 09 Sep 2001 01:46:40 GMT", 304, "", nil},
		{"GET /flow", 200, "a,b\n", map[string]string{"Content-Type": "text/csv", "Kept": "yes"}},
		{"GET /flow?what=early", 404, `…"code":"none"`, map[string]string{"Content-Type": "application/problem+json"}},
		{"GET /flow\nFail-Store: yes", 500, `…"code":"internal"`, nil},
		{"GET /go?what=/login%3Fa=b", 303, "", map[string]string{"Location": "/login?a=b", "Kept": "yes"}},
		{"GET /go?what=https://example.com/x", 303, "", map[string]string{"Location": "https://example.com/x"}},
		{"GET /raw", 202, "GET", map[string]string{"Kept": "yes"}},
		{"POST /raw", 202, "POST", nil},
		{"GET /raw?none", 200, "", map[string]string{"Kept": "yes"}},
		{"GET /raw?fail", 400, `…"code":"bad"`, map[string]string{"Kept": "yes"}},
		{"GET /raw\nFail-Store: yes", 500, `…"code":"internal"`, nil},
		{"PUT /raw", 405, `…`, map[string]string{"Allow": "OPTIONS, GET, HEAD, POST"}},
		{"GET /watch\nLast-Event-ID: 99", 410, `…"code":"too_old"`, nil},
		{"GET /watch\nLast-Event-ID: 1", 200, ": open\n\nid: 2\nevent: tickforged\ndata: {\"n\":2}\n\nid: 3\nevent: tickforged\ndata: {\"n\":3}\n\n", map[string]string{"Content-Type": "text/event-stream", "Kept": "yes", "Cache-Control": "no-store"}},
		{"GET /watch?fail=true\nLast-Event-ID: 3", 200, ": open\n\nevent: error\ndata: {\"title\":\"Conflict\",\"status\":409,\"code\":\"stop\",\"detail\":\"no more\"}\n\n", nil},
	} {
		w := send(mux, tt.request)
		part, inner := strings.CutPrefix(tt.body, "…")
		if got := w.Body.String(); w.Code != tt.status || inner && !strings.Contains(got, part) || !inner && got != tt.body {
			t.Errorf("%s: %d %q", tt.request, w.Code, w.Body)
		}
		for name, want := range tt.header {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.request, name, got, want)
			}
		}
	}
}

func TestRow26_RedirectsStayHere(t *testing.T) {
	mux := newOut(t)
	for _, location := range []string{"//evil.example", "/%09/evil.example", "/\\evil.example", "\\/evil.example", "http://evil.example", "javascript:alert(1)", "evil.example", "", "/ /evil", "/%5c%5cevil.example", "//\tevil", "/\u00a0/x\n"} {
		r := httptest.NewRequest("GET", "/go", nil)
		r.URL.RawQuery = "what=" + strings.NewReplacer("%", "%25", "\t", "%09", "\n", "%0a", " ", "%20", "\\", "%5c").Replace(location)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		if w.Code != 500 || w.Header().Get("Location") != "" {
			t.Errorf("%q: %d to %q", location, w.Code, w.Header().Get("Location"))
		}
	}
}

// An answer that breaks off must not look whole.
func TestBrokenAnswer(t *testing.T) {
	s := httptest.NewServer(newOut(t))
	defer s.Close()
	res, err := http.Get(s.URL + "/flow?what=late")
	if err == nil {
		_, err = io.ReadAll(res.Body)
		res.Body.Close()
	}
	if err == nil {
		t.Error("no error")
	}
}

func TestOutputsOverTheClient(t *testing.T) {
	s := httptest.NewServer(newOut(t))
	defer s.Close()
	ctx := context.Background()
	c, err := api.Connect[outAPI](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	made, err := c.Made(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if made.Session == nil || made.Session.Name != "session" || made.Session.Value != "x" {
		t.Errorf("cookie: %v", made.Session)
	}
	made.Session = nil
	if diff := cmp.Diff(&madeOutput{Status: 201, Location: "/items/7", Tags: []string{"a", "b"}, ID: 7}, made); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if one, err := c.One(ctx, nil); err != nil || one.ID != 1 {
		t.Errorf("one: %v, %v", one, err)
	}
	if many, err := c.Many(ctx, nil); err != nil || len(*many) != 2 {
		t.Errorf("many: %v, %v", many, err)
	}
	file, err := c.File(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(file.Content); err != nil || file.Name != "grüße.txt" || !bytes.Equal(b, []byte("0123456789")) {
		t.Errorf("file: %q %q, %v", file.Name, b, err)
	}
	ticks, err := c.Watch(ctx, &watchInput{Last: "1", Fail: true})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for tick, err := range ticks {
		if err != nil {
			got = append(got, fmt.Sprint(api.StatusOf(err)))
		} else {
			got = append(got, fmt.Sprint(tick.N))
		}
	}
	if diff := cmp.Diff([]string{"2", "3", "409"}, got); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
	if _, err := c.Watch(ctx, &watchInput{Last: "99"}); api.StatusOf(err) != 410 {
		t.Errorf("watch: %v", err)
	}
}

func TestEnvelope(t *testing.T) {
	type envelopeAPI struct {
		Envelope api.Envelope
		One      api.Get[api.Empty, item]
		Many     api.Get[api.Empty, []item]
		None     api.Post[api.Empty, api.Empty]
		Bad      api.Post[item, item]
		Raw      api.Raw
	}
	mux := mount(t, &envelopeAPI{
		Envelope: api.Envelope{ResultKey: "result", StateKey: "state", MessageKey: "message", CountKey: "count", ErrorsKey: "errors"},
		One:      func(context.Context, *api.Empty) (*item, error) { return &item{ID: 1}, nil },
		Many:     func(context.Context, *api.Empty) (*[]item, error) { return &[]item{{ID: 1}, {ID: 2}}, nil },
		None:     func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil },
		Bad:      ok[item],
		Raw:      api.Adopt(http.NotFoundHandler()),
	})
	for request, want := range map[string]string{
		"GET /one":        `200 {"result":{"id":1,"name":"","price":0,"tags":[]},"state":"ok","message":""}`,
		"GET /many":       `200 {"result":[{"id":1,"name":"","price":0,"tags":[]},{"id":2,"name":"","price":0,"tags":[]}],"state":"ok","message":"","count":2}`,
		"POST /none":      `204 `,
		"POST /bad\n\n{}": `422 {"result":null,"state":"invalid","message":"the request is not valid","errors":[{"pointer":"#/name","code":"required","detail":"is required"},{"pointer":"#/price","code":"required","detail":"is required"}]}`,
		"GET /raw":        "404 404 page not found\n",
	} {
		w := send(mux, request)
		if got := fmt.Sprintf("%d %s", w.Code, w.Body); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", request, got, want)
		}
	}
}

// A client that goes away ends the handler's sequence.
func TestStreamEndsWithItsClient(t *testing.T) {
	ended := make(chan struct{})
	type oneAPI struct{ Get api.Stream[api.Empty, tick] }
	s := httptest.NewServer(mount(t, &oneAPI{Get: func(ctx context.Context, _ *api.Empty) (iter.Seq2[*tick, error], error) {
		return func(yield func(*tick, error) bool) {
			defer close(ended)
			for n := 1; yield(&tick{n}, nil); n++ {
				select {
				case <-ctx.Done():
					return
				case <-time.After(time.Millisecond):
				}
			}
		}, nil
	}}))
	defer s.Close()
	c, err := api.Connect[oneAPI](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	ticks, err := c.Get(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for tick, err := range ticks {
		if err != nil || tick.N == 5 {
			break
		}
	}
	<-ended
}

func TestOutputMistakes(t *testing.T) {
	type badStatus struct {
		Status string `status:""`
	}
	type badCookie struct {
		Crumb string `cookie:"crumb"`
	}
	for want, root := range map[string]any{
		"badStatus.Status: tag status: want an int": &struct{ Get api.Get[api.Empty, badStatus] }{func(context.Context, *api.Empty) (*badStatus, error) { return nil, nil }},
		"badCookie.Crumb: tag cookie: in an output": &struct{ Get api.Get[api.Empty, badCookie] }{func(context.Context, *api.Empty) (*badCookie, error) { return nil, nil }},
		"tag wrap: count is of a list": &struct {
			Get api.Get[api.Empty, item] `wrap:"a,count=b"`
		}{ok[api.Empty]},
		"tag method: only a Raw has one": &struct {
			Get api.Get[api.Empty, item] `method:"POST"`
		}{ok[api.Empty]},
		`tag method: "FETCH" is none of`: &struct {
			Get api.Raw `method:"FETCH"`
		}{api.Adopt(http.NotFoundHandler())},
	} {
		if got := mountError(t, root); !strings.Contains(got, want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}
