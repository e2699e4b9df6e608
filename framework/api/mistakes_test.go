package api_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type badAPI struct {
	Guard    *guardPointer
	Narrow   guard     `on:"Gone,!Lost"`
	Failed   api.Catch `on:"*"`
	BySlug   api.Load[bySlug]
	Inner    *echoAPI
	Route    api.Get[api.Empty, item]  `route:"no-slash"`
	Brace    api.Get[api.Empty, item]  `route:"/a{id}"`
	Dots     api.Get[api.Empty, item]  `route:"/../x"`
	Tag      api.Get[api.Empty, item]  `rout:"/x"`
	Unknown  api.Get[api.Empty, item]  `cached:"yes"`
	Status   api.Get[api.Empty, item]  `status:"404"`
	Errors   api.Get[api.Empty, item]  `errors:"200"`
	Atomic   api.Post[api.Empty, item] `atomic:"DB"`
	PathIn   api.Get[badInput, item]   `route:"/{slug}/{other}"`
	Body     api.Get[item, item]
	Embedded api.Get[embedsVisitor, item]
	Output   api.Get[api.Empty, badOutput]
	Twice    api.Get[api.Empty, item]  `route:"/same/{a}"`
	Again    api.Get[twiceInput, item] `route:"/same/{b}"`
}

type guardPointer struct{}

func (*guardPointer) Wrap(_ *api.Endpoint, next api.Handler) api.Handler { return next }

type bySlug struct {
	Slug string `path:"slug"`
}

type badInput struct {
	Slug   string `path:"slug"`
	ID     int    `path:"id"`
	Both   string `query:"both" header:"Both"`
	Lost   string
	Slip   string         `qurey:"slip"`
	Rule   string         `query:"rule" minlength:"3"`
	Map    map[string]any `query:"map"`
	Same   string         `query:"same"`
	Same2  string         `query:"same"`
	Stream chan int       `json:"-"`
}

type embedsVisitor struct {
	visitor
	Q string `query:"q"`
}

type twiceInput struct {
	B string `path:"b"`
}

type badOutput struct {
	Name string
	F    func() `json:"f"`
}

func ok[In any](context.Context, *In) (*item, error) { return nil, nil }

// DescribeAPI gives the places of some of the declarations.
func (a *badAPI) DescribeAPI(d *api.Description) {
	d.Type((*badAPI)(nil))
	d.Doc("", "mistakes_test.go:13")
	d.Field("PathIn", "", "mistakes_test.go:27")
}

