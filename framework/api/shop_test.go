package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// The API that the tests of this package mount.

type rootAPI struct {
	Trace trace
	Shop  *shopAPI
	Echo  *echoAPI `route:"/echo/{room}"`
}

type shopAPI struct {
	Failed api.Catch `on:"Teapot"`
	Guard  guard     `on:"!Get,!List"`
	ByID   api.Load[byID]

	List   api.Get[listInput, []item]
	Get    api.Get[byID, item]         `route:"/{id}"`
	Create api.Post[item, item]        `route:"/" status:"201"`
	Put    api.Put[putInput, item]     `route:"/{id}"`
	Remove api.Delete[byID, api.Empty] `route:"/{id}"`
	Buy    api.Post[buyInput, item]    `route:"/{id}/buy" atomic:""`
	Teapot api.Get[api.Empty, item]
	Panic  api.Get[api.Empty, item]
	Nil    api.Get[api.Empty, item]
	Me     api.Get[visitor, item]

	DB *memory
}

type echoAPI struct {
	Get api.Get[echoInput, echoInput]
	Raw api.Post[rawInput, echoInput]
}

type item struct {
	ID    int      `json:"id" api:"readonly"`
	Name  string   `json:"name" minLength:"2"`
	Price float64  `json:"price" minimum:"0"`
	Tags  []string `json:"tags" api:"optional"`
}

type byID struct {
	ID   int   `path:"id" minimum:"1"`
	Item *item `api:"-"`
}

type putInput struct {
	byID
	Who  visitor
	Data item
}

type buyInput struct {
	byID
	Count int `json:"count" default:"1" maximum:"10"`
}

type listInput struct {
	Search string   `query:"search" api:"optional" maxLength:"5"`
	Tag    []string `query:"tag" items.minLength:"2"`
	Limit  int      `query:"limit" default:"10" maximum:"100"`
	Cheap  *bool    `query:"cheap"`
}

type echoInput struct {
	Room   string `path:"room" json:"-"`
	Agent  string `header:"X-Agent" json:"-" api:"optional"`
	Crumb  string `cookie:"crumb" json:"-" api:"optional"`
	Answer string `api:"-" json:"-"`
}

type rawInput struct {
	Room string `path:"room"`
	Body []byte `body:"raw"`
}

// visitor is injected from a header.
type visitor struct{ Name string }

func (v *visitor) Inject(ctx context.Context) error {
	c, ok := api.CallFrom(ctx)
	if !ok {
		return errors.New("no call")
	}
	if v.Name = c.Request().Header.Get("Visitor"); v.Name == "" {
		return api.Unauthorized("unauthenticated", "say who you are")
	}
	return nil
}

// trace writes down what it sees, in the answer's header.
type trace struct{}

type traced struct {
	api.Link
	before string
}

func (t *traced) BeforeWrite(c *api.Call) error {
	c.Header().Set("Traced", t.before)
	return nil
}

func (trace) Wrap(ep *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		c.Attach(&traced{before: ep.ID})
		return next(c)
	}
}

// guard refuses a request with the header Banned.
type guard struct{}

func (guard) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	return func(c *api.Call) error {
		if c.Request().Header.Get("Banned") != "" {
			return api.Forbidden("banned", "go away")
		}
		return next(c)
	}
}

// memory is a database of one transaction at a time.
type memory struct {
	items     map[int]*item
	committed int
	rolled    int
}

func (m *memory) Atomic(ctx context.Context, fn func(context.Context) error) error {
	done := false
	defer func() {
		if !done {
			m.rolled++
		}
	}()
	err := fn(ctx)
	if err == nil {
		m.committed++
		done = true
	}
	return err
}

func (a *shopAPI) byID(_ context.Context, in *byID) error {
	if in.Item = a.DB.items[in.ID]; in.Item == nil {
		return api.NotFound("no_item", "there is no item %d", in.ID)
	}
	return nil
}

func (a *shopAPI) list(_ context.Context, in *listInput) (*[]item, error) {
	l := []item{{Name: "search " + in.Search, Price: float64(in.Limit), Tags: in.Tag}}
	return &l, nil
}

