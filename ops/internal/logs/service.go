package logs

import (
	"context"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A ServiceList says which requests that were served are listed.
type ServiceList struct {
	Page
	ServiceFilter
}

// A ServiceRow is a request that was served.
type ServiceRow struct {
	ID            int64   `json:"id"`
	Service       string  `json:"service"`
	NodeID        *string `json:"node_id"`
	InstanceID    *int64  `json:"instance_id"`
	EndpointID    *int64  `json:"endpoint_id"` // null: endpoints have no rows for clients
	EndpointIdent *string `json:"endpoint_ident"`
	Level         string  `json:"level"`
	Time          float64 `json:"time"`     // seconds since 1970
	Duration      int64   `json:"duration"` // ms
	UserID        *string `json:"user_id"`
	IP            string  `json:"ip"`
	Scheme        string  `json:"scheme"`
	Method        string  `json:"method"` // in lower case
	Status        *int64  `json:"status"`
	Length        int64   `json:"length"` // of the answer's body
	Path          string  `json:"path"`

	endpoint *int64 // its row in the store
}

const serviceColumns = "id, service, node_id, instance_id, endpoint, level, time, duration, user_id, ip, tls, method, status, length, path"

// read takes the columns of a row, and those behind them.
func (row *ServiceRow) read(r *reader, scan store.Scan, more ...any) error {
	var level, micros, took, tls int64
	err := scan(append([]any{
		&row.ID, &row.Service, &row.NodeID, &row.InstanceID, &row.endpoint, &level, &micros, &took, &row.UserID, &row.IP, &tls, &row.Method, &row.Status,
		&row.Length, &row.Path,
	}, more...)...)
	row.Level, row.Time, row.Duration = levelName(level), seconds(micros), millis(took)
	row.Scheme = "http"
	if tls != 0 {
		row.Scheme = "https"
	}
	if r.HideAddress {
		row.IP = hiddenAddress
	}
	if r.HideUser && row.UserID != nil {
		row.UserID = new(hiddenUser)
	}
	return err
}

// What is answered in the place of what is hidden.
const (
	hiddenAddress = "*.*.*.*"
	hiddenUser    = "***"
)

func seconds(micros int64) float64 { return float64(micros) / 1e6 }

func millis(micros int64) int64 { return (micros + 500) / 1000 }

func (r *reader) service(ctx context.Context, in *ServiceList) (*wire.Answer[[]ServiceRow], error) {
	if in.Admin == nil {
		in.Admin = new(false)
	}
	s, err := r.served(ctx, &in.ServiceFilter)
	if err != nil {
		return nil, err
	}
	s.columns = serviceColumns
	rows, count, err := list(ctx, r, s, &in.Page, func(row *ServiceRow, scan store.Scan) error { return row.read(r, scan) })
	if err != nil {
		return nil, err
	}
	for i := range rows {
		e, err := r.endpoints.of(ctx, rows[i].endpoint)
		if err != nil {
			return nil, err
		}
		rows[i].EndpointIdent = e.ident
	}
	return wire.Page(rows, count), nil
}

// served selects requests that were served, after the last of them are stored.
func (r *reader) served(ctx context.Context, f *ServiceFilter) (*selection, error) {
	r.Flush(ctx)
	var endpoints []int64
	if f.EndpointIdent != "" {
		var err error
		if endpoints, err = r.endpoints.named(ctx, f.EndpointIdent); err != nil {
			return nil, err
		}
	}
	w, err := f.condition(r, endpoints)
	if err != nil {
		return nil, err
	}
	return &selection{table: serviceLog, where: w}, nil
}
