package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func TestAnswers(t *testing.T) {
	mux, _ := newShop(t)
	for _, tt := range []struct {
		name, request string
		status        int
		want          string // the body, or a part of it after "…"
	}{
		{"plain", "GET /api/shop/3", 200, `{"id":3,"name":"pen","price":2.5,"tags":[]}`},
		{"list as output", "GET /api/shop/list?search=a%20b&tag=xx&tag=yy&limit=5&other=1", 200, `[{"id":0,"name":"search a b","price":5,"tags":["xx","yy"]}]`},
		{"defaults", "GET /api/shop/list", 200, `[{"id":0,"name":"search ","price":10,"tags":[]}]`},
		{"status tag", "POST /api/shop\n\n" + `{"name":"cup","price":1}`, 201, `{"id":7,"name":"cup","price":1,"tags":[]}`},
		{"readonly is never taken", "POST /api/shop\n\n" + `{"id":99,"name":"cup","price":1}`, 201, `{"id":7,"name":"cup","price":1,"tags":[]}`},
		{"empty output", "DELETE /api/shop/3", 204, ``},
		{"injected, loaded, body", "PUT /api/shop/3\nVisitor: Ada\n\n" + `{"name":"cup","price":1}`, 200, `{"id":3,"name":"cup by Ada","price":1,"tags":[]}`},
		{"an input that is injected", "GET /api/shop/me\nVisitor: Ada", 200, `{"id":0,"name":"Ada","price":0,"tags":[]}`},
		{"default member and no body", "POST /api/shop/3/buy", 200, `{"id":3,"name":"pen","price":2.5,"tags":[]}`},

		{"all faults at once", "POST /api/shop\n\n" + `{"name":"c","price":-1,"tags":[1]}`, 422,
			`{"title":"Unprocessable Entity","status":422,"code":"invalid","detail":"the request is not valid","errors":[` +
				`{"pointer":"#/name","code":"minLength","detail":"must have 2 or more characters"},` +
				`{"pointer":"#/price","code":"minimum","detail":"must be 0 or more"},` +
				`{"pointer":"#/tags/0","code":"type","detail":"must be a string"}]}`},
		{"faults of parameters and body together", "POST /api/shop/0/buy\n\n" + `{"count":11}`, 422,
			`…"errors":[{"in":"path","parameter":"id","code":"minimum","detail":"must be 1 or more"},{"pointer":"#/count","code":"maximum","detail":"must be 10 or less"}]`},
		{"wrong parameters", "GET /api/shop/list?limit=1000&cheap=maybe&tag=x&search=abcdef", 422,
			`…[{"in":"query","parameter":"search","code":"maxLength","detail":"must have 5 or fewer characters"},` +
				`{"in":"query","parameter":"tag","pointer":"#/0","code":"minLength","detail":"must have 2 or more characters"},` +
				`{"in":"query","parameter":"limit","code":"maximum","detail":"must be 100 or less"},` +
				`{"in":"query","parameter":"cheap","code":"type","detail":"must be true or false"}]`},
		{"a scalar twice", "GET /api/shop/list?limit=1&limit=2", 422, `…"limit","code":"duplicate"`},
		{"a bad escape", "GET /api/shop/list?search=%zz", 422, `…"search","code":"escape"`},
		{"no JSON", "POST /api/shop\n\n{", 400, `…"code":"malformed","detail":"the body cannot be read","errors":[{"pointer":"#","code":"syntax","detail":"is not valid JSON at byte 2"}]`},
		{"no JSON type", "POST /api/shop\nContent-Type: text/plain\n\n{}", 415, `…"code":"media_type"`},
		{"encoded body", "POST /api/shop\nContent-Encoding: gzip\n\n{}", 415, `…"code":"content_encoding"`},
		{"JSON with a suffix", "POST /api/shop\nContent-Type: application/vnd.x+json; charset=utf-8\n\n" + `{"name":"cup","price":1}`, 201, `…`},
		{"not found by the loader, before the body", "POST /api/shop/4/buy\n\n{", 404, `…"code":"no_item","detail":"there is no item 4"`},
		{"unauthenticated, before the path", "PUT /api/shop/x\n\n{", 401, `…"code":"unauthenticated"`},
		{"refused by a plugin, before all", "PUT /api/shop/x\nBanned: yes", 403, `…"code":"banned"`},
		{"a plugin that is not for it", "GET /api/shop/3\nBanned: yes", 200, `…`},
		{"a problem with a pointer", "POST /api/shop/3/buy\n\n" + `{"count":9}`, 409, `…"code":"sold_out","detail":"only 8 are left","errors":[{"pointer":"#/count","code":"sold_out","detail":"only 8 are left"}]`},
		{"caught", "GET /api/shop/teapot", 418, `{"state":"short and stout"}`},
		{"neither output nor error", "GET /api/shop/nil", 500, `…"title":"Internal Server Error","status":500,"code":"internal","instance":"urn:uuid:`},
		{"unknown path", "GET /api/nothing", 404, `…"code":"not_found"`},
		{"raw body", "POST /api/echo/a%2Fb/raw\nContent-Type: text/plain\n\nhello", 418, `…"detail":"a/b hello"`},
		{"an output without members", "GET /api/echo/x", 200, `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := send(mux, tt.request)
			got := w.Body.String()
			part, inner := strings.CutPrefix(tt.want, "…")
			if w.Code != tt.status || inner && !strings.Contains(got, part) || !inner && got != tt.want {
				t.Errorf("got %d %s\nwant %d %s", w.Code, got, tt.status, tt.want)
			}
			if got != "" && !json.Valid([]byte(got)) {
				t.Errorf("not JSON: %s", got)
			}
			if w.Code >= 400 && w.Code != 418 && w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("Content-Type %q", w.Header().Get("Content-Type"))
			}
			if tt.status != 404 && w.Header().Get("Traced") == "" {
				t.Error("the plugin was not asked before the answer was written")
			}
		})
	}
}

func TestRow54_Methods(t *testing.T) {
	mux, _ := newShop(t)
	for _, tt := range []struct{ request, allow string }{
		{"PATCH /api/shop/3", "OPTIONS, DELETE, GET, HEAD, PUT"},
		{"TRACE /api/shop/3", "OPTIONS, DELETE, GET, HEAD, PUT"},
		{"BREW /api/shop", "OPTIONS, POST"},
	} {
		w := send(mux, tt.request)
		if w.Code != 405 || w.Header().Get("Allow") != tt.allow || !strings.Contains(w.Body.String(), "method_not_allowed") {
			t.Errorf("%s: %d, Allow %q, %s", tt.request, w.Code, w.Header().Get("Allow"), w.Body)
		}
	}
	if w := send(mux, "OPTIONS /api/shop/3"); w.Code != 204 || w.Header().Get("Allow") != "OPTIONS, DELETE, GET, HEAD, PUT" {
		t.Errorf("OPTIONS: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	s := httptest.NewServer(mux)
	defer s.Close()
	res, err := http.Head(s.URL + "/api/shop/3")
	if err != nil || res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/json" {
		t.Errorf("HEAD: %v, %v", res, err)
	}
}

func TestRow53_PanicStaysInItsRequest(t *testing.T) {
	mux, _ := newShop(t)
	var log bytes.Buffer
	mux.Logger = slog.New(slog.NewJSONHandler(&log, nil))
	w := send(mux, "GET /api/shop/panic")
	if w.Code != 500 || strings.Contains(w.Body.String(), "secret") {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	var p api.Problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(log.String(), p.Instance) || !strings.Contains(log.String(), "secret panic") || !strings.Contains(log.String(), "shop_test.go") {
		t.Errorf("the log has not what the answer hides: %s", log.String())
	}
	if w := send(mux, "GET /api/shop/3"); w.Code != 200 {
		t.Errorf("the next request got %d", w.Code)
	}
}

// panicker panics in each place where code of an application runs.
type panicker struct{ where string }

type panicState struct {
	api.Link
	where string
}

func (s *panicState) BeforeWrite(*api.Call) error { return panicIf(s.where == "before write") }

func (p *panicker) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.Attach(&panicState{where: p.where})
		_ = panicIf(p.where == "plugin before")
		err := next(c)
		_ = panicIf(p.where == "plugin after")
		return err
	}
}

var panicIn string

func panicIf(yes bool) error {
	if yes {
		noMap()["nil"] = 1
	}
	return nil
}

func noMap() map[string]int { return nil }

type panicInput struct {
	Me   panicInjected
	ID   int       `path:"id"`
	Name panicText `json:"name"`
}

type panicInjected struct{}

func (*panicInjected) Inject(context.Context) error { return panicIf(panicIn == "inject") }

type panicText string

func (*panicText) UnmarshalText([]byte) error { return panicIf(panicIn == "text") }

func (*panicInput) Validate(context.Context) error { return panicIf(panicIn == "validate") }

func TestRow53_PanicsEverywhere(t *testing.T) {
	type panicAPI struct {
		Plugin *panicker
		Load   api.Load[panicInput2]
		Post   api.Post[panicInput, api.Empty] `route:"/{id}" atomic:""`
		Get    api.Get[panicInput2, api.Empty] `route:"/{id}"`
		DB     *memory
	}
	p, db := &panicker{}, &memory{}
	mux := &api.Mux{Logger: quiet}
	err := mux.Mount("/", &panicAPI{
		Plugin: p, DB: db,
		Load: func(context.Context, *panicInput2) error { return panicIf(panicIn == "load") },
		Get:  func(context.Context, *panicInput2) (*api.Empty, error) { return nil, nil },
		Post: func(context.Context, *panicInput) (*api.Empty, error) {
			if panicIn == "exit" {
				runtime.Goexit()
			}
			return nil, panicIf(panicIn == "handler")
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	post, get := "POST /1\n\n"+`{"name":"x"}`, "GET /1"
	for _, tt := range []struct{ where, request string }{
		{"plugin before", post}, {"plugin after", post}, {"before write", post}, {"inject", post}, {"text", post}, {"validate", post},
		{"handler", post}, {"load", get}, {"exit", post},
	} {
		p.where, panicIn = tt.where, tt.where
		got := make(chan int, 1)
		go func() {
			w := httptest.NewRecorder()
			defer func() { got <- w.Code }()
			r := httptest.NewRequest("POST", "/1", strings.NewReader(`{"name":"x"}`))
			if tt.request == get {
				r = httptest.NewRequest("GET", "/1", nil)
			}
			r.Header.Set("Content-Type", "application/json")
			mux.ServeHTTP(w, r)
		}()
		if code := <-got; code != 500 {
			t.Errorf("%s: %d", tt.where, code)
		}
		p.where, panicIn = "", ""
		if w := send(mux, tt.request); w.Code != 204 {
			t.Errorf("after %s: %d %s", tt.where, w.Code, w.Body)
		}
	}
	if db.rolled != 2 { // handler and exit
		t.Errorf("%d transactions were rolled back", db.rolled)
	}
}

type panicInput2 struct {
	ID int `path:"id"`
}

func TestAtomic(t *testing.T) {
	mux, db := newShop(t)
	send(mux, "POST /api/shop/3/buy\n\n{}")
	send(mux, "POST /api/shop/3/buy\n\n"+`{"count":9}`)
	send(mux, "POST /api/shop/3/buy\n\n"+`{"count":99}`) // not valid: no transaction at all
	if db.committed != 1 || db.rolled != 1 {
		t.Errorf("committed %d, rolled back %d", db.committed, db.rolled)
	}
}

func TestRow33_BodyIsBounded(t *testing.T) {
	mux, _ := newShop(t)
	mux.BodyLimit = 100
	long := `{"name":"` + strings.Repeat("x", 100) + `"}`
	if w := send(mux, "POST /api/shop\n\n"+long); w.Code != 413 {
		t.Errorf("declared length: %d", w.Code)
	}
	r := httptest.NewRequest("POST", "/api/shop", io.MultiReader(strings.NewReader(long)))
	r.ContentLength = -1
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	if w.Code != 413 {
		t.Errorf("unknown length: %d", w.Code)
	}
	r = httptest.NewRequest("POST", "/api/shop", strings.NewReader("{"))
	r.ContentLength = 50
	r.Header.Set("Content-Type", "application/json")
	w = httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("cut short: %d", w.Code)
	}
	if w := send(mux, "POST /api/shop\n\n"+strings.Repeat(`[`, 90)); w.Code != 422 || !strings.Contains(w.Body.String(), `"depth"`) {
		t.Errorf("deep: %d %s", w.Code, w.Body)
	}
}

func TestRow32_TypesAreStrict(t *testing.T) {
	mux, _ := newShop(t)
	for value, ok := range map[string]bool{
		`1`: true, `1.5`: true, `1e2`: true, `"1"`: false, `true`: false, `null`: false, `[1]`: false, `{}`: false, `1e400`: false,
	} {
		w := send(mux, "POST /api/shop\n\n"+`{"name":"cup","price":`+value+`}`)
		if (w.Code == 201) != ok || !ok && w.Code != 422 {
			t.Errorf("price %s: %d %s", value, w.Code, w.Body)
		}
	}
	for value, ok := range map[string]bool{"3": true, "03": false, "3.0": false, "+3": false, " 3": false, "0x3": false, "99999999999999999999": false, "": false} {
		if w := send(mux, "GET /api/shop/"+strings.ReplaceAll(value, " ", "%20")); (w.Code == 200) != ok || w.Code >= 500 {
			t.Errorf("id %q: %d %s", value, w.Code, w.Body)
		}
	}
}

// What a handler gets is never used again for another request.
func TestInputsMayBeKept(t *testing.T) {
	type kept struct {
		Text string   `json:"text"`
		List []string `json:"list"`
		Q    string   `query:"q"`
	}
	var mu sync.Mutex
	inputs := map[*kept]string{}
	contexts := map[context.Context]string{}
	type keepAPI struct{ Post api.Post[kept, api.Empty] }
	var mux api.Mux
	err := mux.Mount("/", &keepAPI{Post: func(ctx context.Context, in *kept) (*api.Empty, error) {
		mu.Lock()
		defer mu.Unlock()
		inputs[in] = fmt.Sprint(*in)
		c, _ := api.CallFrom(ctx)
		contexts[ctx] = c.Request().URL.RawQuery
		return nil, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range 500 {
				send(&mux, fmt.Sprintf("POST /?q=a%%20%d\n\n"+`{"text":"t\u0020%d-%d","list":["%d","x"]}`, g*1000+i, g, i, i))
			}
		}()
	}
	wg.Wait()
	runtime.GC()
	if len(inputs) != 4000 || len(contexts) != 4000 {
		t.Fatalf("%d inputs and %d contexts of 4000", len(inputs), len(contexts))
	}
	for in, was := range inputs {
		if now := fmt.Sprint(*in); now != was {
			t.Fatalf("an input became %s, it was %s", now, was)
		}
	}
	for ctx, was := range contexts {
		if c, ok := api.CallFrom(ctx); !ok || c.Request().URL.RawQuery != was {
			t.Fatal("a context belongs to another request")
		}
	}
}

// What a plugin gets to see of a request that is not valid stays as it is.
func TestProblemsMayBeKept(t *testing.T) {
	type numbers struct {
		A int `json:"a" maximum:"1"`
		B int `json:"b" maximum:"1"`
		C int `query:"c" maximum:"1"`
	}
	type keepAPI struct {
		Catch api.Catch
		Post  api.Post[numbers, api.Empty]
	}
	var mu sync.Mutex
	problems := map[*api.Problem]string{}
	var mux api.Mux
	err := mux.Mount("/", &keepAPI{
		Catch: func(_ context.Context, err error) error {
			mu.Lock()
			defer mu.Unlock()
			p := err.(*api.Problem)
			problems[p] = fmt.Sprint(p)
			return err
		},
		Post: func(context.Context, *numbers) (*api.Empty, error) { return nil, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 250 {
				send(&mux, fmt.Sprintf("POST /?c=%d\n\n"+`{"a":%d,"b":%d}`, (g+i)%3, i%3, i%2*9))
			}
		})
	}
	wg.Wait()
	if len(problems) < 1000 {
		t.Fatalf("%d problems", len(problems))
	}
	for p, was := range problems {
		if now := fmt.Sprint(p); now != was {
			t.Fatalf("a problem became %s, it was %s", now, was)
		}
	}
}

func TestWireAndInvoke(t *testing.T) {
	db := &memory{items: map[int]*item{3: {ID: 3, Name: "pen", Price: 2.5}}}
	a := api.Wire(api.Wire(&shopAPI{DB: db}))
	ctx := context.Background()
	if got, err := a.Create(ctx, &item{Name: "x"}); err != nil || got.ID != 7 {
		t.Errorf("a field as a function: %v, %v", got, err)
	}
	got, err := api.Invoke(ctx, a.Buy, &buyInput{byID: byID{ID: 3}, Count: 2})
	if err != nil || got.Price != 5 {
		t.Errorf("loaded: %v, %v", got, err)
	}
	_, err = api.Invoke(ctx, a.Buy, &buyInput{byID: byID{ID: 4}, Count: 2})
	if api.StatusOf(err) != 404 {
		t.Errorf("not found: %v", err)
	}
	_, err = api.Invoke(ctx, a.Buy, &buyInput{byID: byID{ID: 3}, Count: 11})
	if api.StatusOf(err) != 422 {
		t.Errorf("not valid: %v", err)
	}
	_, err = api.Invoke(ctx, a.Put, &putInput{byID: byID{ID: 3}, Data: item{Name: "cup"}})
	if err == nil {
		t.Error("nobody was injected, and no error")
	}
	r := httptest.NewRequest("PUT", "/", nil)
	r.Header.Set("Visitor", "Ada")
	got, err = api.Invoke(api.TestContext(r), a.Put, &putInput{byID: byID{ID: 3}, Data: item{Name: "cup"}})
	if err != nil || got.Name != "cup by Ada" {
		t.Errorf("injected: %v, %v", got, err)
	}
	if _, err := api.Invoke(ctx, api.Post[item, item](func(context.Context, *item) (*item, error) { return nil, nil }), &item{}); err == nil {
		t.Error("an endpoint of no API was invoked")
	}
}

func TestURL(t *testing.T) {
	type urlAPI struct {
		Get  api.Get[echoInput, api.Empty] `route:"/rooms/{room}"`
		List api.Get[listInput, api.Empty]
	}
	a := &urlAPI{}
	var got []string
	a.Get = func(ctx context.Context, in *echoInput) (*api.Empty, error) {
		u, err := api.URL(ctx, &a.Get, &echoInput{Room: "a/b c"})
		if err != nil {
			return nil, err
		}
		v, err := api.URL(ctx, &a.List, &listInput{Tag: []string{"x&", "y"}, Limit: 3})
		got = []string{u, v}
		return nil, err
	}
	a.List = func(context.Context, *listInput) (*api.Empty, error) { return nil, nil }
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/api", a); err != nil {
		t.Fatal(err)
	}
	if w := send(mux, "GET /api/rooms/x"); w.Code != 204 {
		t.Fatal(w.Code, w.Body)
	}
	if diff := cmp.Diff([]string{"/api/rooms/a%2Fb%20c", "/api/list?limit=3&tag=x%26&tag=y"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestEndpoints(t *testing.T) {
	mux, _ := newShop(t)
	got := map[string]string{}
	for _, ep := range mux.Endpoints() {
		got[ep.ID] = ep.Method + " " + ep.Path + " " + strings.Join(ep.Chain(), ", ")
	}
	want := map[string]string{
		"shop_list":   "GET /api/shop/list api_test.trace",
		"shop_get":    "GET /api/shop/{id} api_test.trace, load api_test.byID",
		"shop_create": "POST /api/shop api_test.trace, api_test.guard",
		"shop_put":    "PUT /api/shop/{id} api_test.trace, api_test.guard, api_test.visitor, load api_test.byID",
		"shop_remove": "DELETE /api/shop/{id} api_test.trace, api_test.guard, load api_test.byID",
		"shop_buy":    "POST /api/shop/{id}/buy api_test.trace, api_test.guard, load api_test.byID, atomic",
		"shop_teapot": "GET /api/shop/teapot api_test.trace, api.Catch, api_test.guard",
		"shop_panic":  "GET /api/shop/panic api_test.trace, api_test.guard",
		"shop_nil":    "GET /api/shop/nil api_test.trace, api_test.guard",
		"shop_me":     "GET /api/shop/me api_test.trace, api_test.guard, api_test.visitor",
		"echo_get":    "GET /api/echo/{room} api_test.trace",
		"echo_raw":    "POST /api/echo/{room}/raw api_test.trace",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	ep := mux.Endpoints()[1]
	if ep.Doc != "Get returns an item." || ep.Pos != "framework/api_test/shop_test.go:31" || ep.In != reflect.TypeFor[byID]() {
		t.Errorf("got %q at %s with %s", ep.Doc, ep.Pos, ep.In)
	}
}

func TestEmbeddedAPI(t *testing.T) {
	type server struct {
		shopAPI
		Extra string
	}
	mux := &api.Mux{Logger: quiet}
	s := &server{shopAPI: shopAPI{DB: &memory{items: map[int]*item{3: {ID: 3}}}}}
	if err := mux.Mount("/api", &struct{ Shop *server }{s}); err != nil {
		t.Fatal(err)
	}
	if w := send(mux, "GET /api/shop/3"); w.Code != 200 {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	if id := mux.Endpoints()[0].ID; id != "shop_list" {
		t.Errorf("id %q", id)
	}
}
