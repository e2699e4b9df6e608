package runtime

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// StreamOptions say how events are read. A nil *StreamOptions is the zero value.
type StreamOptions struct {
	LastEventID string        // events after this one; "" for what comes from now on
	Reconnect   int           // how often in a row a stream that breaks off is opened again; below 0 for ever
	Wait        time.Duration // before it is; 0 is a second. The service may say another time
	OnEvent     func(Event)   // is told of each event before it is read
}

// An Event is one as it came.
type Event struct {
	ID, Name string
	Data     []byte
}

// maxEvent is how many bytes a line of an event may have.
const maxEvent = 16 << 20

// events sends the request and reads what comes. An error ends the sequence, as does the service.
func events[T any](ctx context.Context, r *call, o *StreamOptions, failures []outcome) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		s := &eventStream{call: r}
		if o != nil {
			s.StreamOptions = *o
		}
		if s.Wait == 0 {
			s.Wait = time.Second
		}
		s.left = s.Reconnect
		for {
			err, again := s.open(ctx, failures, func(e Event) (bool, error) {
				v, err := readEvent[T](e)
				return err == nil && yield(v, nil), err
			})
			if err == nil && !again {
				return
			}
			if !again || !s.pause(ctx) {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					yield(nil, err)
				}
				return
			}
		}
	}
}

type eventStream struct {
	StreamOptions
	call *call
	left int
}

// pause waits before the stream is opened again; false if it is not.
func (s *eventStream) pause(ctx context.Context) bool {
	if s.left == 0 || s.call.once || ctx.Err() != nil {
		return false
	}
	if s.left > 0 {
		s.left--
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(s.Wait):
		return true
	}
}

// open reads the events of one connection. It tells whether opening it again can help.
func (s *eventStream) open(ctx context.Context, failures []outcome, got func(Event) (bool, error)) (err error, again bool) {
	if s.LastEventID != "" {
		s.call.header.Set("Last-Event-ID", s.LastEventID)
	}
	res, err := s.call.send(ctx)
	if err != nil {
		return err, s.call.failure == nil
	}
	defer res.Body.Close()
	if res.StatusCode >= 300 {
		return s.call.refused(res, failures), res.StatusCode >= 500
	}
	if res.StatusCode == http.StatusNoContent {
		return nil, false // there will be no more
	}
	for e, err := range s.read(res.Body) {
		if err != nil {
			return s.call.named(err), true
		}
		s.left = s.Reconnect
		if s.OnEvent != nil {
			s.OnEvent(e)
		}
		if more, err := got(e); err != nil || !more {
			return s.call.named(err), false
		}
	}
	return ctx.Err(), false // the service has ended it
}

// read goes through the events of an answer.
func (s *eventStream) read(body io.Reader) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		lines := bufio.NewScanner(body)
		lines.Buffer(make([]byte, 0, 4096), maxEvent)
		name, data := "", []string(nil)
		for lines.Scan() {
			line := strings.TrimSuffix(lines.Text(), "\r")
			field, value, _ := strings.Cut(line, ":")
			value = strings.TrimPrefix(value, " ")
			switch field {
			case "event":
				name = value
			case "data":
				data = append(data, value)
			case "id":
				if !strings.Contains(value, "\x00") {
					s.LastEventID = value
				}
			case "retry":
				if ms, err := strconv.ParseUint(value, 10, 31); err == nil {
					s.Wait = time.Duration(ms) * time.Millisecond
				}
			}
			if line != "" {
				continue
			}
			if data != nil && !yield(Event{s.LastEventID, name, []byte(strings.Join(data, "\n"))}, nil) {
				return
			}
			name, data = "", nil
		}
		if err := lines.Err(); err != nil {
			yield(Event{}, err)
		}
	}
}

// readEvent reads the data of an event: JSON, or text where the service sends text. One called error is a problem.
func readEvent[T any](e Event) (*T, error) {
	if e.Name == "error" {
		p := &Problem{Body: e.Data}
		if json.Unmarshal(e.Data, p) != nil {
			p.Detail = string(e.Data)
		}
		return nil, p
	}
	v := new(T)
	switch to := any(v).(type) {
	case *string:
		*to = string(e.Data)
		return v, nil
	case *any:
		if json.Unmarshal(e.Data, to) != nil {
			*to = string(e.Data)
		}
		return v, nil
	}
	if err := json.Unmarshal(e.Data, v); err != nil {
		return nil, errors.Join(errors.New("an event cannot be read"), err)
	}
	return v, nil
}
