package runtime

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A Problem is an answer with a status of 400 or more, as RFC 9457 has it, or as much of that as the service tells.
// errors.As finds it in the error of every call.
type Problem struct {
	Type     string      `json:"type,omitempty"`
	Title    string      `json:"title,omitempty"`
	Status   int         `json:"status"`
	Code     string      `json:"code,omitempty"` // what went wrong, for programs
	Detail   string      `json:"detail,omitempty"`
	Instance string      `json:"instance,omitempty"`
	Errors   []Fault     `json:"errors,omitempty"` // all that is wrong with the request
	Header   http.Header `json:"-"`
	Body     []byte      `json:"-"` // as it came
}

// A Fault is one thing that is wrong with a request: a parameter, or a member of its body.
type Fault struct {
	In        string `json:"in,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Pointer   string `json:"pointer,omitempty"`
	Code      string `json:"code,omitempty"`
	Detail    string `json:"detail,omitempty"`
}

func (p *Problem) Error() string {
	s := fmt.Sprintf("%d %s", p.Status, cmp.Or(p.Detail, p.Code, p.Title, http.StatusText(p.Status)))
	for _, f := range p.Errors {
		s += fmt.Sprintf("; %s: %s", cmp.Or(f.Parameter, f.Pointer), f.Detail)
	}
	return s
}

// A Failure is an error whose answer has a type of its own. It wraps the Problem with the status.
type Failure[T any] struct {
	Problem *Problem
	Value   T
}

func (f *Failure[T]) Error() string { return f.Problem.Error() }

// Unwrap is the problem.
func (f *Failure[T]) Unwrap() error { return f.Problem }

// StatusOf is the status that the service answered with, 0 for an error that is no answer.
func StatusOf(err error) int {
	var p *Problem
	if errors.As(err, &p) {
		return p.Status
	}
	return 0
}

// refused makes an error of an answer.
func (r *call) refused(res *http.Response, failures []outcome) error {
	b, err := r.content(res)
	if err != nil {
		return r.named(err)
	}
	p := &Problem{Header: res.Header}
	if json.Unmarshal(b, p) != nil {
		*p = Problem{Header: res.Header, Detail: strings.ToValidUTF8(string(b[:min(len(b), 512)]), "")}
	}
	p.Status, p.Body = res.StatusCode, b
	var declared error = p
	if o := find(failures, res.StatusCode); o != nil && o.read != nil && !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
		made := &refusal{problem: p}
		res.Body = made
		if err := o.read(r, res); err == nil && made.err != nil {
			declared = made.err
		}
	}
	return r.named(declared)
}

// refusal hands a problem to what makes another error of it.
type refusal struct {
	problem *Problem
	err     error
}

func (*refusal) Read([]byte) (int, error) { return 0, errors.New("it is read already") }
func (*refusal) Close() error             { return nil }

// failure reads errors of the type T.
func failure[T any](result string) func(*call, *http.Response) error {
	return func(_ *call, res *http.Response) error {
		made, ok := res.Body.(*refusal)
		if !ok {
			return nil
		}
		f := &Failure[T]{Problem: made.problem}
		b := made.problem.Body
		if result != "" {
			var envelope map[string]json.RawMessage
			if err := json.Unmarshal(b, &envelope); err != nil {
				return err
			}
			b = envelope[result]
		}
		err := json.Unmarshal(b, &f.Value)
		made.err = f
		return err
	}
}

// sealed reads errors in an envelope: what they say is a problem's code, detail and errors.
func sealed(message, state string) func(*call, *http.Response) error {
	return func(_ *call, res *http.Response) error {
		made, ok := res.Body.(*refusal)
		if !ok {
			return nil
		}
		var envelope map[string]json.RawMessage
		if err := json.Unmarshal(made.problem.Body, &envelope); err != nil {
			return err
		}
		_ = json.Unmarshal(envelope[message], &made.problem.Detail)
		_ = json.Unmarshal(envelope[state], &made.problem.Code)
		return nil
	}
}
