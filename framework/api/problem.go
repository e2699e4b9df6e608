package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// A Problem is an error that answers a request, as RFC 9457 has it.
type Problem struct {
	Type     string  // a URI that tells the kind of problem; "" is about:blank
	Title    string  // "" is the text of the status
	Status   int     // 400 to 599
	Code     string  // stable, for programs: "username_exists"
	Detail   string  // for people
	Instance string  // a URI for this occurrence; set by the framework where the log has more
	Errors   []Fault // what is wrong with the request, all of it

	header   http.Header
	received http.Header // on the client; never sent on
	cause    error
	args     []any // of Detail, to say it in another language
}

// A Fault is one thing that is wrong with a request. In and Name tell a parameter; Pointer is a JSON pointer
// into the body.
type Fault = schema.Fault

// Errorf makes a problem with any status.
func Errorf(status int, code, format string, a ...any) *Problem {
	return &Problem{Status: status, Code: code, Detail: fmt.Sprintf(format, a...), args: a}
}

// The usual problems. The code says which, for programs; the rest is for people, as fmt.Sprintf writes it.

// BadRequest is for a request that makes no sense: 400.
func BadRequest(code, format string, a ...any) *Problem { return Errorf(400, code, format, a...) }

// Unauthorized is for somebody who has not said who they are: 401.
func Unauthorized(code, format string, a ...any) *Problem { return Errorf(401, code, format, a...) }

// Forbidden is for somebody who may not: 403.
func Forbidden(code, format string, a ...any) *Problem { return Errorf(403, code, format, a...) }

// NotFound is for what is not there: 404.
func NotFound(code, format string, a ...any) *Problem { return Errorf(404, code, format, a...) }

// Conflict is for what clashes with what is there: 409.
func Conflict(code, format string, a ...any) *Problem { return Errorf(409, code, format, a...) }

// Gone is for what was there and will not be again: 410.
func Gone(code, format string, a ...any) *Problem { return Errorf(410, code, format, a...) }

// Invalid is for values that break a rule: 422.
func Invalid(code, format string, a ...any) *Problem { return Errorf(422, code, format, a...) }

// TooMany is for somebody who asks too often: 429.
func TooMany(code, format string, a ...any) *Problem { return Errorf(429, code, format, a...) }

// Unavailable is for what may work later: 503.
func Unavailable(code, format string, a ...any) *Problem { return Errorf(503, code, format, a...) }

// Cause, With, RetryAfter, Field and Param return a problem that says more, and leave p as it is: one that is kept
// in a variable may be the start of many.

// Cause keeps the error behind the problem. It is logged and never sent.
func (p *Problem) Cause(err error) *Problem {
	own := *p
	own.cause = err
	return &own
}

// With sends a header with the problem.
func (p *Problem) With(name, value string) *Problem {
	own := *p
	own.header = p.header.Clone()
	if own.header == nil {
		own.header = http.Header{}
	}
	own.header.Add(name, value)
	return &own
}

// RetryAfter tells the client when to come back, rounded up to whole seconds.
func (p *Problem) RetryAfter(d time.Duration) *Problem {
	return p.With("Retry-After", strconv.Itoa(int((max(d, time.Second)+time.Second-1)/time.Second)))
}

// Header is what is sent with the problem; on the client, what came with it.
func (p *Problem) Header() http.Header {
	if p.received != nil {
		return p.received
	}
	return p.header
}

// Field points to a member of the body, by the names and indexes that lead to it: Field("lines", 3, "sku").
func (p *Problem) Field(path ...any) *Problem {
	var b strings.Builder
	for _, step := range path {
		b.WriteByte('/')
		b.WriteString(strings.NewReplacer("~", "~0", "/", "~1").Replace(fmt.Sprint(step)))
	}
	return p.fault(Fault{Pointer: b.String()})
}

// Param points to a parameter: Param("query", "after").
func (p *Problem) Param(in, name string) *Problem { return p.fault(Fault{In: in, Name: name}) }

func (p *Problem) fault(f Fault) *Problem {
	f.Code, f.Detail, f.Args = p.Code, p.Detail, p.args
	own := *p
	own.Errors = append(p.Errors[:len(p.Errors):len(p.Errors)], f)
	return &own
}

