package log

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// An outgoing request is one that this service made.
type outgoing struct {
	Time         int64           `json:"time"`     // microseconds since 1970
	Duration     int64           `json:"duration"` // microseconds
	Status       int             `json:"status,omitempty"`
	Method       string          `json:"method"`
	Scheme       string          `json:"scheme"`
	Host         string          `json:"host"`
	Path         string          `json:"path"`
	FullURL      string          `json:"full_url"`
	RequestType  string          `json:"request_type,omitempty"`
	ResponseType string          `json:"response_type,omitempty"`
	Length       int64           `json:"length"`
	Failure      int             `json:"failure"`
	Volatile     bool            `json:"volatile"`
	Content      *outgoingDetail `json:"content,omitempty"`
}

// What went wrong with an outgoing request.
const (
	succeeded = iota
	timedOut
	serverFailed // it answered with 500 or more, or not at all
	clientFailed // it answered with 400 or more
)

// outgoingDetail is what is stored of an outgoing request besides its row.
type outgoingDetail struct {
	RequestHeaders  map[string]string `json:"request_headers,omitempty"`
	ResponseHeaders map[string]string `json:"response_headers,omitempty"`
	UserAgent       string            `json:"user_agent,omitempty"`
	Query           string            `json:"query,omitempty"`
	Data            json.RawMessage   `json:"data,omitempty"`
	Result          json.RawMessage   `json:"result,omitempty"`
	Details         map[string]any    `json:"details,omitempty"`
	Timeout         *float64          `json:"timeout,omitempty"` // seconds
	Asynchronous    bool              `json:"asynchronous"`
}

// end makes the record, once.
func (x *exchange) end(res *http.Response, err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.over {
		return
	}
	x.over = true
	text, e := json.Marshal(x.outgoing(res, err))
	if e != nil {
		x.log.lose(e)
		return
	}
	if rec := recorderOf(x.r.Context()); rec == nil || !rec.takes(text) {
		x.log.standalone([][]byte{text})
	}
}

// takes keeps an outgoing request with the one that caused it, unless that is answered already.
func (rec *Recorder) takes(text []byte) bool {
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.over || len(rec.sent()) >= maxEvents {
		return false
	}
	m := rec.extra()
	m.outgoing = append(m.outgoing, text)
	return true
}

// standalone writes outgoing requests that no record is for.
func (l *Log) standalone(texts [][]byte) {
	for _, text := range texts {
		line := takeLine()
		*line = appendText(append(*line, outgoingLine...), string(text))
		l.write(line)
	}
}

// joined is a JSON list of texts.
func joined(texts [][]byte) string {
	if texts == nil {
		return ""
	}
	var b strings.Builder
	for i, text := range texts {
		b.WriteByte(",["[flag(i == 0)])
		b.Write(text)
	}
	return b.String() + "]"
}

func (x *exchange) outgoing(res *http.Response, err error) *outgoing {
	took := time.Since(x.begun)
	u, o := x.r.URL, &x.log.options
	out := &outgoing{
		Time: x.begun.UnixMicro(), Duration: took.Microseconds(), Method: x.r.Method, Scheme: u.Scheme, Host: u.Host,
		RequestType: mediaType(x.r.Header), Length: x.result.size, Failure: failureOf(res, err),
	}
	level := Info
	if res != nil {
		out.Status, out.ResponseType = res.StatusCode, mediaType(res.Header)
	}
	switch out.Failure {
	case timedOut, serverFailed:
		level = Error
	case clientFailed:
		level = Warn
	}
	out.Volatile = !o.NotVolatile && level < o.PersistLevel && took < o.PersistDuration
	m := mask.New(x.log.names)
	out.Content = x.detail(m, level, res, err)
	out.Path, out.FullURL = m.Path(u.EscapedPath(), nil), withoutFragment(m, u)
	return out
}

func withoutFragment(m *mask.Masker, u *url.URL) string {
	own := *u
	own.Fragment, own.RawFragment = "", ""
	return m.URL(&own, nil)
}

func failureOf(res *http.Response, err error) int {
	var timeout net.Error
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return timedOut
	case err != nil, res != nil && res.StatusCode >= 500:
		return serverFailed
	case res != nil && res.StatusCode >= 400:
		return clientFailed
	}
	return succeeded
}

func (x *exchange) detail(m *mask.Masker, level Level, res *http.Response, err error) *outgoingDetail {
	o := &x.log.options
	query := m.Query(x.r.URL.RawQuery)
	request := m.Header(x.r.Header)
	d := &outgoingDetail{Query: query, UserAgent: m.Text(x.r.UserAgent())}
	response := http.Header{}
	if res != nil {
		response = m.Header(res.Header)
	}
	data := bodyOf(m, x.r.Header, &x.data.buffer)
	if level >= o.StoreDataLevel {
		d.Data = data
	}
	if level >= o.StoreResultLevel && res != nil {
		d.Result = bodyOf(m, res.Header, &x.result.buffer)
	}
	if level >= o.StoreHeadersLevel {
		d.RequestHeaders, d.ResponseHeaders = flat(request), flat(response)
	}
	if deadline, ok := x.r.Context().Deadline(); ok {
		seconds := deadline.Sub(x.begun).Seconds()
		d.Timeout = &seconds
	}
	if err != nil {
		d.Details = map[string]any{"error": m.Text(err.Error())}
	}
	return d
}
