package api_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

func mount(t *testing.T, root any) *api.Mux {
	t.Helper()
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/", root); err != nil {
		t.Fatal(err)
	}
	return mux
}

func mountError(t *testing.T, root any) string {
	t.Helper()
	err := new(api.Mux).Mount("/", root)
	if err == nil {
		return ""
	}
	return err.Error()
}

// swallow returns without an answer and without an error.
type swallow struct{}

func (swallow) Wrap(*api.Endpoint, api.Handler) api.Handler {
	return func(*api.Call) error { return nil }
}

func TestNoAnswerIsAnError(t *testing.T) {
	type oneAPI struct {
		Swallow swallow
		Get     api.Get[api.Empty, item]
	}
	mux := mount(t, &oneAPI{Get: ok[api.Empty]})
	var log bytes.Buffer
	mux.Logger = slog.New(slog.NewTextHandler(&log, nil))
	if w := send(mux, "GET /"); w.Code != 500 || !strings.Contains(log.String(), "oneAPI.Get: a plugin or a Catch returned neither") {
		t.Errorf("got %d, log %s", w.Code, log.String())
	}
}

// deserter runs next on another goroutine and does not wait for it.
type deserter struct{ done chan struct{} }

func (d deserter) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		started := make(chan struct{})
		go func() {
			defer close(d.done)
			close(started)
			_ = next(c)
		}()
		<-started
		time.Sleep(20 * time.Millisecond)
		return errors.New("too slow")
	}
}

func TestPluginThatDoesNotWait(t *testing.T) {
	type oneAPI struct {
		Deserter deserter
		Get      api.Get[api.Empty, item]
	}
	d := deserter{make(chan struct{})}
	mux := mount(t, &oneAPI{Deserter: d, Get: func(context.Context, *api.Empty) (*item, error) {
		time.Sleep(60 * time.Millisecond)
		return &item{}, nil
	}})
	func() {
		defer func() {
			if v := recover(); v != http.ErrAbortHandler {
				t.Errorf("recovered %v", v)
			}
		}()
		send(mux, "GET /")
	}()
	<-d.done
}

type sharedState struct{ api.Link }

func TestAttachTwice(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	c, _ := api.CallFrom(api.TestContext(httptest.NewRequest("GET", "/", nil)))
	s := &sharedState{}
	c.Attach(s)
	c.Attach(s)
}

type selfAPI struct {
	Get api.Get[api.Empty, item]
	Up  *selfAPI
}

func TestAPIThatHoldsItself(t *testing.T) {
	a := &selfAPI{Get: ok[api.Empty]}
	a.Up = a
	if err := mountError(t, a); !strings.Contains(err, "selfAPI holds itself") {
		t.Errorf("mount: %s", err)
	}
	if _, err := api.Connect[selfAPI]("http://localhost", nil); err == nil || !strings.Contains(err.Error(), "selfAPI holds itself") {
		t.Errorf("connect: %v", err)
	}
}

// A handler may write into the bytes of a raw body: the members are not made of them.
func TestRawBodyIsTheHandlersOwn(t *testing.T) {
	type signed struct {
		Raw  []byte `body:"raw"`
		Name string `json:"name"`
	}
	type oneAPI struct{ Post api.Post[signed, item] }
	mux := mount(t, &oneAPI{Post: func(_ context.Context, in *signed) (*item, error) {
		clear(in.Raw)
		return &item{Name: in.Name}, nil
	}})
	if w := send(mux, "POST /\n\n"+`{"name":"pen"}`); !strings.Contains(w.Body.String(), `"pen"`) {
		t.Errorf("got %s", w.Body)
	}
}

type shapeless struct {
	Name string `json:"name"`
}

func (*shapeless) Validate() error { return nil }