func TestMistakes(t *testing.T) {
	var mux api.Mux
	err := mux.Mount("/api", &badAPI{
		Route: ok[api.Empty], Brace: ok[api.Empty], Dots: ok[api.Empty], Tag: ok[api.Empty], Unknown: ok[api.Empty], Status: ok[api.Empty],
		Errors: ok[api.Empty], Atomic: ok[api.Empty], PathIn: ok[badInput], Body: ok[item], Embedded: ok[embedsVisitor],
		Output: func(context.Context, *api.Empty) (*badOutput, error) { return nil, nil }, Twice: nil, Again: ok[twiceInput],
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{
		"badAPI.Guard: the plugin is nil",
		`badAPI.Narrow: tag on: "Gone" is neither an endpoint nor an API of this struct`,
		`badAPI.Narrow: tag on: "Lost" is neither`,
		"badAPI.Failed: has no function: write a method failed",
		"badAPI.BySlug: has no function: write a method bySlug",
		"badAPI.Inner: the API is nil",
		`badAPI.Route: route "no-slash" must start with /`,
		`badAPI.Brace: route "/a{id}": "a{id}" is no parameter`,
		`badAPI.Dots: route "/../x" has the segment ".."`,
		"badAPI.Tag: tag rout is not known: did you mean route?",
		"badAPI.Unknown: tag cached is not known: known are route, status",
		`badAPI.Status: tag status: "404" is no status of an answer`,
		`badAPI.Errors: tag errors: "200" is no status of an error`,
		"badAPI.Atomic: tag atomic: no field DB here or above has a method Atomic",
		`api_test/mistakes_test.go:27: api_test.badAPI.PathIn: path "/api/{slug}/{other}": api_test.badInput has no field for {other}`,
		`badInput.ID: path "/api/{slug}/{other}" has no {id}`,
		"badInput.Both: has 2 sources, query and header: keep one",
		"badInput.Lost: does not say where it comes from: tag it json, query",
		"badInput.Slip: tag qurey is not known: did you mean query?",
		"badInput.Rule: tag minlength is not known: did you mean minLength?",
		"badInput.Map: a interface {} cannot be read from text",
		`badInput.Same2: the query parameter "same" is taken by another field`,
		"badAPI.Body: item.Name: a GET has no body: tag it `query:\"name\"` instead of json",
		"embedsVisitor.visitor: an embedded api_test.visitor makes the whole struct look injected",
		"badAPI.Output: output: api_test.badOutput.Name: has no name on the wire",
		"output: api_test.badOutput.F: func(): a func cannot be JSON",
		"badAPI.Twice: the endpoint has no handler: write a method twice, then run meta generate",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q", want)
		}
	}
	if t.Failed() {
		t.Log(err)
	}
	if len(mux.Endpoints()) != 0 {
		t.Error("something was mounted all the same")
	}
}

func TestSamePathTwice(t *testing.T) {
	type sameAPI struct {
		A api.Get[twiceInput, item] `route:"/same/{b}"`
		B api.Get[echoInput, item]  `route:"/same/{room}"`
	}
	var mux api.Mux
	err := mux.Mount("/api", &sameAPI{A: ok[twiceInput], B: ok[echoInput]})
	if err == nil || !strings.Contains(err.Error(), "sameAPI.A and api_test.sameAPI.B both answer GET /api/same/{room}") {
		t.Errorf("got %v", err)
	}
	type oneAPI struct {
		A api.Get[api.Empty, item] `route:"/x"`
	}
	if err := mux.Mount("/a", &oneAPI{A: ok[api.Empty]}); err != nil {
		t.Fatal(err)
	}
	if err := mux.Mount("/a", &oneAPI{A: ok[api.Empty]}); err == nil {
		t.Error("the same API below the same prefix twice")
	}
	if err := mux.Mount("/b", &oneAPI{A: ok[api.Empty]}); err != nil {
		t.Errorf("the same API below another prefix: %v", err)
	}
}

func TestMountArguments(t *testing.T) {
	for _, tt := range []struct {
		prefix string
		root   any
		want   string
	}{
		{"api", &rootAPI{}, "write the prefix as /api"},
		{"/{x}", &rootAPI{}, "write the prefix as /api"},
		{"/api", rootAPI{}, "want a pointer to an API struct, got api_test.rootAPI"},
		{"/api", (*rootAPI)(nil), "want a pointer to an API struct"},
		{"/api", nil, "want a pointer to an API struct"},
		{"/api", &struct{ X int }{}, "has no endpoint"},
		{"/api", &struct{}{}, ""},
	} {
		var mux api.Mux
		err := mux.Mount(tt.prefix, tt.root)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q, %T: %v", tt.prefix, tt.root, err)
		}
	}
}

// needy is injected only where a guard stands above.
type needy struct{}

func (*needy) Inject(context.Context) error { return nil }

func (*needy) CheckEndpoint(ep *api.Endpoint) error {
	for _, p := range ep.Plugins() {
		if _, ok := p.(guard); ok {
			return nil
		}
	}
	return fmt.Errorf("no guard stands above it")
}

func TestInjectedWithoutPlugin(t *testing.T) {
	type in struct{ Need needy }
	type needyAPI struct {
		Guard guard `on:"A"`
		A     api.Get[in, item]
		B     api.Get[in, item]
	}
	var mux api.Mux
	err := mux.Mount("/", &needyAPI{A: ok[in], B: ok[in]})
	if err == nil || !strings.Contains(err.Error(), "needyAPI.B: in.Need: no guard stands above it") || strings.Contains(err.Error(), "needyAPI.A") {
		t.Errorf("got %v", err)
	}
}

func FuzzQuery(f *testing.F) {
	for _, s := range []string{"", "a=1", "search=x&limit=3&tag=aa&tag=bb", "limit=%", "&&=&=x", "search=%00%ff", "limit=1;limit=2", "cheap"} {
		f.Add(s)
	}
	mux, _ := newShop(f)
	f.Fuzz(func(t *testing.T, query string) {
		for _, c := range query {
			if c <= ' ' || c == 0x7f || c == '#' {
				return // net/http refuses such a request line
			}
		}
		if w := send(mux, "GET /api/shop/list?"+query); w.Code != 200 && w.Code != 422 {
			t.Errorf("%q: %d %s", query, w.Code, w.Body)
		}
	})
}
