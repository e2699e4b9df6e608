package api

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// An Envelope is a plugin that puts every answer, errors too, into an object of the same shape:
//
//	{"result": {"id": 1}, "state": "ok", "message": ""}
//	{"result": null, "state": "username_exists", "message": "Username exists"}
//
// Each field is the name of a member, "" for none. Statuses stay as they are. It stands above the plugins whose
// errors it shall put in.
type Envelope struct {
	ResultKey  string // the answer, null for an error
	MessageKey string // the detail of a problem
	StateKey   string // the code of a problem, "ok" for an answer
	CountKey   string // how many items a list has
	ErrorsKey  string // what is wrong with the request
}

// Wrap makes an Envelope a Plugin.
func (v Envelope) Wrap(ep *Endpoint, next Handler) Handler {
	return func(c *Call) error {
		err := next(c)
		if c.Written() {
			return err
		}
		if err == nil {
			if !bodyless(c.s.status) && (len(c.s.out) == 0 || isJSON(c.MediaType())) {
				c.s.out, c.s.typ = v.seal(ep, c), jsonType
			}
			return nil
		}
		p := c.problem(err)
		c.clearHeaders()
		for name, values := range p.header {
			c.Header()[http.CanonicalHeaderKey(name)] = values
		}
		c.s.status, c.s.typ, c.s.out = p.Status, jsonType, v.problem(p)
		return nil
	}
}

// seal puts the answer in.
func (v Envelope) seal(ep *Endpoint, c *Call) []byte {
	var e envelope
	if v.ResultKey != "" {
		e.key(v.ResultKey)
		if len(c.s.out) == 0 {
			e.b = append(e.b, "null"...)
		} else {
			e.b = append(e.b, c.s.out...)
		}
	}
	if v.StateKey != "" {
		e.key(v.StateKey)
		e.b = append(e.b, `"ok"`...)
	}
	if v.MessageKey != "" {
		e.key(v.MessageKey)
		e.b = append(e.b, `""`...)
	}
	if v.CountKey != "" && ep.Out.Kind() == reflect.Slice {
		e.key(v.CountKey)
		e.b = strconv.AppendInt(e.b, int64(c.s.items), 10)
	}
	return e.end()
}

func (v Envelope) problem(p *Problem) []byte {
	var e envelope
	if v.ResultKey != "" {
		e.key(v.ResultKey)
		e.b = append(e.b, "null"...)
	}
	if v.StateKey != "" {
		e.key(v.StateKey)
		e.b = schema.AppendString(e.b, p.Code)
	}
	if v.MessageKey != "" {
		e.key(v.MessageKey)
		e.b = schema.AppendString(e.b, p.Detail)
	}
	if v.ErrorsKey != "" && len(p.Errors) > 0 {
		e.key(v.ErrorsKey)
		e.b = appendFaults(e.b, p.Errors)
	}
	return e.end()
}

// envelope is an object that is being written.
type envelope struct{ b []byte }

func (e *envelope) key(name string) {
	c := byte(',')
	if e.b == nil {
		c = '{'
	}
	e.b = append(schema.AppendString(append(e.b, c), name), ':')
}

func (e *envelope) end() []byte {
	if e.b == nil {
		return []byte("{}")
	}
	return append(e.b, '}')
}
