package api

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// errEarly is told when a plugin has returned while next still runs, in a goroutine of the plugin's.
var errEarly = errors.New("a plugin returned before next had: what next uses belongs to the request")

// abandon leaves the memory of the call to a next that still runs, and cuts the connection: an answer could tear.
func (c *Call) abandon() {
	c.s.closed.Store(true)
	c.ep.mux.logger().Error("request aborted", "endpoint", c.ep.Name, "error", errEarly)
	panic(http.ErrAbortHandler)
}

// recovered makes an error of what recover returned; nil for one that only cuts the connection.
func recovered(v any) error {
	switch v {
	case http.ErrAbortHandler:
		return nil
	case nil:
		v = "runtime.Goexit was called"
	}
	return &panicError{v, debug.Stack()}
}

// panicError is a panic on its way to the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }
