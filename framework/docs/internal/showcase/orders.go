package main

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

type ordersAPI struct {
	List    api.Get[listInput, []order]  `wrap:"orders,count=ordersCount" route:"/"`
	Create  api.Post[order, order]       `status:"201" errors:"409" route:"/"`
	Get     api.Get[byID, order]         `route:"/{id}"`
	Replace api.Put[replaceInput, order] `route:"/{id}"`
	Remove  api.Delete[byID, api.Empty]  `route:"/{id}" deprecated:""`
	Mine    api.Get[mineInput, []order]
	Pay     api.Post[payInput, order] `route:"/{id}/pay"`
	Tree    api.Post[branch, branch]
}

type order struct {
	ID       uuid.UUID          `json:"id" api:"readonly"`
	Customer string             `json:"customer" minLength:"2" maxLength:"20" pattern:"^[a-z]+$"`
	State    string             `json:"state" enum:"open,paid,sent" default:"open"`
	Lines    []line             `json:"lines" minItems:"1" maxItems:"5"`
	Note     api.Null[string]   `json:"note" maxLength:"100"`
	Due      *time.Time         `json:"due"`
	Labels   map[string]float32 `json:"labels,omitempty" api:"optional" maxProperties:"3" items.minimum:"0"`
	Voucher  string             `json:"voucher" api:"writeonly,optional"`
	Made     time.Time          `json:"made" api:"readonly"`
}

type line struct {
	_     struct{} `additional:"forbid"`
	SKU   string   `json:"sku" minLength:"1"`
	Count uint16   `json:"count" minimum:"1"`
	Price float64  `json:"price" exclusiveMinimum:"0" maximum:"1000"`
}

type branch struct {
	Name string            `json:"name"`
	Kids []*branch         `json:"kids" api:"optional"`
	By   map[string]branch `json:"by" api:"optional"`
}

type listInput struct {
	Search string     `query:"search" api:"optional" maxLength:"5"`
	State  []string   `query:"state" items.enum:"open,paid,sent"`
	Label  []string   `query:"label" api:"optional"`
	Limit  int        `query:"limit" default:"20" minimum:"1" maximum:"100"`
	Since  *time.Time `query:"since"`
	Price  span       `query:"price" api:"optional"`
	Trace  string     `header:"X-Trace" api:"optional"`
	Flavor string     `cookie:"flavor" api:"optional" pattern:"^[a-z]*$"`
	Cheap  bool       `query:"cheap" default:"true"`
}

// A span is what prices lie between.
type span struct {
	From  *float64 `json:"from" minimum:"0"`
	Kinds []string `json:"kinds" api:"optional" maxItems:"2"`
}

type byID struct {
	ID uuid.UUID `path:"id"`
}

type replaceInput struct {
	ID    uuid.UUID `path:"id"`
	Match string    `header:"If-Match" api:"optional"`
	Data  order
}

type mineInput struct{ Me user }

type payInput struct {
	ID  uuid.UUID `path:"id"`
	By  payment   `json:"by"`
	Tip *int      `json:"tip,omitempty" minimum:"0"`
}

// A payment is of one of two kinds.
type payment struct{ raw []byte }

func (p *payment) UnmarshalJSON(b []byte) error { p.raw = b; return nil }

func (payment) JSONSchema() *schema.JSONSchema {
	text := schema.SchemaTypes{"string"}
	kind := func(title, member string) *schema.JSONSchema {
		return &schema.JSONSchema{
			Title: title, Type: schema.SchemaTypes{"object"}, Required: []string{"kind", member},
			Properties: schema.SchemaProperties{{Name: "kind", Schema: &schema.JSONSchema{Type: text, Enum: []any{title}}}, {Name: member, Schema: &schema.JSONSchema{Type: text}}},
		}
	}
	return &schema.JSONSchema{Description: "How it is paid.", AnyOf: []*schema.JSONSchema{kind("card", "number"), kind("transfer", "iban")}}
}

// user is who sends a token.
type user struct{ name string }

func (u *user) Inject(ctx context.Context) error {
	c, _ := api.CallFrom(ctx)
	h := c.Request().Header
	if u.name = cmp.Or(strings.TrimPrefix(h.Get("Authorization"), "Bearer "), h.Get("X-Key")); u.name == "" {
		return api.Unauthorized("unauthenticated", "send a token")
	}
	return nil
}

func (*user) SecuritySchemes(*api.Endpoint) ([]api.SecurityScheme, bool) {
	return []api.SecurityScheme{
		{Name: "token", Type: "http", Scheme: "bearer", Description: "A token of the back office."},
		{Name: "key", Type: "apiKey", In: "header", Parameter: "X-Key"},
	}, false
}

func (*user) Refusals(*api.Endpoint) []int { return []int{http.StatusTooManyRequests} }
