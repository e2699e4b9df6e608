package log

import (
	"encoding/json"
	"strings"
	"time"
)

// An event is something that was logged while the request was served, or a statement that stands out.
type event struct {
	Name string          `json:"name"`
	Init int64           `json:"init"` // ms since the request began
	Type string          `json:"type"`
	Msg  *int            `json:"msg"` // which of the messages
	Data json.RawMessage `json:"data"`
}

// A trace is the events of a request and the texts that they refer to.
type trace struct {
	events   []event
	messages []string
	size     int
	left     int // events for which there was no place
}

// Limits of what one request may log into its record.
const (
	maxEvents    = 100
	maxTraceSize = 64 << 10
)

// add adds an event with a message and, unless it is nil, a JSON object.
func (t *trace) add(level Level, since time.Duration, message string, data json.RawMessage) {
	if len(t.events) >= maxEvents || t.size+len(message)+len(data) > maxTraceSize {
		t.left++
		return
	}
	t.size += len(message) + len(data)
	n := len(t.messages)
	t.messages = append(t.messages, strings.Clone(message))
	name := level.String()
	t.events = append(t.events, event{Name: name, Init: since.Milliseconds(), Type: "log." + strings.ToLower(name), Msg: &n, Data: data})
}
