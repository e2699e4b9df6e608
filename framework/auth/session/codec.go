package session

import (
	"encoding/json"
	"time"
)

// document is what a session's data looks like in a store.
type document struct {
	Deadline time.Time `json:"deadline"`
	Values   Values    `json:"values"`
}

func decode(b []byte) (d document, err error) {
	err = json.Unmarshal(b, &d)
	return d, err
}

// Encode is the codec of scs. The values are json.RawMessages.
func (w *writing) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	w.values = make(Values, len(values))
	for k, v := range values {
		w.values[k] = v.(json.RawMessage)
	}
	return json.Marshal(document{deadline, w.values})
}

// Decode is the codec of scs.
func (w *writing) Decode(b []byte) (time.Time, map[string]any, error) {
	d, err := decode(b)
	values := make(map[string]any, len(d.Values))
	for k, v := range d.Values {
		values[k] = v
	}
	return d.Deadline, values, err
}
