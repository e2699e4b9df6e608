package openapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
)

// The contract of these tests has one of everything that a document shows.

type kitchenAPI struct {
	Session session.Plugin
	Orders  *ordersAPI
	Files   *filesAPI
	Boxed   *boxedAPI
	Pantry  *pantryAPI
	Nested  nestedAPI `route:"/nested/{area}"`
}

type ordersAPI struct {
	ByID api.Load[byID]

	List    api.Get[listInput, []order]    `wrap:"orders,count=ordersCount"`
	Get     api.Get[byID, order]           `route:"/{id}"`
	Create  api.Post[order, order]         `route:"/" status:"201" errors:"409"`
	Replace api.Put[replaceInput, created] `route:"/{number}"`
	Remove  api.Delete[byID, api.Empty]    `route:"/{id}" deprecated:""`
	Mine    api.Post[mineInput, page[order]]
	Tree    api.Post[branch, branch]
	Bulk    api.Put[[]line, map[string]line]
	Hidden  api.Get[api.Empty, order] `private:""`
	Cart    api.Post[session.Session, api.Empty]
	Anyone  api.Get[maybe, limits]
	Extreme api.Post[limits, limits]
}

// An order is what somebody buys.
type order struct {
	ID       uuid.UUID          `json:"id" api:"readonly"`
	Customer string             `json:"customer" minLength:"2" maxLength:"20" pattern:"^[a-z]+$"`
	State    string             `json:"state" enum:"open,paid,sent" default:"open"`
	Lines    []line             `json:"lines" minItems:"1" maxItems:"5"`
	Note     api.Null[string]   `json:"note" maxLength:"10"`
	Due      *time.Time         `json:"due"`
	Labels   map[string]float32 `json:"labels,omitempty" api:"optional" maxProperties:"3" items.minimum:"0"`
	Voucher  string             `json:"voucher" api:"writeonly,optional"`
	Made     time.Time          `json:"made" api:"readonly"`
}

type line struct {
	_     struct{}        `additional:"forbid"`
	SKU   string          `json:"sku" minLength:"1"`
	Count uint16          `json:"count" minimum:"1"`
	Price float64         `json:"price" exclusiveMinimum:"0" maximum:"1000"`
	Extra json.RawMessage `json:"extra" api:"optional"`
}

type limits struct {
	Small  int8       `json:"small"`
	Step   int        `json:"step" multipleOf:"3" minimum:"-9" maximum:"9"`
	Kind   int        `json:"kind" enum:"1,2,3"`
	Bytes  []byte     `json:"bytes"`
	Set    []string   `json:"set" uniqueItems:"true" items.enum:"a,b,c"`
	Pair   [2]bool    `json:"pair"`
	Peer   netip.Addr `json:"peer"`
	Mail   *string    `json:"mail,omitempty" format:"email"`
	Any    any        `json:"any" api:"optional"`
	Period period     `json:"period"`
}

type period struct {
	From int `json:"from"`
	To   int `json:"to"`
}

type branch struct {
	Name string            `json:"name"`
	Kids []*branch         `json:"kids" api:"optional"`
	By   map[string]branch `json:"by" api:"optional"`
}

type page[T any] struct {
	Items []T `json:"items"`
	Total int `json:"total" minimum:"0"`
}

type byID struct {
	ID    uuid.UUID `path:"id"`
	Order *order    `api:"-"`
}