func TestSilentMistakes(t *testing.T) {
	type unexported struct {
		me visitor
	}
	type pointer struct{ *visitor }
	type tagged struct {
		Me visitor `json:"me"`
	}
	type readonly struct {
		Owner int `query:"owner" api:"readonly"`
	}
	type host struct {
		Host string `header:"Host"`
	}
	type cookie struct {
		Crumb string `cookie:"a b"`
	}
	type loadsBody struct {
		Name string `json:"name"`
	}
	type twice struct {
		A, B byID
	}
	for want, root := range map[string]any{
		"unexported.me: is injected only if its name begins with a capital": &struct {
			Post api.Post[unexported, item]
		}{func(_ context.Context, in *unexported) (*item, error) { return &item{Name: in.me.Name}, nil }},
		"pointer.visitor: an embedded pointer is not read":     &struct{ Post api.Post[pointer, item] }{ok[pointer]},
		"tagged.Me: a api_test.visitor comes from the context": &struct{ Post api.Post[tagged, item] }{ok[tagged]},
		"readonly.Owner: a parameter is always the request's":  &struct{ Post api.Post[readonly, item] }{ok[readonly]},
		"host.Host: net/http takes the header Host away":       &struct{ Post api.Post[host, item] }{ok[host]},
		`cookie.Crumb: "a b" cannot be the name of a cookie`:   &struct{ Post api.Post[cookie, item] }{ok[cookie]},
		`path "/{id}/x/{id}" has {id} twice`: &struct {
			Get api.Get[byID, item] `route:"/{id}/x/{id}"`
		}{ok[byID]},
		"shapeless.Validate: is a func(*api_test.shapeless) error, which nobody calls": &struct{ Post api.Post[shapeless, item] }{ok[shapeless]},
		"loadsBody: is loaded before the body is read": &struct {
			Load api.Load[loadsBody]
			Post api.Post[loadsBody, item]
		}{func(context.Context, *loadsBody) error { return nil }, ok[loadsBody]},
		"loads a api_test.byID, as One does: keep one": &struct {
			One, Two api.Load[byID]
			Get      api.Get[byID, item] `route:"/{id}"`
		}{func(context.Context, *byID) error { return nil }, func(context.Context, *byID) error { return nil }, ok[byID]},
		`the path parameter "id" is taken by another field`: &struct {
			Get api.Get[twice, item] `route:"/{id}"`
		}{ok[twice]},
		"One and Two could be meant: name one": &struct {
			One, Two *memory
			Post     api.Post[api.Empty, item] `atomic:""`
		}{&memory{}, &memory{}, ok[api.Empty]},
		"is a function already: leave out the *": &struct {
			Get  *api.Get[api.Empty, item]
			Post api.Post[api.Empty, item]
		}{nil, ok[api.Empty]},
		"a *int cannot be an API": &struct {
			X    *int `route:"/x"`
			Post api.Post[api.Empty, item]
		}{nil, ok[api.Empty]},
		`route "/a%20b": the segment "a%20b" has characters`: &struct {
			Get api.Get[api.Empty, item] `route:"/a%20b"`
		}{ok[api.Empty]},
	} {
		if got := mountError(t, root); !strings.Contains(got, want) {
			t.Errorf("want %q, got %q", want, got)
		}
	}
}

// guardedAPI embeds a plugin, and is an API all the same.
type guardedAPI struct {
	guard
	Get api.Get[api.Empty, item]
}

func TestAPIThatEmbedsAPlugin(t *testing.T) {
	mux := mount(t, &struct{ Inner *guardedAPI }{&guardedAPI{Get: ok[api.Empty]}})
	if len(mux.Endpoints()) != 1 || len(mux.Endpoints()[0].Plugins()) != 1 {
		t.Errorf("%d endpoints", len(mux.Endpoints()))
	}
}

func TestTagsOfOtherPackages(t *testing.T) {
	type doc struct {
		Name string `json:"name" bson:"name" enums:"a,b" validate:"required"`
	}
	mount(t, &struct{ Post api.Post[doc, doc] }{func(_ context.Context, in *doc) (*doc, error) { return in, nil }})
}

func TestLoadIsLeftOutAfterManyFaults(t *testing.T) {
	type in struct {
		Tag []string `query:"tag" items.minLength:"2" maxItems:"200"`
		byID
	}
	ran := false
	mux := mount(t, &struct {
		ByID api.Load[byID]
		Get  api.Get[in, item] `route:"/{id}"`
	}{func(context.Context, *byID) error { ran = true; return nil }, ok[in]})
	if w := send(mux, "GET /0?"+strings.Repeat("tag=a&", 150)); w.Code != 422 || ran {
		t.Errorf("got %d, the loader ran: %v", w.Code, ran)
	}
}

func TestHeadersOfSuccessDoNotGoWithErrors(t *testing.T) {
	mux := mount(t, &struct{ Get api.Get[api.Empty, item] }{func(ctx context.Context, _ *api.Empty) (*item, error) {
		c, _ := api.CallFrom(ctx)
		c.Header().Set("Content-Type", "text/csv")
		c.Header().Set("Content-Length", "5")
		c.Header().Set("Cache-Control", "public")
		return nil, api.NotFound("gone", "it is gone").With("X-Why", "moved")
	}})
	h := send(mux, "GET /").Header()
	if h.Get("Content-Type") != "application/problem+json" || h.Get("Content-Length") != "" || h.Get("Cache-Control") != "" || h.Get("X-Why") != "moved" {
		t.Errorf("got %v", h)
	}
}

