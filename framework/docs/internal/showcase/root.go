package main

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type rootAPI struct {
	Orders *ordersAPI
	Files  *filesAPI
	Boxed  *boxedAPI
}

type boxedAPI struct {
	Box api.Envelope

	List api.Get[api.Empty, []line]
	Put  api.Put[line, line]
}

func newRoot() *rootAPI {
	return &rootAPI{
		Orders: newOrders(),
		Files:  newFiles(),
		Boxed: &boxedAPI{
			Box:  api.Envelope{ResultKey: "result", MessageKey: "message", StateKey: "state", CountKey: "count", ErrorsKey: "errors"},
			List: func(context.Context, *api.Empty) (*[]line, error) { return &[]line{pen}, nil },
			Put:  func(_ context.Context, in *line) (*line, error) { return in, nil },
		},
	}
}

var (
	pen    = line{SKU: "pen", Count: 2, Price: 1.5}
	number = uuid.MustParse("0197a1b2-0000-7000-8000-000000000001")
)

func newOrders() *ordersAPI {
	made := func(o order) *order {
		o.ID, o.Made = number, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		return &o
	}
	known := order{Customer: "ann", State: "open", Lines: []line{pen}}
	return &ordersAPI{
		List: func(_ context.Context, in *listInput) (*[]order, error) {
			l := []order{}
			for range min(in.Limit, 3) {
				l = append(l, *made(known))
			}
			return &l, nil
		},
		Create: func(_ context.Context, in *order) (*order, error) {
			if in.Customer == "taken" {
				return nil, api.Conflict("taken", "this customer has an open order").Field("customer")
			}
			return made(*in), nil
		},
		Get: func(_ context.Context, in *byID) (*order, error) {
			if in.ID != number {
				return nil, api.NotFound("no_order", "there is no order %s", in.ID)
			}
			return made(known), nil
		},
		Replace: func(_ context.Context, in *replaceInput) (*order, error) { return made(in.Data), nil },
		Remove:  func(context.Context, *byID) (*api.Empty, error) { return &api.Empty{}, nil },
		Mine: func(_ context.Context, in *mineInput) (*[]order, error) {
			o := made(known)
			o.Customer = in.Me.name
			return &[]order{*o}, nil
		},
		Pay:  func(context.Context, *payInput) (*order, error) { return made(known), nil },
		Tree: func(_ context.Context, in *branch) (*branch, error) { return in, nil },
	}
}

// DescribeAPI tells what comments would, and what no comment should.
func (a *ordersAPI) DescribeAPI(d *api.Description) {
	d.Type((*ordersAPI)(nil))
	d.Doc("Orders and their lines.", "orders.go:16")
	for field, doc := range map[string]string{
		"List":    "List finds orders. What is given narrows the search:\n\n- `search` looks into the names of customers,\n- `since` is a **moment**, not a day.",
		"Create":  "Create makes an order.",
		"Get":     "Get is one order.",
		"Replace": "Replace puts another order in its place.",
		"Remove":  "Remove forgets an order. Use the state instead.",
		"Mine":    "Mine are the orders of the one who asks.",
		"Pay":     "Pay settles an order. <img src=x onerror=\"window.hacked=1\"> [click](javascript:window.hacked=1)",
		"Tree":    "Tree answers with the tree that it gets.",
	} {
		d.Field(field, doc, "orders.go:16")
	}
	d.Schema("order", "An order is what somebody buys.", "Customer", "Who buys, in small letters.", "Due", "When it has to be there.", "Voucher", "A code that makes it cheaper.")
	d.Schema("branch", "A branch has branches.")
}

func (a *filesAPI) DescribeAPI(d *api.Description) {
	d.Type((*filesAPI)(nil))
	d.Doc("Files, streams, and what is no JSON.", "files.go:17")
	for field, doc := range map[string]string{
		"Upload": "Upload takes files of a form.", "Send": "Send takes a form or JSON.", "Text": "Text takes plain text.", "Bytes": "Bytes takes any bytes.",
		"Fetch": "Fetch answers with a file.", "Image": "Image answers with a picture.", "Events": "Events sends a few ticks.",
	} {
		d.Field(field, doc, "files.go:17")
	}
}

func (a *boxedAPI) DescribeAPI(d *api.Description) {
	d.Type((*boxedAPI)(nil))
	d.Doc("Answers in envelopes.", "root.go:18")
	d.Field("List", "List has the lines in an envelope.", "root.go:18")
	d.Field("Put", "Put answers with what it gets.", "root.go:18")
}
