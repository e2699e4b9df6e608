package openapi_test

import (
	"context"
	"encoding/csv"
	"io"
	"net/url"
	"time"

	"github.com/shopspring/decimal"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// The pantry of the kitchen has the rarer things that a contract can say.

type pantryAPI struct {
	Pay    api.Post[checkout, checkout]
	Find   api.Get[findInput, found]
	Shelf  api.Get[shelfInput, found]      `route:"/shelf/{year:[0-9]{4}}/{path...}"`
	Import api.Post[importInput, imported] `idempotent:"" errors:"409"`
	Table  api.Get[api.Empty, table]
	Note   api.Post[noteInput, found]
	Photo  api.Put[photoInput, found]
	Either api.Post[either, either]
	Kept   api.Post[kept, kept]
}

// A checkout is how somebody pays.
type checkout struct {
	Amount  decimal.Decimal `json:"amount" example:"12.50"`
	Payment payment         `json:"payment"`
	Wait    time.Duration   `json:"wait" default:"PT15M"`
	Day     time.Time       `json:"day" format:"date"`
	Back    *url.URL        `json:"back,omitzero"`
	Slug    string          `json:"slug,omitempty" format:"slug" alias:"handle" api:"optional"`
	Version string          `json:"version" const:"v1"`
	Agreed  bool            `json:"agreed" const:"true"`
}

// A payment is by card or by transfer.
type payment struct {
	api.OneOf `discriminator:"kind"`
	Card      *card     `oneOf:"card"`
	Transfer  *transfer `oneOf:"transfer"`
}

// A card is paid with.
type card struct {
	_      struct{} `additional:"forbid"`
	Number string   `json:"number" minLength:"4" maxLength:"8"`
	Hidden string   `json:"hidden" api:"writeonly,optional"`
}

// A transfer is of a bank.
type transfer struct {
	IBAN  string     `json:"iban" minLength:"2" maxLength:"9"`
	Parts []*payment `json:"parts,omitempty" api:"optional" maxItems:"2"`
}

type findInput struct {
	Filter  filter         `query:"filter" api:"optional"`
	Counts  map[string]int `query:"count" api:"optional" items.maximum:"9"`
	Columns []string       `query:"columns" explode:"false" items.enum:"id,name" example:"[\"id\"]"`
	Search  string         `query:"search" alias:"q" api:"optional" maxLength:"9"`
	Within  time.Duration  `query:"within" default:"PT1H"`
	Trace   []string       `header:"X-Trace-Id"`
}

type filter struct {
	Status string   `json:"status" enum:"open,closed" default:"open"`
	Tags   []string `json:"tags" api:"optional" maxItems:"2"`
	Since  *int     `json:"since" minimum:"1"`
}

type found struct {
	Text string `json:"text"`
}

type shelfInput struct {
	Year int    `path:"year"`
	Path string `path:"path"`
}

type importInput struct {
	Rows []string `json:"rows" minItems:"1" maxItems:"3" contains.enum:"a,b" maxContains:"2"`
}

// imported is how an import ends.
type imported struct {
	api.Responses
	Done  *found     `status:"201"`
	Later *job       `status:"202"`
	Same  *api.Empty `status:"204"`
	Clash *clash     `status:"409"`
}

type job struct {
	Header string `header:"X-Job"`
	ID     int    `json:"id"`
}

type clash struct {
	With []string `json:"with"`
}

// table can be CSV.
type table []found

func (*table) MediaTypes() []string { return []string{"text/csv"} }

func (t *table) Represent(_ string, w io.Writer) error {
	out := csv.NewWriter(w)
	for _, row := range *t {
		if err := out.Write([]string{row.Text}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

type noteInput struct {
	Title string    `json:"title" form:"title" api:"optional" maxLength:"9"`
	Text  string    `body:"text" api:"optional"`
	Scan  *api.File `body:"file" accept:"image/*,application/pdf" maxSize:"1MB"`
}

type photoInput struct {
	Photo api.File `body:"file" accept:"image/png"`
}

type either struct {
	api.OneOf
	Text  *string
	Count *int32
	List  *[]string
}

type kept struct {
	Name    string            `json:"name" dependentRequired:"street"`
	Street  string            `json:"street" api:"optional"`
	Labels  map[string]string `json:"labels" api:"optional" keys.pattern:"^[a-z0-9]+$" keys.maxLength:"3"`
	Further map[string]int    `additional:"keep" items.maximum:"9"`
}

func newPantry() *pantryAPI {
	ok := func() (*found, error) { return &found{"found"}, nil }
	return &pantryAPI{
		Pay:   func(_ context.Context, in *checkout) (*checkout, error) { return in, nil },
		Find:  func(context.Context, *findInput) (*found, error) { return ok() },
		Shelf: func(_ context.Context, in *shelfInput) (*found, error) { return &found{in.Path}, nil },
		Import: func(_ context.Context, in *importInput) (*imported, error) {
			switch len(in.Rows) {
			case 1:
				return &imported{Later: &job{Header: "7", ID: 7}}, nil
			case 2:
				return &imported{Clash: &clash{With: in.Rows}}, nil
			case 3:
				return &imported{Same: &api.Empty{}}, nil
			}
			return &imported{Done: &found{"done"}}, nil
		},
		Table:  func(context.Context, *api.Empty) (*table, error) { return &table{{"a"}, {"b"}}, nil },
		Note:   func(context.Context, *noteInput) (*found, error) { return ok() },
		Photo:  func(context.Context, *photoInput) (*found, error) { return ok() },
		Either: func(_ context.Context, in *either) (*either, error) { return in, nil },
		Kept:   func(_ context.Context, in *kept) (*kept, error) { return in, nil },
	}
}

func (a *pantryAPI) DescribeAPI(d *api.Description) {
	d.Type((*pantryAPI)(nil))
	d.Doc("The pantry of the kitchen.", "pantry_test.go:17")
	for field, doc := range map[string]string{
		"Pay": "Pay takes the money.", "Find": "Find searches by an object.", "Shelf": "Shelf is what stands at a path.", "Import": "Import ends in one of several ways.",
		"Table": "Table is JSON or CSV.", "Note": "Note takes what it is given.", "Photo": "Photo takes a picture.", "Either": "Either is one of several things.",
		"Kept": "Kept keeps what it does not know.",
	} {
		d.Field(field, doc, "pantry_test.go:17")
	}
	d.Schema("payment", "A payment is by card or by transfer.")
	d.Schema("checkout", "A checkout is how somebody pays.", "Amount", "What is paid.")
}
