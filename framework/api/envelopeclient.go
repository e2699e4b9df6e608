package api

import (
	"encoding/json"
	"reflect"
	"strconv"
)

var envelopeType = reflect.TypeFor[Envelope]()

// envelopesOf says of which fields the envelopes of an API take the answers.
func envelopesOf(t reflect.Type) (on []filter) {
	for i := range t.NumField() {
		f := t.Field(i)
		if (f.Type == envelopeType || f.Type == reflect.PointerTo(envelopeType)) && f.Tag.Get("api") != "-" {
			on = append(on, parseFilter(f.Tag.Get("on")))
		}
	}
	return on
}

// unseal takes an answer out. What is in no envelope, or in one whose keys are not known, is left as it is.
func (v Envelope) unseal(b []byte) []byte {
	var m map[string]json.RawMessage
	if v.ResultKey == "" || json.Unmarshal(b, &m) != nil {
		return b
	}
	result, ok := m[v.ResultKey]
	if !ok {
		return b
	}
	return result
}

// unsealed lets a problem say what an envelope says of it.
func (v Envelope) unsealed(p *Problem, b []byte) *Problem {
	var m map[string]json.RawMessage
	if v == (Envelope{}) || json.Unmarshal(b, &m) != nil {
		return p
	}
	var state any
	if json.Unmarshal(m[v.StateKey], &state) == nil {
		switch s := state.(type) {
		case string:
			p.Code = s
		case float64:
			p.Code = strconv.FormatFloat(s, 'f', -1, 64)
		}
	}
	_ = json.Unmarshal(m[v.MessageKey], &p.Detail)
	if v.ErrorsKey != "" {
		var inner Problem
		if wrapped, err := json.Marshal(map[string]json.RawMessage{"errors": m[v.ErrorsKey]}); err == nil && inner.UnmarshalJSON(wrapped) == nil {
			p.Errors = inner.Errors
		}
	}
	return p
}

// sealsAnswer tells an answer from a problem, by the state that the envelope gives it.
func (v Envelope) sealsAnswer(b []byte) bool {
	var m map[string]json.RawMessage
	return v.StateKey != "" && json.Unmarshal(b, &m) == nil && string(m[v.StateKey]) == `"ok"`
}
