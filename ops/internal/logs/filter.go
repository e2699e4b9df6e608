package logs

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

// A Filter says which rows of a log are meant; what is not given does not matter.
type Filter struct {
	Method         string `query:"method" api:"optional"`          // in any case
	Path           string `query:"path" api:"optional"`            // all of it, in its own case
	PathContains   string `query:"path_contains" api:"optional"`   // and so for its parts
	PathStartswith string `query:"path_startswith" api:"optional"` //
	PathEndswith   string `query:"path_endswith" api:"optional"`   //

	Status    *int64 `query:"status" minimum:"0" maximum:"999"`
	StatusGte *int64 `query:"status_gte" minimum:"0" maximum:"999"`
	StatusLte *int64 `query:"status_lte" minimum:"0" maximum:"999"`

	// The second names are what ?time>=2026-11-25 is read as.
	TimeGte string `query:"time_gte" alias:"time>=,time>" api:"optional"`
	TimeLte string `query:"time_lte" alias:"time<=,time<" api:"optional"`
	Start   *int64 `query:"start" minimum:"0" maximum:"253402300799"` // seconds since 1970
	End     *int64 `query:"end" minimum:"0" maximum:"253402300799"`

	DurationGte *int64 `query:"duration_gte" minimum:"0" maximum:"1000000000000"` // ms

	Instance     string `query:"instance" api:"optional"`
	RequestType  string `query:"request_type" api:"optional"`
	ResponseType string `query:"response_type" api:"optional"`
}

// A ServiceFilter says which requests that were served are meant.
type ServiceFilter struct {
	Filter
	EndpointIdent string `query:"endpoint_ident" api:"optional"`
	EndpointLike  string `query:"endpoint_like" api:"optional"` // part of ident, ref or path, in any case
	Level         string `query:"level" api:"optional"`         // in any case
	IP            string `query:"ip" api:"optional"`
	UserID        string `query:"user_id" api:"optional"`
	Public        *bool  `query:"public"`
	Admin         *bool  `query:"admin"` // made with a supervisor's token; lists take false for nothing
}

// A RequestFilter says which requests that this service made are meant.
type RequestFilter struct {
	Filter
	RemoteLog   string `query:"remote_log" api:"optional"` // no row has one
	Host        string `query:"host" api:"optional"`
	ContextType string `query:"context_type" api:"optional"`
	ContextID   *int64 `query:"context_id"`

	TimeoutError *bool `query:"timeout_error"`
	ServerError  *bool `query:"server_error"`
	ClientError  *bool `query:"client_error"`
}

const (
	slow    = "duration > 999999"   // the condition of the index of slow requests by time
	slowest = "duration >= 1000000" // and of that by duration
	never   = "1 = 0"
)

// add puts the filter into a condition. Beside a value stands the condition of a partial index wherever the value
// implies it. A plus sign keeps a column from being looked up in an index: of slow requests, that of their order is read.
func (f *Filter) add(w *where, contains string) error {
	w.equal("method", strings.ToLower(f.Method))
	w.equal("path", f.Path)
	if f.PathContains != "" {
		w.and(contains+"(path, ?) > 0", f.PathContains)
	}
	if s := f.PathStartswith; s != "" {
		w.and("substr(path, 1, ?) = ?", int64(utf8.RuneCountInString(s)), s)
	}
	if s := f.PathEndswith; s != "" {
		w.and("substr(path, length(path) - ? + 1) = ?", int64(utf8.RuneCountInString(s)), s)
	}
	f.addStatus(w)
	if d := f.DurationGte; d != nil {
		if *d >= 1000 {
			w.and(slow)
		}
		w.and("+duration >= ?", *d*1000)
	}
	if f.Instance != "" {
		if id, err := strconv.ParseInt(f.Instance, 10, 64); err == nil {
			w.and("instance_id = ?", id)
		} else {
			w.and(never)
		}
	}
	w.equal("request_type", f.RequestType)
	w.equal("response_type", f.ResponseType)
	return f.addTime(w)
}

