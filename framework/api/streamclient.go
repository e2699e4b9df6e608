package api

import (
	"bufio"
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// streamConnector is what a pointer to a Stream is.
type streamConnector interface {
	connectStream(open func(ctx context.Context, in any) (*eventSource, error))
}

// connectStream makes a Stream that reads the events of a server. The sequence can be gone through once.
func (f *Stream[In, E]) connectStream(open func(context.Context, any) (*eventSource, error)) {
	*f = func(ctx context.Context, in *In) (iter.Seq2[*E, error], error) {
		s, err := open(ctx, in)
		if err != nil {
			return nil, err
		}
		return func(yield func(*E, error) bool) {
			defer func() { s.close() }()
			for name, data := range s.events(ctx) {
				ev := new(E)
				err := s.readEvent(name, data, ev)
				if err != nil {
					ev = nil
				}
				if !yield(ev, err) || err != nil {
					return
				}
			}
			if s.err != nil {
				yield(nil, s.err)
			}
		}, nil
	}
}

// readEvent reads the data of an event into the one at ev, a pointer. One that is called error is a problem.
func (s *eventSource) readEvent(name string, data []byte, ev any) error {
	if name == "error" {
		p := &Problem{received: s.res.Header}
		_ = json.Unmarshal(data, p)
		return p
	}
	return s.out.receiveJSON(data, ev)
}

// eventSource is where a client's events come from: one connection after the other.
type eventSource struct {
	res     *http.Response
	out     *output
	again   func(last string) (*http.Response, error)
	options *ClientOptions
	left    int           // how often it may still be opened again
	last    string        // id of the last event
	wait    time.Duration // that the server asks for; 0 for that of the options
	err     error         // why there are no more events
}

func (s *eventSource) close() {
	if s.res != nil {
		_ = s.res.Body.Close()
	}
}

// events goes through the events: their names and data. It ends when the server has ended them.
func (s *eventSource) events(ctx context.Context) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for {
			more, err := s.read(yield)
			if !more {
				return
			}
			if s.err = err; err == nil {
				s.err = ctx.Err()
				return
			}
			if !s.reopen(ctx) {
				return
			}
		}
	}
}

// reopen connects again, after what the server was asked for.
func (s *eventSource) reopen(ctx context.Context) bool {
	s.close()
	for s.left != 0 && ctx.Err() == nil {
		s.left--
		wait := s.wait
		if wait == 0 {
			wait = s.options.Wait
		}
		if wait == 0 {
			wait = time.Second
		}
		select {
		case <-ctx.Done():
			s.err = ctx.Err()
			return false
		case <-time.After(wait):
		}
		res, err := s.again(s.last)
		if err == nil {
			s.res = res
			return true
		}
		if s.err = err; !passing(err) {
			return false
		}
	}
	if err := ctx.Err(); err != nil {
		s.err = err
	}
	return false
}

// maxEventLine is how many bytes a line of an event may have.
const maxEventLine = 16 << 20

// read goes through the events of one answer. An error says that it has broken off; more is false when nobody listens.
func (s *eventSource) read(yield func(string, []byte) bool) (more bool, err error) {
	lines := bufio.NewScanner(s.res.Body)
	lines.Buffer(make([]byte, 0, 4096), maxEventLine)
	name, data, id := "", []byte(nil), s.last
	for lines.Scan() {
		line := strings.TrimSuffix(lines.Text(), "\r")
		field, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && data != nil:
			s.left, s.last = s.options.Reconnect, id
			if !yield(name, data) {
				return false, nil
			}
			name, data = "", nil
		case line == "":
			name = ""
		case field == "event":
			name = value
		case field == "data" && data != nil:
			data = append(append(data, '\n'), value...)
		case field == "data":
			data = append([]byte{}, value...)
		case field == "id" && !strings.Contains(value, "\x00"):
			id = value // once the event is whole
		case field == "retry":
			if ms, err := strconv.ParseUint(value, 10, 31); err == nil {
				s.wait = time.Duration(ms) * time.Millisecond
			}
		}
	}
	return true, lines.Err()
}
