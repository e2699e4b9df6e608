package api

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// append writes the problem as application/problem+json.
func (p *Problem) append(b []byte) []byte {
	str := func(key, v string) {
		if v != "" {
			b = schema.AppendString(append(b, key...), v)
		}
	}
	b = append(b, `{"title":`...)
	b = schema.AppendString(b, cmp.Or(p.Title, http.StatusText(p.Status), "Error"))
	str(`,"type":`, p.Type)
	b = strconv.AppendInt(append(b, `,"status":`...), int64(p.Status), 10)
	str(`,"code":`, p.Code)
	str(`,"detail":`, p.Detail)
	str(`,"instance":`, p.Instance)
	if len(p.Errors) > 0 {
		b = appendFaults(append(b, `,"errors":`...), p.Errors)
	}
	return append(b, '}')
}

func appendFaults(b []byte, faults []Fault) []byte {
	for i := range faults {
		c := byte(',')
		if i == 0 {
			c = '['
		}
		b = appendFault(append(b, c), &faults[i])
	}
	return append(b, ']')
}

func appendFault(b []byte, f *Fault) []byte {
	if f.In != "" {
		b = schema.AppendString(append(b, `{"in":`...), f.In)
		b = schema.AppendString(append(b, `,"parameter":`...), f.Name)
		if f.Pointer != "" {
			b = append(schema.AppendText(append(b, `,"pointer":"#`...), f.Pointer), '"')
		}
	} else {
		b = append(schema.AppendText(append(b, `{"pointer":"#`...), f.Pointer), '"')
	}
	b = schema.AppendString(append(b, `,"code":`...), f.Code)
	b = schema.AppendString(append(b, `,"detail":`...), f.Detail)
	return append(b, '}')
}

// MarshalJSON writes the problem as it is sent.
func (p *Problem) MarshalJSON() ([]byte, error) { return p.append(nil), nil }

// UnmarshalJSON reads a problem as a client gets it.
func (p *Problem) UnmarshalJSON(b []byte) error {
	var v struct {
		Type, Title, Code, Detail, Instance string
		Status                              int
		Errors                              []struct{ In, Parameter, Pointer, Code, Detail string }
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*p = Problem{Type: v.Type, Title: v.Title, Status: v.Status, Code: v.Code, Detail: v.Detail, Instance: v.Instance, received: p.received}
	for _, f := range v.Errors {
		p.Errors = append(p.Errors, Fault{In: f.In, Name: f.Parameter, Pointer: strings.TrimPrefix(f.Pointer, "#"), Code: f.Code, Detail: f.Detail})
	}
	return nil
}
