package api

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"strconv"

	"github.com/google/uuid"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// Shared values of the header Content-Type: nobody may write into them in place.
var (
	jsonType    = []string{"application/json"}
	problemType = []string{"application/problem+json"}
)

// respond writes the answer of the chain, or the one that its error asks for.
func (c *Call) respond(err error) {
	if c.s.written {
		if err != nil {
			c.broken(err)
		}
		return
	}
	if err == nil && c.s.status == 0 {
		err = fmt.Errorf("%s: a plugin or a Catch returned neither an answer nor an error", c.ep.Name)
	}
	if err != nil {
		c.fail(err)
	}
	if !c.s.asked {
		c.s.asked = true
		if err := c.beforeWrite(); err != nil {
			c.fail(err)
		}
	}
	c.flush()
}

// notOfErrors are headers that a handler may have set for an answer which an error has taken the place of.
var notOfErrors = []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Etag", "Last-Modified", "Cache-Control", "Expires"}

// clearHeaders takes away what a handler has set for an answer that it did not give.
func (c *Call) clearHeaders() {
	h := c.Header()
	if len(h) == 0 && len(c.s.around) == 0 {
		return
	}
	for name := range h {
		if slices.Contains(notOfErrors, name) {
			delete(h, name)
		}
	}
	for name, v := range c.s.around {
		if slices.Contains(notOfErrors, name) {
			h[name] = v
		}
	}
}

// fail puts the answer of an error in the place of what there is.
func (c *Call) fail(err error) {
	c.clearHeaders()
	if a := answered(err); a != nil {
		if err = c.setBody(a); err == nil {
			return
		}
	}
	p := c.problem(err)
	for k, v := range p.header {
		c.Header()[http.CanonicalHeaderKey(k)] = v
	}
	c.s.status, c.s.typ = p.Status, problemType
	c.s.out = p.append(c.s.out[:0])
}

// problem is the problem that answers err; what the client is not told is logged.
func (c *Call) problem(err error) *Problem {
	p := problemOf(err)
	switch {
	case p.received != nil:
		// What another service says to this one is not what this one says.
		p = &Problem{Status: http.StatusBadGateway, Code: "upstream", Detail: "a service behind this one did not do its part", cause: err}
	case p.Status == statusClosed && c.s.req.Context().Err() == nil:
		p = &Problem{Status: http.StatusInternalServerError, Code: "internal", cause: err}
	}
	if p.Status >= 500 || p.Status == statusClosed {
		p = c.report(p, err)
	}
	if c.ep.mux == nil {
		return p
	}
	return c.ep.mux.translator.say(p, c.s.req, c.Header())
}

// answered finds the body that an error brings along. A problem without a cause, the usual error, has none.
func answered(err error) *Answered {
	if p, ok := err.(*Problem); ok && p.cause == nil {
		return nil
	}
	var a *Answered
	errors.As(err, &a)
	return a
}

// setBody answers with a body of the application's own.
func (c *Call) setBody(a *Answered) error {
	c.s.status, c.s.typ, c.s.out = a.Status, nil, c.s.out[:0]
	if a.Status < 200 || a.Status > 599 {
		return fmt.Errorf("api.Answer: %d is no status of an answer", a.Status)
	}
	if a.Body == nil {
		return nil
	}
	if bodyless(a.Status) {
		return fmt.Errorf("api.Answer: an answer with the status %d has no body", a.Status)
	}
	v := reflect.ValueOf(a.Body)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		p := reflect.New(v.Type())
		p.Elem().Set(v)
		v = p
	}
	plan, err := schema.PlanOf(v.Type().Elem())
	if err != nil {
		return fmt.Errorf("api.Answer: %w", err)
	}
	c.s.typ = jsonType
	c.s.out, err = plan.Append(c.s.out, v.UnsafePointer())
	return err
}

// report logs what the client is not told, under an id that it is told.
func (c *Call) report(p *Problem, err error) *Problem {
	own := *p
	level := slog.LevelError
	if p.Status == statusClosed {
		level = slog.LevelDebug
	} else {
		own.Instance = "urn:uuid:" + uuid.NewString()
	}
	attrs := []any{
		slog.String("endpoint", c.ep.Name), slog.Int("status", p.Status), slog.String("method", c.s.req.Method),
		slog.String("path", c.s.req.URL.Path), slog.String("instance", own.Instance), slog.Any("error", err),
	}
	var pe *panicError
	if errors.As(err, &pe) {
		attrs = append(attrs, slog.String("stack", string(pe.stack)))
	}
	c.ep.mux.logger().Log(c.Context(), level, "request failed", attrs...)
	return &own
}

// bodyless tells statuses whose answers have no body.
func bodyless(status int) bool {
	return status == http.StatusNoContent || status == http.StatusNotModified
}

// flush writes the answer.
func (c *Call) flush() {
	s, h := c.s, c.w.Header()
	s.written = true
	if len(s.out) == 0 || s.typ == nil {
		if !bodyless(s.status) {
			h["Content-Length"] = zeroLength
		}
		c.w.WriteHeader(s.status)
		return
	}
	if len(h) > 0 {
		delete(h, "Content-Length") // net/http counts by itself, up to its buffer
	}
	if len(h) == 0 || len(h["Content-Type"]) == 0 {
		h["Content-Type"] = s.typ
	}
	if len(s.out) > 2000 {
		h["Content-Length"] = []string{strconv.Itoa(len(s.out))}
	}
	c.w.WriteHeader(s.status)
	_, _ = c.w.Write(s.out) // a client that is gone is nobody to tell
}

var zeroLength = []string{"0"}

// writeProblem answers a request that belongs to no endpoint.
func writeProblem(w http.ResponseWriter, p *Problem) {
	for k, v := range p.header {
		w.Header()[http.CanonicalHeaderKey(k)] = v
	}
	w.Header()["Content-Type"] = problemType
	w.WriteHeader(p.Status)
	_, _ = w.Write(p.append(nil))
}
