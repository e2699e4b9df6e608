// Package wire is the shape of the answers of the Operations API: the wrapper around every result, and errors in it.
package wire

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// An Answer wraps a result.
type Answer[T any] struct {
	Result T      `json:"result"`
	Msg    string `json:"msg"`
	State  int    `json:"state"` // 1
	Count  int64  `json:"count"` // of all rows, before paging; 0 where nothing is counted
}

// OK is the answer with a result.
func OK[T any](result T) *Answer[T] { return &Answer[T]{Result: result, State: 1} }

// Page is the answer with some of count rows.
func Page[T any](rows T, count int64) *Answer[T] {
	return &Answer[T]{Result: rows, State: 1, Count: count}
}

// A Failure wraps an error.
type Failure struct {
	Result *struct{}       `json:"result"`
	Msg    string          `json:"msg"`
	State  json.RawMessage `json:"state"`
	Count  int             `json:"count"`
}

// The states that errors of the contract have besides 0. The code of a problem that is one of them is its state.
const (
	NodeRequired       = "node_required"
	SupervisorNotFound = "supervisor_not_found"
	TokenExpired       = "token_expired"
	KeyMissing         = "connection_key_missing"
	KeyWrong           = "connection_key_wrong"
	DeleteFailed       = "delete_failed"
)

// Unprocessable is the code of problems with the status 400 that the contract answers with 422: of bodies that are no
// JSON, as the framework has it, and of tokens without an end.
const Unprocessable = "malformed"

var states = map[string]bool{NodeRequired: true, SupervisorNotFound: true, TokenExpired: true, KeyMissing: true, KeyWrong: true, DeleteFailed: true}

// names are the classes of errors, by their status.
var names = map[int]string{
	http.StatusBadRequest: "BadRequest", http.StatusUnauthorized: "Unauthorized", http.StatusForbidden: "PermissionDenied",
	http.StatusNotFound: "NotFound", http.StatusMethodNotAllowed: "MethodNotAllowed", http.StatusConflict: "Conflict",
	http.StatusUnprocessableEntity: "UnprocessableEntity", http.StatusTooManyRequests: "TooManyRequests",
	http.StatusRequestEntityTooLarge: "RequestEntityTooLarge", http.StatusUnsupportedMediaType: "UnsupportedMediaType",
	http.StatusServiceUnavailable: "ServiceUnavailable",
}

// Fail makes of any error the status and the wrapper that answer it. What the client is not told goes to the log.
func Fail(ctx context.Context, log *slog.Logger, err error) (int, *Failure) {
	p := api.ProblemOf(err)
	status, detail := p.Status, p.Detail
	switch {
	case status == http.StatusUnprocessableEntity:
		status, detail = http.StatusBadRequest, faults(p)
	case status == http.StatusBadRequest && p.Code == Unprocessable:
		status, detail = http.StatusUnprocessableEntity, faults(p)
	case status >= 500 && status != http.StatusServiceUnavailable:
		log.ErrorContext(ctx, "operations: request failed", "error", err)
		status, detail = http.StatusInternalServerError, "server error"
	}
	return status, Failed(status, p.Code, detail)
}

// Failed is the wrapper of an error with that status, code and text.
func Failed(status int, code, detail string) *Failure {
	f := &Failure{Msg: cmp.Or(names[status], "ServerError") + ": " + detail, State: json.RawMessage("0")}
	if states[code] {
		f.State = json.RawMessage(`"` + code + `"`)
	}
	return f
}

// faults writes what is wrong with a request on one line.
func faults(p *api.Problem) string {
	if len(p.Errors) == 0 {
		return p.Detail
	}
	var b strings.Builder
	for i, f := range p.Errors {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(place(f))
		b.WriteString(f.Detail)
	}
	return b.String()
}

func place(f schema.Fault) string {
	name := cmp.Or(f.Name, strings.TrimPrefix(f.Pointer, "/"))
	if name == "" {
		return ""
	}
	return name + " "
}

// Time writes microseconds since 1970 as the contract has times, null for none.
func Time(micros *int64) *string {
	if micros == nil {
		return nil
	}
	return new(time.UnixMicro(*micros).Format(time.DateTime))
}