func (a *shopAPI) get(_ context.Context, in *byID) (*item, error) { return in.Item, nil }

func (a *shopAPI) create(_ context.Context, in *item) (*item, error) {
	out := *in
	out.ID = 7
	return &out, nil
}

func (a *shopAPI) put(_ context.Context, in *putInput) (*item, error) {
	out := in.Data
	out.ID, out.Name = in.Item.ID, out.Name+" by "+in.Who.Name
	return &out, nil
}

func (a *shopAPI) remove(context.Context, *byID) (*api.Empty, error) { return nil, nil }

func (a *shopAPI) buy(_ context.Context, in *buyInput) (*item, error) {
	if in.Count == 9 {
		return nil, api.Conflict("sold_out", "only 8 are left").Field("count")
	}
	out := *in.Item
	out.Price *= float64(in.Count)
	return &out, nil
}

func (a *shopAPI) teapot(context.Context, *api.Empty) (*item, error) {
	return nil, errors.New("secret detail")
}

func (a *shopAPI) panic(context.Context, *api.Empty) (*item, error) { panic("secret panic") }
func (a *shopAPI) nil(context.Context, *api.Empty) (*item, error)   { return nil, nil }
func (a *shopAPI) me(_ context.Context, v *visitor) (*item, error)  { return &item{Name: v.Name}, nil }

func (a *shopAPI) failed(_ context.Context, err error) error {
	return api.Answer(http.StatusTeapot, &struct {
		State string `json:"state"`
	}{"short and stout"})
}

func (a *echoAPI) get(ctx context.Context, in *echoInput) (*echoInput, error) {
	return &echoInput{}, nil
}

func (a *echoAPI) raw(_ context.Context, in *rawInput) (*echoInput, error) {
	return nil, api.Errorf(418, "raw", "%s %s", in.Room, in.Body)
}

// DescribeAPI is what the generator would write.
func (a *shopAPI) DescribeAPI(d *api.Description) {
	d.Type((*shopAPI)(nil))
	if a.Failed == nil {
		a.Failed = a.failed
	}
	if a.ByID == nil {
		a.ByID = a.byID
	}
	if a.List == nil {
		a.List = a.list
	}
	if a.Get == nil {
		a.Get = a.get
	}
	if a.Create == nil {
		a.Create = a.create
	}
	if a.Put == nil {
		a.Put = a.put
	}
	if a.Remove == nil {
		a.Remove = a.remove
	}
	if a.Buy == nil {
		a.Buy = a.buy
	}
	if a.Teapot == nil {
		a.Teapot = a.teapot
	}
	if a.Panic == nil {
		a.Panic = a.panic
	}
	if a.Nil == nil {
		a.Nil = a.nil
	}
	if a.Me == nil {
		a.Me = a.me
	}
	d.Field("Get", "Get returns an item.", "shop_test.go:31")
}

func (a *echoAPI) DescribeAPI(d *api.Description) {
	d.Type((*echoAPI)(nil))
	if a.Get == nil {
		a.Get = a.get
	}
	if a.Raw == nil {
		a.Raw = a.raw
	}
}

func newShop(t testing.TB) (*api.Mux, *memory) {
	t.Helper()
	db := &memory{items: map[int]*item{3: {ID: 3, Name: "pen", Price: 2.5}}}
	mux := &api.Mux{Logger: quiet}
	if err := mux.Mount("/api", &rootAPI{Shop: &shopAPI{DB: db}, Echo: &echoAPI{}}); err != nil {
		t.Fatal(err)
	}
	return mux, db
}

// send makes a request from its first line, lines of header and a body behind an empty line.
func send(h http.Handler, text string) *httptest.ResponseRecorder {
	head, body, hasBody := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	method, target, _ := strings.Cut(lines[0], " ")
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if hasBody {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, l := range lines[1:] {
		k, v, _ := strings.Cut(l, ": ")
		r.Header.Del(k)
		for _, one := range strings.Split(v, " & ") {
			r.Header.Add(k, one)
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