// 499 is for clients that went away.
func TestCanceledByTheHandler(t *testing.T) {
	mux := mount(t, &struct{ Get api.Get[api.Empty, item] }{func(context.Context, *api.Empty) (*item, error) {
		return nil, fmt.Errorf("part: %w", context.Canceled)
	}})
	if w := send(mux, "GET /"); w.Code != 500 {
		t.Errorf("got %d", w.Code)
	}
}

// brittle panics when it is asked before the answer is written.
type brittle struct {
	api.Link
	asked int
}

func (b *brittle) BeforeWrite(*api.Call) error { b.asked++; panic("brittle") }

type breaks struct{ b *brittle }

func (p breaks) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error { c.Attach(p.b); return next(c) }
}

func TestPanicBeforeWrite(t *testing.T) {
	b := &brittle{}
	mux := mount(t, &struct {
		Breaks breaks
		Get    api.Get[api.Empty, item]
	}{breaks{b}, ok[api.Empty]})
	if w := send(mux, "GET /"); w.Code != 500 || b.asked != 1 {
		t.Errorf("got %d, asked %d times", w.Code, b.asked)
	}
}

// What another service answered is not this one's answer.
func TestUpstreamProblem(t *testing.T) {
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Set-Cookie", "sessionid=UPSTREAM")
		http.Error(w, "no", http.StatusUnauthorized)
	}))
	defer upstream.Close()
	type pingAPI struct{ Get api.Get[api.Empty, item] }
	c, err := api.Connect[pingAPI](upstream.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(context.Background(), &api.Empty{}); api.StatusOf(err) != 401 {
		t.Errorf("the client sees %v", err)
	}
	if _, err := c.Get(context.Background(), nil); api.StatusOf(err) != 401 {
		t.Errorf("with nothing to say: %v", err)
	}
	mux := mount(t, &pingAPI{Get: func(ctx context.Context, in *api.Empty) (*item, error) { return c.Get(ctx, in) }})
	if w := send(mux, "GET /"); w.Code != 502 || w.Header().Get("Set-Cookie") != "" {
		t.Errorf("passed on as %d %v", w.Code, w.Header())
	}
}

func TestProblemsAreNotShared(t *testing.T) {
	gone := api.Errorf(410, "gone", "it is gone")
	for range 3 {
		p := gone.Param("query", "a").Cause(errors.New("x")).RetryAfter(time.Second)
		if len(p.Errors) != 1 || p.Header().Get("Retry-After") != "1" {
			t.Errorf("got %v", p)
		}
	}
	if len(gone.Errors) != 0 || gone.Unwrap() != nil || gone.Header() != nil {
		t.Errorf("became %v", gone)
	}
}

func TestEmptyPathParameter(t *testing.T) {
	mux, _ := newShop(t)
	if w := send(mux, "POST /api/shop//buy"); w.Code != 404 {
		t.Errorf("got %d", w.Code)
	}
}

