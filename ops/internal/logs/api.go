// Package logs reads and removes what package ops/log has stored: it is /logs of the Operations API, and the retention
// that keeps the logs within their age and size.
package logs

import (
	"context"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// An API is /logs of the Operations API. Its lists are pages of what its filters select, the newest first unless Order
// says otherwise; their count is that of all pages, exact up to 10,000 and beyond if there is time to count. A question
// that takes longer than 5 s is refused with 400: it needs a narrower time.
type API struct {
	// Get is ServiceDetail.
	Get api.Get[ByID, wire.Answer[*ServiceDetail]]

	// Service lists requests that were served.
	Service api.Get[ServiceList, wire.Answer[[]ServiceRow]] `route:"/service"`
	// ServiceDetail is all that is known of one.
	ServiceDetail api.Get[ByID, wire.Answer[*ServiceDetail]] `route:"/service/detail"`
	// Values counts which methods, levels, statuses and media types there are, the most frequent first: among the
	// newest 100,000 rows where there is no time for all of them.
	Values api.Get[ServiceFilter, wire.Answer[*Values]] `route:"/service/values"`
	// DeleteService removes all that the filters select, rows of supervisors too unless Admin is false.
	DeleteService api.Delete[ServiceFilter, wire.Answer[*struct{}]] `route:"/service"`

	// Request lists requests that this service made.
	Request api.Get[RequestList, wire.Answer[[]RequestRow]] `route:"/request"`
	// RequestDetail is all that is known of one.
	RequestDetail api.Get[ByID, wire.Answer[*RequestDetail]] `route:"/request/detail"`
	// DeleteRequest removes all that the filters select.
	DeleteRequest api.Delete[RequestFilter, wire.Answer[*struct{}]] `route:"/request"`

	// Alert lists alerts: there are none.
	Alert api.Get[AlertList, wire.Answer[[]struct{}]] `route:"/alert"`
	// AlertDetail finds none.
	AlertDetail api.Get[ByID, wire.Answer[*struct{}]] `route:"/alert/detail"`

	// Realtime tells about the requests of the last minutes, without those of supervisors.
	Realtime api.Get[Recent, wire.Answer[*Realtime]] `route:"/realtime"`
}

// Options are what an API is made of.
type Options struct {
	Store *store.Store

	// Rows are seen that were stored under the name Service or, unless it is "", the id Node.
	Service string
	Node    func() string

	// HideAddress and HideUser keep who made a request secret: it is not answered, and cannot be filtered by.
	HideAddress bool
	HideUser    bool

	Flush func(context.Context) // stores what this process has recorded, before anything is read; nil for nothing
	Now   func() time.Time      // time.Now if it is nil
}

// ByID names a row.
type ByID struct {
	ID int64 `query:"id"`
}

// New makes an API.
func New(o Options) *API {
	if o.Node == nil {
		o.Node = func() string { return "" }
	}
	if o.Flush == nil {
		o.Flush = func(context.Context) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	r := &reader{Options: o}
	r.cursors = recent[place, cursor]{now: o.Now}
	r.slow = recent[string, struct{}]{now: o.Now}
	r.endpoints = endpoints{store: o.Store, now: o.Now}
	return &API{
		Get: r.serviceDetail, Service: r.service, ServiceDetail: r.serviceDetail, Values: r.values, DeleteService: r.deleteService,
		Request: r.request, RequestDetail: r.requestDetail, DeleteRequest: r.deleteRequest,
		Alert: noAlerts, AlertDetail: noAlert, Realtime: r.realtime,
	}
}
