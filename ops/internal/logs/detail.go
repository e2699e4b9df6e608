package logs

import (
	"context"
	"encoding/json"
	"fmt"
	"net/textproto"
	"net/url"
	"slices"

	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// A ServiceDetail is all that is known of a request that was served. What was not stored is null.
type ServiceDetail struct {
	ServiceRow
	EndpointRemoteID *string            `json:"endpoint_remote_id"`
	EndpointRef      *string            `json:"endpoint_ref"` // where the handler is
	WorkerID         *int64             `json:"worker_id"`
	WorkerPID        *int64             `json:"worker_pid"`
	ThreadID         *int64             `json:"thread_id"`
	FullURL          string             `json:"full_url"`
	RequestType      *string            `json:"request_type"`
	ResponseType     *string            `json:"response_type"`
	RequestHeaders   *map[string]string `json:"request_headers"`
	ResponseHeaders  *map[string]string `json:"response_headers"`
	UserAgent        *Agent             `json:"user_agent"`
	Query            map[string]any     `json:"query"`
	Data             json.RawMessage    `json:"data"`
	Result           json.RawMessage    `json:"result"`
	Trace            json.RawMessage    `json:"trace"`
	Messages         []string           `json:"messages"`
	InTraffic        int64              `json:"in_traffic"`
	OutTraffic       int64              `json:"out_traffic"`
	Public           bool               `json:"public"`
	AccessTokenID    *int64             `json:"access_token_id"`
	Details          json.RawMessage    `json:"details"`
}

// content is what is stored beside a row.
type content struct {
	RequestHeaders  *map[string]string `json:"request_headers"`
	ResponseHeaders *map[string]string `json:"response_headers"`
	Data            json.RawMessage    `json:"data"`
	Result          json.RawMessage    `json:"result"`
	Trace           json.RawMessage    `json:"trace"`
	Messages        []string           `json:"messages"`
	Details         json.RawMessage    `json:"details"`

	// Of requests that this service made.
	UserAgent    string   `json:"user_agent"`
	Query        string   `json:"query"`
	Asynchronous *bool    `json:"asynchronous"`
	Timeout      *float64 `json:"timeout"`
}

const detailColumns = ", worker_id, worker_pid, host, query, request_type, response_type, user_agent, in_traffic, out_traffic, public, access_token_id"

func (r *reader) serviceDetail(ctx context.Context, in *ByID) (*wire.Answer[*ServiceDetail], error) {
	r.Flush(ctx)
	var d *ServiceDetail
	w := r.visible().with("id = ?", in.ID)
	err := r.each(ctx, "SELECT "+serviceColumns+detailColumns+" FROM ops_log"+w.String(), w.args, func(scan store.Scan) error {
		d = &ServiceDetail{}
		return d.read(r, scan)
	})
	if err != nil {
		return nil, err
	}
	if d == nil {
		return nil, notFound()
	}
	c, err := r.content(ctx, "SELECT content FROM ops_log_detail WHERE id = ?", in.ID)
	if err != nil {
		return nil, err
	}
	e, err := r.endpoints.of(ctx, d.endpoint)
	d.EndpointIdent, d.EndpointRef = e.ident, e.ref
	d.RequestHeaders, d.ResponseHeaders, d.Data, d.Result, d.Details = c.RequestHeaders, c.ResponseHeaders, c.Data, c.Result, c.Details
	d.Trace, d.Messages = c.Trace, c.Messages
	if d.Trace == nil {
		d.Trace = json.RawMessage("[]")
	}
	if d.Messages == nil {
		d.Messages = []string{}
	}
	return wire.OK(d), err
}

// read takes the columns of a row.
func (d *ServiceDetail) read(r *reader, scan store.Scan) error {
	var host, query, agent *string
	var public int64
	err := d.ServiceRow.read(r, scan, &d.WorkerID, &d.WorkerPID, &host, &query, &d.RequestType, &d.ResponseType, &agent, &d.InTraffic, &d.OutTraffic,
		&public, &d.AccessTokenID)
	d.Public, d.UserAgent, d.Query = public != 0, agentOf(text(agent)), queryOf(text(query))
	d.FullURL = d.Path
	if host != nil {
		d.FullURL = d.Scheme + "://" + *host + d.Path
	}
	if query != nil {
		d.FullURL += "?" + *query
	}
	return err
}

// text is the text, "" for none.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// content reads what is stored beside a row.
func (r *reader) content(ctx context.Context, query string, id int64) (c content, err error) {
	err = r.each(ctx, query, []any{id}, func(scan store.Scan) error {
		var text *string
		if err := scan(&text); err != nil || text == nil {
			return err
		}
		if err := json.Unmarshal([]byte(*text), &c); err != nil {
			return fmt.Errorf("log %d: content: %w", id, err)
		}
		return nil
	})
	if r.HideAddress && c.RequestHeaders != nil {
		hideAddresses(*c.RequestHeaders)
	}
	return c, err
}

// forwarding are headers in which proxies tell the address of a client.
var forwarding = []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip", "Fastly-Client-Ip"}

func hideAddresses(header map[string]string) {
	for name := range header {
		if slices.Contains(forwarding, textproto.CanonicalMIMEHeaderKey(name)) {
			header[name] = hiddenAddress
		}
	}
}

// queryOf is the query of an address as an object: a name with several values has a list.
func queryOf(raw string) map[string]any {
	values, _ := url.ParseQuery(raw) // what can be read of it
	object := make(map[string]any, len(values))
	for name, l := range values {
		if object[name] = l; len(l) == 1 {
			object[name] = l[0]
		}
	}
	return object
}