type listInput struct {
	Search string     `query:"search" api:"optional" maxLength:"5"`
	State  []string   `query:"state" items.enum:"open,paid,sent"`
	Limit  int        `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Since  *time.Time `query:"since"`
	Trace  string     `header:"X-Trace" api:"optional"`
	Flavor string     `cookie:"flavor" api:"optional" pattern:"^[a-z]*$"`
	Cheap  bool       `query:"cheap" default:"true"`
}

type replaceInput struct {
	Number string `path:"number"`
	Match  string `header:"If-Match" api:"optional"`
	Data   order
}

type created struct {
	Status  int          `status:""`
	Tag     string       `header:"ETag"`
	Crumb   *http.Cookie `cookie:""`
	Version int          `json:"version"`
}

type mineInput struct {
	Me   user
	Page int `json:"page" default:"1" minimum:"1"`
}

// user is who sends a token.
type user struct{ Name string }

func (u *user) Inject(ctx context.Context) error {
	c, _ := api.CallFrom(ctx)
	if u.Name = strings.TrimPrefix(c.Request().Header.Get("Authorization"), "Bearer "); u.Name == "" {
		return api.Unauthorized("unauthenticated", "send a token")
	}
	return nil
}

func (*user) SecuritySchemes(*api.Endpoint) ([]api.SecurityScheme, bool) {
	return []api.SecurityScheme{{Name: "token", Type: "http", Scheme: "bearer", Description: "A token of the back office."}}, false
}

func (*user) Refusals(*api.Endpoint) []int { return []int{http.StatusTooManyRequests} }

type maybe struct{ Session session.Session }

type filesAPI struct {
	Upload  api.Post[uploadInput, line]
	Send    api.Post[formInput, line]
	Text    api.Put[textInput, line]
	Bytes   api.Put[bytesInput, line]
	Fetch   api.Get[api.Empty, api.Attachment]
	Moved   api.Get[api.Empty, api.Redirect]
	Events  api.Stream[api.Empty, line]
	Handler api.Raw `method:"GET,POST"`
}

type uploadInput struct {
	Title  string     `form:"title" minLength:"2"`
	Cover  api.File   `form:"cover" accept:"image/*" maxSize:"100KB"`
	Papers []api.File `form:"paper" maxItems:"2"`
}

type formInput struct {
	Name string   `form:"name" json:"name" minLength:"2"`
	Tags []string `form:"tags" json:"tags" api:"optional"`
}

type textInput struct {
	Text string `body:"text"`
}

type bytesInput struct {
	Bytes []byte `body:"raw"`
}

type boxedAPI struct {
	Box api.Envelope

	List api.Get[api.Empty, []line]
	Put  api.Put[line, line]
	None api.Delete[api.Empty, api.Empty] `status:"200"`
}

type nestedAPI struct {
	Get api.Get[areaInput, limits] `tags:"areas"`
}

type areaInput struct {
	Area int `path:"area" minimum:"1"`
}

func (a *ordersAPI) DescribeAPI(d *api.Description) {
	d.Type((*ordersAPI)(nil))
	d.Doc("Orders and their lines.", "contract_test.go:33")
	for field, doc := range map[string]string{
		"List": "List finds orders. What is given narrows the search.", "Get": "Get is one order.", "Create": "Create makes an order.",
		"Replace": "Replace puts another order in its place.", "Remove": "Remove forgets an order.", "Mine": "Mine are the orders of the one who asks.",
		"Tree": "Tree is a value that holds itself.", "Bulk": "Bulk takes a list & answers with <named> lines.", "Cart": "Cart empties the cart.",
		"Anyone": "Anyone may ask for this.", "Extreme": "Extreme has every constraint.",
	} {
		d.Field(field, doc, "contract_test.go:33")
	}
	d.Schema("order", "An order is what somebody buys.", "Customer", "Who buys, in small letters.", "Due", "When it has to be there.")
}

func (a *filesAPI) DescribeAPI(d *api.Description) {
	d.Type((*filesAPI)(nil))
	d.Doc("Files and what is no JSON.", "contract_test.go:140")
	for _, field := range []string{"Upload", "Send", "Text", "Bytes", "Fetch", "Moved", "Events", "Handler"} {
		d.Field(field, field+" does what its name says.", "contract_test.go:140")
	}
}

func (a *boxedAPI) DescribeAPI(d *api.Description) {
	d.Type((*boxedAPI)(nil))
	d.Doc("Answers in envelopes.", "contract_test.go:180")
	for _, field := range []string{"List", "Put", "None"} {
		d.Field(field, field+" answers in an envelope.", "contract_test.go:180")
	}
}

func (a *nestedAPI) DescribeAPI(d *api.Description) {
	d.Type((*nestedAPI)(nil))
	d.Doc("Areas of the kitchen.", "contract_test.go:190")
	d.Field("Get", "Get is the area.", "contract_test.go:190")
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

var aLine = line{SKU: "pen", Count: 2, Price: 1.5}

func someLimits() limits {
	return limits{Step: 3, Kind: 1, Bytes: []byte("x"), Set: []string{"a"}, Peer: netip.MustParseAddr("::1"), Any: map[string]any{"a": 1}}
}

func newOrders() *ordersAPI {
	full := func(o order) *order {
		o.ID, o.Made = uuid.MustParse("0197a1b2-0000-7000-8000-000000000001"), noon
		return &o
	}
	known := order{Customer: "ann", State: "open", Lines: []line{aLine}}
	return &ordersAPI{
		ByID: func(_ context.Context, in *byID) error {
			if in.ID[0] > 0x7f {
				return api.NotFound("no_order", "there is no order %s", in.ID)
			}
			in.Order = full(known)
			return nil
		},
		List: func(_ context.Context, in *listInput) (*[]order, error) {
			l := []order{}
			for range min(in.Limit, 3) {
				l = append(l, *full(known))
			}
			return &l, nil
		},
		Get: func(_ context.Context, in *byID) (*order, error) { return in.Order, nil },
		Create: func(_ context.Context, in *order) (*order, error) {
			if in.Customer == "taken" {
				return nil, api.Conflict("taken", "there is one")
			}
			return full(*in), nil
		},
		Replace: func(_ context.Context, in *replaceInput) (*created, error) {
			out := &created{Status: 200, Version: 2}
			if in.Match != "" {
				out.Status, out.Tag, out.Crumb = 202, `"2"`, &http.Cookie{Name: "crumb", Value: "x"}
			}
			return out, nil
		},
		Remove: func(context.Context, *byID) (*api.Empty, error) { return &api.Empty{}, nil },
		Mine: func(_ context.Context, in *mineInput) (*page[order], error) {
			return &page[order]{Items: []order{*full(known)}, Total: in.Page}, nil
		},
		Tree: func(_ context.Context, in *branch) (*branch, error) { return in, nil },
		Bulk: func(_ context.Context, in *[]line) (*map[string]line, error) {
			m := map[string]line{}
			for _, l := range *in {
				m[l.SKU] = l
			}
			return &m, nil
		},
		Hidden:  func(context.Context, *api.Empty) (*order, error) { return full(known), nil },
		Cart:    func(ctx context.Context, s *session.Session) (*api.Empty, error) { return &api.Empty{}, s.Flush(ctx) },
		Anyone:  func(context.Context, *maybe) (*limits, error) { l := someLimits(); return &l, nil },
		Extreme: func(_ context.Context, in *limits) (*limits, error) { return in, nil },
	}
}

func newFiles() *filesAPI {
	ok := func() (*line, error) { l := aLine; return &l, nil }
	return &filesAPI{
		Upload: func(context.Context, *uploadInput) (*line, error) { return ok() },
		Send:   func(context.Context, *formInput) (*line, error) { return ok() },
		Text:   func(context.Context, *textInput) (*line, error) { return ok() },
		Bytes:  func(context.Context, *bytesInput) (*line, error) { return ok() },
		Fetch: func(context.Context, *api.Empty) (*api.Attachment, error) {
			return &api.Attachment{Name: "a.txt", Content: strings.NewReader("text")}, nil
		},
		Moved: func(context.Context, *api.Empty) (*api.Redirect, error) { return &api.Redirect{Location: "/api"}, nil },
		Events: func(context.Context, *api.Empty) (iter.Seq2[*line, error], error) {
			return func(yield func(*line, error) bool) { yield(&line{SKU: "pen"}, nil) }, nil
		},
		Handler: func(w http.ResponseWriter, r *http.Request) error {
			if r.Method == http.MethodPost {
				return errors.New("not yet")
			}
			_, err := io.WriteString(w, "raw")
			return err
		},
	}
}

func newKitchen() *kitchenAPI {
	return &kitchenAPI{
		Session: session.New(session.Config{Logger: quiet}),
		Orders:  newOrders(),
		Files:   newFiles(),
		Pantry:  newPantry(),
		Boxed: &boxedAPI{
			Box:  api.Envelope{ResultKey: "result", MessageKey: "message", StateKey: "state", CountKey: "count", ErrorsKey: "errors"},
			List: func(context.Context, *api.Empty) (*[]line, error) { return &[]line{aLine}, nil },
			Put:  func(_ context.Context, in *line) (*line, error) { return in, nil },
			None: func(context.Context, *api.Empty) (*api.Empty, error) { return &api.Empty{}, nil },
		},
		Nested: nestedAPI{Get: func(context.Context, *areaInput) (*limits, error) { l := someLimits(); return &l, nil }},
	}
}

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

// kitchen mounts the contract and makes its document.
func kitchen(t testing.TB) (*api.Mux, *openapi.Doc) {
	t.Helper()
	mux := &api.Mux{Logger: quiet}
	root := newKitchen()
	if err := mux.Mount("/api", root); err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Document(openapi.About{
		Title: "Kitchen sink", Version: "1.2.3", Description: "One of everything.", BaseURL: "https://kitchen.test",
		Contact: &openapi.Contact{Name: "The cooks", URL: "https://kitchen.test/cooks"},
		License: &openapi.License{Name: "Apache 2.0", Identifier: "Apache-2.0"},
		Docs:    api.DocsOf(root),
	}, mux.Endpoints())
	if err != nil {
		t.Fatal(err)
	}
	return mux, doc
}
