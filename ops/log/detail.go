package log

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// A detail is what a record has besides its row. Members that are not there are null.
type detail struct {
	RequestHeaders  map[string]string `json:"request_headers,omitempty"`
	ResponseHeaders map[string]string `json:"response_headers,omitempty"`
	Data            json.RawMessage   `json:"data,omitempty"`
	Result          json.RawMessage   `json:"result,omitempty"`
	Trace           []event           `json:"trace,omitempty"`
	Messages        []string          `json:"messages,omitempty"`
	Details         map[string]any    `json:"details,omitempty"`
}

// wantsDetail tells whether there is anything to store of a request besides its row.
func (rec *Recorder) wantsDetail(level Level) bool {
	o := &rec.log.options
	return rec.more != nil && rec.more.trace.messages != nil || rec.queries.repeated(o.ManyQueries) != nil ||
		!rec.own && level >= min(o.StoreDataLevel, o.StoreResultLevel, o.StoreHeadersLevel) || rec.own && level >= o.StoreHeadersLevel
}

// detail is the JSON of what is stored besides the row. What has names comes first: the masker remembers the secrets in
// it, and hides them in texts.
func (rec *Recorder) detail(level Level) string {
	o, m := &rec.log.options, rec.masked()
	m.Query(rec.r.URL.RawQuery)
	m.Path(rec.r.URL.EscapedPath(), rec.secretValues())
	request, response := m.Header(rec.r.Header), m.Header(rec.w.Header())
	var d detail
	data := bodyOf(m, rec.r.Header, rec.body.kept)
	if level >= o.StoreHeadersLevel {
		request.Set("Host", rec.r.Host)
		d.RequestHeaders, d.ResponseHeaders = flat(request), flat(response)
	}
	if level >= o.StoreDataLevel && !rec.own {
		d.Data = data
	}
	if level >= o.StoreResultLevel {
		d.Result = bodyOf(m, rec.w.Header(), rec.result)
	}
	omitted := 0
	if rec.more != nil {
		d.Trace, d.Messages = rec.more.trace.masked(m)
		omitted = rec.more.trace.left
	}
	if rec.queries.total > 0 || omitted > 0 {
		d.Details = rec.numbers(m, omitted)
	}
	return encoded(d)
}

// numbers are what the record tells of statements, and of what it has no place for.
func (rec *Recorder) numbers(m *mask.Masker, omitted int) map[string]any {
	details := map[string]any{}
	if q := &rec.queries; q.total > 0 {
		details["queries"], details["query_time"] = q.total, float64(q.took.Microseconds())/1e3
		if q.failed > 0 {
			details["failed_queries"] = q.failed
		}
		if l := q.repeated(rec.log.options.ManyQueries); l != nil {
			for i := range l {
				l[i].Query = m.Text(l[i].Query)
			}
			details["repeated_queries"] = l
		}
	}
	if omitted > 0 {
		details["omitted_events"] = omitted
	}
	return details
}

// masked is the trace without secrets.
func (t *trace) masked(m *mask.Masker) ([]event, []string) {
	for i := range t.events {
		if t.events[i].Data != nil {
			t.events[i].Data = m.JSON(t.events[i].Data)
		}
	}
	for i, s := range t.messages {
		t.messages[i] = m.Text(s)
	}
	return t.events, t.messages
}

// flat is a header as an object, with commas between several values of one name.
func flat(h http.Header) map[string]string {
	m := make(map[string]string, len(h))
	for name, values := range h {
		m[name] = strings.Join(values, ", ")
	}
	return m
}

// bodyOf is a body as a JSON value without secrets: itself if it is JSON, a text otherwise, a note where it cannot be
// read.
func bodyOf(m *mask.Masker, h http.Header, b *buffer) json.RawMessage {
	if b == nil || len(b.bytes) == 0 {
		return nil
	}
	body, ok := inflated(h.Get("Content-Encoding"), b.bytes)
	typ := h.Get("Content-Type")
	switch {
	case !ok && !b.cut:
		return text("<compressed>")
	case binary(typ):
		return text("<file>")
	}
	masked := m.Body(typ, body) // of a body that was cut too: a secret in it may stand elsewhere
	if b.cut {
		return text(fmt.Sprintf("<more than %d bytes>", len(b.bytes)))
	}
	if json.Valid(masked) {
		var out bytes.Buffer
		_ = json.Compact(&out, masked) // it is valid
		return out.Bytes()
	}
	return text(string(masked))
}

func text(s string) json.RawMessage {
	return json.RawMessage(encoded(strings.ToValidUTF8(s, "\ufffd")))
}

// binary tells media types that are no texts.
func binary(mediaType string) bool {
	main, _, _ := strings.Cut(strings.ToLower(mediaType), "/")
	return main == "image" || main == "audio" || main == "video" || main == "font" ||
		strings.HasPrefix(mediaType, "application/octet-stream") || strings.HasPrefix(mediaType, "application/zip") || strings.HasPrefix(mediaType, "application/pdf")
}

// maxInflated is how much is read of a compressed body.
const maxInflated = 1 << 20

// inflated is the body as it was before it was compressed; it is not ok where that cannot be told.
func inflated(coding string, body []byte) (plain []byte, ok bool) {
	var r io.Reader
	var err error
	switch strings.ToLower(coding) {
	case "", "identity":
		return body, true
	case "gzip", "x-gzip":
		r, err = gzip.NewReader(bytes.NewReader(body))
	case "deflate":
		r, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return nil, false
	}
	if err != nil {
		return nil, false
	}
	plain, err = io.ReadAll(io.LimitReader(r, maxInflated+1))
	return plain, err == nil && len(plain) <= maxInflated
}

// encoded is v as JSON, with HTML as it is.
func encoded(v any) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "" // what has a value that JSON has not, such as an attribute that is NaN
	}
	return strings.TrimSuffix(b.String(), "\n")
}