func (f *Filter) addStatus(w *where) {
	if f.Status != nil && *f.Status != 200 || f.StatusGte != nil && *f.StatusGte > 200 || f.StatusLte != nil && *f.StatusLte < 200 {
		w.and("status <> 200")
	}
	w.number("status = ?", f.Status)
	w.number("status >= ?", f.StatusGte)
	w.number("status <= ?", f.StatusLte)
}

func (f *Filter) addTime(w *where) error {
	if f.Start != nil {
		w.since(*f.Start * 1e6)
	}
	if f.End != nil {
		w.until(*f.End * 1e6)
	}
	for _, bound := range []struct {
		name, text string
		add        func(micros int64)
	}{{"time_gte", f.TimeGte, w.since}, {"time_lte", f.TimeLte, w.until}} {
		if bound.text == "" {
			continue
		}
		micros, err := parseTime(bound.text)
		if err != nil {
			return api.BadRequest("invalid", "%s: %v", bound.name, err)
		}
		bound.add(micros)
	}
	return nil
}

// condition is that of the filter, of rows that may be seen.
func (f *ServiceFilter) condition(r *reader, idents []int64) (*where, error) {
	switch {
	case f.IP != "" && r.HideAddress:
		return nil, hidden("ip")
	case f.UserID != "" && r.HideUser:
		return nil, hidden("user_id")
	}
	w := r.visible()
	if err := f.add(w, r.contains()); err != nil {
		return nil, err
	}
	if f.EndpointIdent != "" {
		w.any("endpoint", idents)
	}
	if s := f.EndpointLike; s != "" {
		in := r.contains()
		w.and("(endpoint IN (SELECT id FROM ops_endpoint WHERE "+in+"(lower(ident), lower(?)) > 0 OR "+in+"(lower(ref), lower(?)) > 0) OR "+
			in+"(lower(path), lower(?)) > 0)", s, s, s)
	}
	if f.Level != "" {
		level, err := parseLevel(f.Level)
		if err != nil {
			return nil, api.BadRequest("invalid", "level: %v", err)
		}
		if level != log.Info {
			w.and("level <> 1")
		}
		w.and("level = ?", level.Stored())
	}
	w.equal("ip", f.IP)
	w.equal("user_id", f.UserID)
	if f.Public != nil {
		w.and("public = ?", flag(*f.Public))
	}
	if f.Admin != nil && *f.Admin {
		w.and("access_token_id IS NOT NULL")
	} else if f.Admin != nil {
		w.and("access_token_id IS NULL")
	}
	return w, nil
}

func hidden(name string) error {
	return api.BadRequest("hidden", "%s: it is hidden here, so there is no filter by it", name)
}

// flag is a truth as it is stored.
func flag(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// causedBy is the type of the context of requests that were made while one was served.
const causedBy = "service_log"

// What went wrong with a request, as it is stored.
const (
	timeoutError = 1
	serverError  = 2
	clientError  = 3
)

// condition is that of the filter, of rows that may be seen.
func (f *RequestFilter) condition(r *reader) (*where, error) {
	w := r.visible()
	if err := f.add(w, r.contains()); err != nil {
		return nil, err
	}
	if f.RemoteLog != "" {
		w.and(never)
	}
	w.equal("host", f.Host)
	switch f.ContextType {
	case "":
	case causedBy:
		w.and("context_id IS NOT NULL")
	default:
		w.and(never)
	}
	w.number("context_id = ?", f.ContextID)
	for failure, wanted := range map[int64]*bool{timeoutError: f.TimeoutError, serverError: f.ServerError, clientError: f.ClientError} {
		switch {
		case wanted == nil:
		case *wanted:
			w.and("failure <> 0 AND failure = ?", failure)
		default:
			w.and("failure <> ?", failure)
		}
	}
	return w, nil
}