// Refusal makes a 422 that a Validate returns a part of what is wrong with the request.
func (p *Problem) Refusal() (schema.Reason, []Fault) {
	if p.Status != http.StatusUnprocessableEntity {
		return 0, nil
	}
	if len(p.Errors) == 0 {
		return schema.Invalid, []Fault{{Code: p.Code, Detail: p.Detail, Args: p.args}}
	}
	return schema.Invalid, p.Errors
}

func (p *Problem) Error() string {
	s := fmt.Sprintf("%d %s", p.Status, cmp.Or(p.Detail, p.Code, p.Title, http.StatusText(p.Status)))
	for _, f := range p.Errors {
		s += fmt.Sprintf("; %s: %s", cmp.Or(f.Name, f.Pointer), f.Detail)
	}
	if p.cause != nil {
		s += ": " + p.cause.Error()
	}
	return s
}

// Unwrap is the cause.
func (p *Problem) Unwrap() error { return p.cause }

// Problem makes a problem what any error may be: one that knows how it is answered.
func (p *Problem) Problem() *Problem { return p }

// answers tells a problem that a client can get.
func (p *Problem) answers() bool { return p != nil && p.Status >= 400 && p.Status < 600 }

// problematic is an error that knows how it is answered.
type problematic interface {
	error
	Problem() *Problem
}

// An Answered is an error that answers with a body of its own instead of a problem; see Answer.
type Answered struct {
	Status int
	Body   any // a pointer to a value that can be JSON, or nil for no body
}

// Answer makes an error that answers with status and body, for a Catch that speaks another dialect than RFC
// 9457.
func Answer(status int, body any) error { return &Answered{status, body} }

func (a *Answered) Error() string { return "answered with " + strconv.Itoa(a.Status) }

// StatusOf is the status that err is answered with; on the client, that it was answered with. It is 0 for nil.
func StatusOf(err error) int {
	if err == nil {
		return 0
	}
	var a *Answered
	if errors.As(err, &a) {
		return a.Status
	}
	return problemOf(err).Status
}

// statusClosed is what logs say of a request whose client went away; nobody gets it.
const statusClosed = 499

// ProblemOf is the problem that err is answered with, before anything of it is kept from the client: for code that
// answers in another shape. It is nil for nil.
func ProblemOf(err error) *Problem {
	if err == nil {
		return nil
	}
	return problemOf(err)
}

// problemOf makes of any error the problem that answers it.
func problemOf(err error) *Problem {
	if p, ok := err.(*Problem); ok && p.answers() { // the usual error: errors.As would allocate
		return p
	}
	var p problematic
	if errors.As(err, &p) {
		if got := p.Problem(); got.answers() {
			return got
		}
	}
	var r schema.Refusal
	if errors.As(err, &r) {
		return refused(r, err)
	}
	if errors.Is(err, context.Canceled) {
		return &Problem{Status: statusClosed, Code: "closed", cause: err}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Problem{Status: http.StatusGatewayTimeout, Code: "timeout", Detail: "this took too long", cause: err}
	}
	return &Problem{Status: http.StatusInternalServerError, Code: "internal", cause: err}
}

// refused answers for what stands behind the handler.
func refused(r schema.Refusal, err error) *Problem {
	reason, faults := r.Refusal()
	p := &Problem{Errors: faults, cause: err}
	switch reason {
	case schema.NotFound:
		p.Status, p.Code, p.Detail = http.StatusNotFound, "not_found", "there is no such thing"
	case schema.Conflict:
		p.Status, p.Code, p.Detail = http.StatusConflict, "conflict", "this clashes with what is there"
	case schema.Invalid:
		p.Status, p.Code, p.Detail = http.StatusUnprocessableEntity, "invalid", "the request is not valid"
	case schema.Busy:
		p.Status, p.Code, p.Detail = http.StatusServiceUnavailable, "busy", "too much is asked at once"
		wait := time.Second
		var later interface{ RetryAfter() time.Duration }
		if errors.As(err, &later) {
			wait = later.RetryAfter()
		}
		p = p.RetryAfter(wait)
	default:
		p.Status, p.Code = http.StatusInternalServerError, "internal"
	}
	return p
}
