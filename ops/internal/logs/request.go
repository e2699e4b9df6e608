package logs

import (
	"context"
	"encoding/json"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A RequestList says which requests that this service made are listed.
type RequestList struct {
	Page
	RequestFilter
}

// A RequestRow is a request that this service made.
type RequestRow struct {
	ID         int64   `json:"id"`
	Service    string  `json:"service"`
	NodeID     *string `json:"node_id"`
	InstanceID *int64  `json:"instance_id"`
	Time       float64 `json:"time"`     // seconds since 1970
	Duration   int64   `json:"duration"` // ms
	Scheme     string  `json:"scheme"`
	Method     string  `json:"method"` // in lower case
	Status     *int64  `json:"status"`
	Length     int64   `json:"length"` // of the answer's body
	FullURL    string  `json:"full_url"`
}

const requestColumns = "id, service, node_id, instance_id, time, duration, scheme, method, status, length, full_url"

// read takes the columns of a row, and those behind them.
func (row *RequestRow) read(scan store.Scan, more ...any) error {
	var micros, took int64
	err := scan(append([]any{
		&row.ID, &row.Service, &row.NodeID, &row.InstanceID, &micros, &took, &row.Scheme, &row.Method, &row.Status, &row.Length, &row.FullURL,
	}, more...)...)
	row.Time, row.Duration = seconds(micros), millis(took)
	return err
}

// A RequestDetail is all that is known of a request that this service made. What was not stored is null.
type RequestDetail struct {
	RequestRow
	RequestType     *string            `json:"request_type"`
	ResponseType    *string            `json:"response_type"`
	RequestHeaders  *map[string]string `json:"request_headers"`
	ResponseHeaders *map[string]string `json:"response_headers"`
	UserAgent       *Agent             `json:"user_agent"`
	Query           map[string]any     `json:"query"`
	Data            json.RawMessage    `json:"data"`
	Result          json.RawMessage    `json:"result"`
	Path            string             `json:"path"`
	WorkerID        *int64             `json:"worker_id"`
	WorkerPID       *int64             `json:"worker_pid"`
	ContextType     *string            `json:"context_type"`
	ContextID       *int64             `json:"context_id"` // of the request that was served meanwhile
	Host            string             `json:"host"`
	RemoteLog       *string            `json:"remote_log"`
	Asynchronous    *bool              `json:"asynchronous"`
	Timeout         *float64           `json:"timeout"` // seconds
	TimeoutError    bool               `json:"timeout_error"`
	ServerError     bool               `json:"server_error"`
	ClientError     bool               `json:"client_error"`
	Details         json.RawMessage    `json:"details"`
}

func (r *reader) request(ctx context.Context, in *RequestList) (*wire.Answer[[]RequestRow], error) {
	r.Flush(ctx)
	w, err := in.condition(r)
	if err != nil {
		return nil, err
	}
	s := &selection{table: requestLog, where: w, columns: requestColumns}
	rows, count, err := list(ctx, r, s, &in.Page, func(row *RequestRow, scan store.Scan) error { return row.read(scan) })
	if err != nil {
		return nil, err
	}
	return wire.Page(rows, count), nil
}

func (r *reader) requestDetail(ctx context.Context, in *ByID) (*wire.Answer[*RequestDetail], error) {
	r.Flush(ctx)
	var d *RequestDetail
	w := r.visible().with("id = ?", in.ID)
	query := "SELECT " + requestColumns + ", request_type, response_type, path, worker_id, worker_pid, context_id, host, failure FROM ops_request_log" + w.String()
	err := r.each(ctx, query, w.args, func(scan store.Scan) error {
		d = &RequestDetail{}
		return d.read(scan)
	})
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, notFound()
	}
	c, err := r.content(ctx, "SELECT content FROM ops_request_log WHERE id = ?", in.ID)
	d.RequestHeaders, d.ResponseHeaders, d.Data, d.Result, d.Details = c.RequestHeaders, c.ResponseHeaders, c.Data, c.Result, c.Details
	d.UserAgent, d.Query, d.Asynchronous, d.Timeout = agentOf(c.UserAgent), queryOf(c.Query), c.Asynchronous, c.Timeout
	return wire.OK(d), err
}

// read takes the columns of a row.
func (d *RequestDetail) read(scan store.Scan) error {
	var failure int64
	err := d.RequestRow.read(scan, &d.RequestType, &d.ResponseType, &d.Path, &d.WorkerID, &d.WorkerPID, &d.ContextID, &d.Host, &failure)
	d.TimeoutError, d.ServerError, d.ClientError = failure == timeoutError, failure == serverError, failure == clientError
	if d.ContextID != nil {
		d.ContextType = new(causedBy)
	}
	return err
}