func TestParametersAreUTF8(t *testing.T) {
	mux, _ := newShop(t)
	if w := send(mux, "GET /api/shop/list?search=%ff"); w.Code != 422 || !strings.Contains(w.Body.String(), `"encoding"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestClientRefusesWhatWouldBeLost(t *testing.T) {
	type in struct {
		Room  string        `path:"room"`
		Crumb string        `cookie:"crumb" api:"optional"`
		Agent string        `header:"X-Agent" api:"optional"`
		Num   api.Null[int] `query:"num"`
		Other string        `cookie:"other" api:"optional"`
	}
	var got in
	mux := &api.Mux{Logger: quiet}
	type outAPI struct {
		Get api.Get[in, api.Empty] `route:"/{room}"`
	}
	if err := mux.Mount("/", &outAPI{Get: func(_ context.Context, in *in) (*api.Empty, error) { got = *in; return nil, nil }}); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(mux)
	defer s.Close()
	c, err := api.Connect[outAPI](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []in{{Room: ""}, {Room: ".."}, {Room: "x", Crumb: "a;b"}, {Room: "x", Agent: " y"}, {Room: "x", Agent: "a\nb"}, {Room: "x", Num: api.Null[int]{Set: true, Null: true}}} {
		if _, err := c.Get(context.Background(), &bad); err == nil {
			t.Errorf("%+v was sent", bad)
		}
	}
	want := in{Room: "a/b", Crumb: "c", Other: "o", Agent: "y z", Num: api.Null[int]{Set: true, Value: 3}}
	if _, err := c.Get(context.Background(), &want); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestInvokeFillsDefaults(t *testing.T) {
	type oneAPI struct{ Get api.Get[listInput, item] }
	a := api.Wire(&oneAPI{Get: func(_ context.Context, in *listInput) (*item, error) { return &item{ID: in.Limit}, nil }})
	got, err := api.Invoke(context.Background(), a.Get, &listInput{})
	if err != nil || got.ID != 10 {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := api.Invoke(context.Background(), a.Get, nil); err != nil || got.ID != 10 {
		t.Errorf("with nothing to say: %v, %v", got, err)
	}
}

func TestTimeout(t *testing.T) {
	type slowAPI struct {
		Get  api.Get[api.Empty, item]  `timeout:"10ms"`
		Post api.Post[api.Empty, item] `timeout:"1h"`
	}
	wait := func(ctx context.Context, _ *api.Empty) (*item, error) {
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) > time.Minute {
			return &item{ID: 1}, nil
		}
		<-ctx.Done()
		return nil, ctx.Err()
	}
	mux := mount(t, &slowAPI{Get: wait, Post: wait})
	if w := send(mux, "GET /"); w.Code != 504 || !strings.Contains(w.Body.String(), `"timeout"`) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if w := send(mux, "POST /"); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if got := mountError(t, &struct {
		Get api.Get[api.Empty, item] `timeout:"5"`
	}{ok[api.Empty]}); !strings.Contains(got, `tag timeout: "5" is no duration`) {
		t.Errorf("got %s", got)
	}
}

// asks answers what browsers ask beforehand.
type asks struct{}

func (asks) Wrap(_ *api.Endpoint, next api.Handler) api.Handler { return next }

func (asks) Preflight(ep *api.Endpoint, w http.ResponseWriter, _ *http.Request) bool {
	w.Header().Set("Allowed", ep.ID)
	w.WriteHeader(http.StatusNoContent)
	return true
}

func TestPreflight(t *testing.T) {
	type askedAPI struct {
		Asks  asks                      `on:"!Other"`
		Get   api.Get[byID, item]       `route:"/items/{id}"`
		Put   api.Put[byID, item]       `route:"/items/{id}"`
		Top   api.Post[api.Empty, item] `route:"/"`
		Other api.Get[api.Empty, item]
	}
	mux := mount(t, &askedAPI{Get: ok[byID], Put: ok[byID], Top: ok[api.Empty], Other: ok[api.Empty]})
	for request, want := range map[string]string{
		"OPTIONS /items/3\nOrigin: https://x.de\nAccess-Control-Request-Method: PUT":    "put",
		"OPTIONS /items/3\nOrigin: https://x.de\nAccess-Control-Request-Method: GET":    "get",
		"OPTIONS /\nOrigin: https://x.de\nAccess-Control-Request-Method: POST":          "top",
		"OPTIONS /items/3\nOrigin: https://x.de\nAccess-Control-Request-Method: DELETE": "",
		"OPTIONS /items/3\nAccess-Control-Request-Method: PUT":                          "",
		"OPTIONS /items/3\nOrigin: https://x.de":                                        "",
		"OPTIONS /other\nOrigin: https://x.de\nAccess-Control-Request-Method: GET":      "",
	} {
		w := send(mux, request)
		if got := w.Header().Get("Allowed"); got != want || w.Code != 204 || (got == "") == (w.Header().Get("Allow") == "") {
			t.Errorf("%q: %d, asked %q, Allow %q", request, w.Code, got, w.Header().Get("Allow"))
		}
	}
}

// answersFirst is a plugin that has an answer before the body is read.
type answersFirst struct{}

func (answersFirst) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.SetAnswer(200, "text/plain", []byte("from the plugin"))
		return next(c)
	}
}

// A large body is read where the answer is written, and leaves what stands there.
func TestLargeBodiesLeaveAnAnswer(t *testing.T) {
	type text struct {
		Text string `json:"text"`
	}
	type first struct {
		First answersFirst
		Post  api.Post[text, api.Empty]
	}
	var mux api.Mux
	if err := mux.Mount("", &first{Post: func(context.Context, *text) (*api.Empty, error) { return nil, nil }}); err != nil {
		t.Fatal(err)
	}
	small := send(&mux, `POST /`+"\n\n"+`{"text":"x"}`)
	large := send(&mux, `POST /`+"\n\n"+`{"text":"`+strings.Repeat("x", 40_000)+`"}`)
	if small.Code != large.Code || small.Body.String() != large.Body.String() || large.Body.Len() == 0 {
		t.Errorf("%d %q, and with a large body %d %q", small.Code, small.Body, large.Code, large.Body)
	}
}
