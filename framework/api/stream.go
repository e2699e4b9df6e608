package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"
	"unsafe"
)

// A Stream answers a GET with server-sent events, as they come. The handler's error answers the request as any
// endpoint's; one that the sequence yields is the last event, of the type "error" with a problem as its data.
//
// An event whose type has a method EventID() string carries that id, and one with EventName() string that name. A
// client that comes back says the last id it has seen in the header Last-Event-ID: take it in as an input.
type Stream[In, E any] func(context.Context, *In) (iter.Seq2[*E, error], error)

// heartbeat is how often a comment is sent while nothing happens, so that neither side takes the other for gone.
const heartbeat = 15 * time.Second

type (
	eventIdentifier interface{ EventID() string }
	eventNamer      interface{ EventName() string }
)

func (f Stream[In, E]) bind(e *Endpoint) bool {
	e.Out = reflect.TypeFor[E]()
	e.Streams = true
	wired := bindInput[In](e, http.MethodGet, unsafe.Pointer(&f), f == nil)
	if !wired {
		return false
	}
	e.events = func(ctx context.Context, in unsafe.Pointer) (events, error) {
		seq, err := f(ctx, (*In)(in))
		if err != nil || seq == nil {
			return nil, err
		}
		return func(yield func(any, unsafe.Pointer, error) bool) {
			for ev, err := range seq {
				if !yield(ev, unsafe.Pointer(ev), err) {
					return
				}
			}
		}, nil
	}
	return true
}

// events is a sequence of events: each as a value with methods and as memory.
type events func(yield func(v any, p unsafe.Pointer, err error) bool)

// stream runs the handler of a Stream and sends what comes.
func (e *Endpoint) stream(ctx context.Context, c *Call, in unsafe.Pointer) error {
	seq, err := e.events(ctx, in)
	if err != nil {
		return err
	}
	if seq == nil {
		return errNoEvents
	}
	return c.write(func(w http.ResponseWriter) error {
		h := w.Header()
		h.Set("Content-Type", "text/event-stream")
		h.Set("Cache-Control", "no-store")
		h.Set("X-Accel-Buffering", "no") // nginx would hold events back
		_ = http.NewResponseController(w).SetWriteDeadline(time.Time{})
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
		s := &eventWriter{w: w, out: e.out, strict: e.mux.strict()}
		s.send([]byte(": open\n\n"))
		stop := s.beat(ctx)
		defer stop()
		seq(func(v any, p unsafe.Pointer, err error) bool {
			if err != nil {
				s.send(appendEvent(nil, "", "error", c.problem(err).append(nil)))
				return false
			}
			if p == nil {
				return true
			}
			if err := s.event(v, p); err != nil {
				s.send(appendEvent(nil, "", "error", c.problem(fmt.Errorf("%s: event: %w", e.Name, err)).append(nil)))
				return false
			}
			return s.err == nil
		})
		if ctx.Err() != nil {
			return nil // the client is gone
		}
		return s.err
	})
}

var errNoEvents = errors.New("the handler returned neither events nor an error")

// eventWriter is used by the events and by the heartbeat in turn.
type eventWriter struct {
	mu     sync.Mutex
	w      http.ResponseWriter
	out    *output
	strict bool
	err    error
}

// beat sends comments until stop is called.
func (s *eventWriter) beat(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(heartbeat)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				s.send([]byte(": beat\n\n"))
			}
		}
	}()
	return func() { cancel(); <-done }
}

// event sends an event; the error is that of one that cannot be sent.
func (s *eventWriter) event(v any, p unsafe.Pointer) error {
	data, err := s.out.value.Append(nil, p)
	if err == nil && s.strict {
		err = s.out.judge(data)
	}
	if err != nil {
		return err
	}
	var id, name string
	if e, ok := v.(eventIdentifier); ok {
		id = e.EventID()
	}
	if e, ok := v.(eventNamer); ok {
		name = e.EventName()
	}
	if name == "error" {
		return errors.New("the name error is that of a problem: return the error instead")
	}
	s.send(appendEvent(nil, id, name, data))
	return nil
}

func (s *eventWriter) send(b []byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		if _, s.err = s.w.Write(b); s.err == nil {
			s.err = http.NewResponseController(s.w).Flush()
		}
	}
	return s.err == nil
}

// oneLine keeps an id or a name from ending its line.
var oneLine = strings.NewReplacer("\r", "", "\n", "", "\x00", "")

// appendEvent writes an event. JSON has no line breaks of its own.
func appendEvent(b []byte, id, name string, data []byte) []byte {
	if id != "" {
		b = append(append(append(b, "id: "...), oneLine.Replace(id)...), '\n')
	}
	if name != "" {
		b = append(append(append(b, "event: "...), oneLine.Replace(name)...), '\n')
	}
	b = append(b, "data: "...)
	b = append(b, bytes.ReplaceAll(data, []byte{'\n'}, nil)...)
	return append(b, '\n', '\n')
}
