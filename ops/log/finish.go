package log

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// finish writes the record to the spill, once. It is called before the last byte of the answer is on its way.
func (rec *Recorder) finish() {
	took := time.Since(rec.begun)
	rec.mu.Lock()
	defer rec.mu.Unlock()
	if rec.over {
		return
	}
	rec.over = true
	if rec.hijacked && rec.status == 0 {
		rec.status = http.StatusSwitchingProtocols
	}
	level := rec.level()
	if rec.excluded() {
		rec.log.standalone(rec.sent())
		return
	}
	o := &rec.log.options
	r := record{
		Time: rec.begun.UnixMicro(), Duration: took.Microseconds(), Level: level, Status: rec.status,
		Method: rec.r.Method, Host: rec.r.Host, TLS: rec.r.TLS != nil, Address: rec.r.RemoteAddr, UserAgent: first(rec.r.Header["User-Agent"]),
		RequestType: mediaType(rec.r.Header), ResponseType: mediaType(rec.w.Header()),
		Length: rec.length, In: rec.in(), Out: rec.out(), Queries: rec.queries.total,
		Volatile: !o.NotVolatile && level < o.PersistLevel && took < o.PersistDuration,
	}
	if rec.user != nil {
		r.UserID = fmt.Sprint(rec.user)
	}
	if rec.grant != nil && rec.grant.Kind == grant.Supervisor {
		r.AccessToken = rec.grant.AccessID
	}
	if r.Endpoint, r.Ref = rec.endpoint(); rec.wantsDetail(level) {
		r.Detail = rec.detail(level)
	}
	r.Path, r.Query = rec.path(), rec.query()
	if rec.masker != nil {
		r.UserAgent = rec.masker.Text(r.UserAgent)
	}
	r.Requests = joined(rec.sent())
	if rec.log.spill.Load() == nil {
		return
	}
	line := takeLine()
	*line = r.append(*line)
	rec.log.write(line)
}

// excluded tells requests that are left out: those of the Operations API that went well, and what the options name,
// unless it failed or something was logged.
func (rec *Recorder) excluded() bool {
	failed := rec.status == 0 || rec.status >= 400
	if rec.own {
		return !failed || rec.asked("omit")
	}
	o := &rec.log.options
	if slices.Contains(o.ExcludeStatuses, rec.status) && rec.status < 500 && Level(rec.logged.Load()) < Warn {
		return true
	}
	if failed || rec.logged.Load() != 0 {
		return false
	}
	return slices.Contains(o.ExcludeMethods, rec.r.Method) || has(rec.r.Header, o.ExcludeRequestHeaders) || has(rec.w.Header(), o.ExcludeResponseHeaders)
}

func has(h http.Header, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return len(h[name]) > 0 })
}

// endpoint names what the request was for, and where that is written.
func (rec *Recorder) endpoint() (ident, ref string) {
	if rec.target != nil {
		return rec.target.ident, rec.target.ref
	}
	return patternIdent(rec.r.Pattern), ""
}

// patternIdent makes an ident of a pattern of http.ServeMux: get_users_id of "GET /users/{id}".
func patternIdent(pattern string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(pattern), func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "_")
}

// path is the path without secrets.
func (rec *Recorder) path() string {
	path, _, _ := strings.Cut(rec.r.RequestURI, "?")
	if !strings.HasPrefix(path, "/") { // the whole address, or none
		path = rec.r.URL.EscapedPath()
	}
	if rec.values == nil && rec.masker == nil && (len(path) < len("/eyJhbGci") || !strings.Contains(path, "eyJ")) {
		return path
	}
	return rec.masked().Path(path, rec.secretValues())
}

func (rec *Recorder) secretValues() map[string]string {
	if rec.values == nil {
		return nil
	}
	m := map[string]string{}
	for _, i := range rec.target.secrets {
		if i < len(rec.values) {
			m[rec.target.names[i]] = rec.values[i]
		}
	}
	return m
}

func (rec *Recorder) query() string {
	if rec.r.URL.RawQuery == "" {
		return ""
	}
	return rec.masked().Query(rec.r.URL.RawQuery)
}

// masked is the request's masker.
func (rec *Recorder) masked() *mask.Masker {
	if rec.masker == nil {
		rec.masker = mask.New(rec.log.names)
	}
	return rec.masker
}

// in is how many bytes the request had, about: what it says in its first line, its headers and its body.
func (rec *Recorder) in() int64 {
	n := int64(len(rec.r.Method)+len(rec.r.RequestURI)+len(" HTTP/1.1\r\n")+len("Host: \r\n")+len(rec.r.Host)+2) + 1
	return n + headerSize(rec.r.Header) + max(rec.body.size, max(rec.r.ContentLength, 0))
}

// out is how many bytes the answer had, with those that net/http adds.
func (rec *Recorder) out() int64 {
	const added = len("HTTP/1.1 200 OK\r\n") + len("Date: Mon, 02 Jan 2006 15:04:05 GMT\r\n") + len("\r\n")
	return int64(added) + headerSize(rec.w.Header()) + rec.length
}

func headerSize(h http.Header) (n int64) {
	for name, values := range h {
		for _, v := range values {
			n += int64(len(name) + len(v) + len(": \r\n"))
		}
	}
	return n
}

func first(l []string) string {
	if len(l) == 0 {
		return ""
	}
	return l[0]
}

// mediaType is the Content-Type without its parameters.
func mediaType(h http.Header) string {
	typ := first(h["Content-Type"])
	if i := strings.IndexByte(typ, ';'); i >= 0 {
		return strings.TrimSpace(typ[:i])
	}
	return typ
}
