package api

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
)

// direct is the writer of an answer that is not encoded before it is sent: a file, events, what a Raw writes. What
// plugins keep is saved before its first byte.
type direct struct {
	http.ResponseWriter
	c   *Call
	err error // of saving it: nothing is written then
}

func (d *direct) WriteHeader(status int) {
	if d.err != nil || d.c.s.written {
		return
	}
	if status < 200 {
		d.ResponseWriter.WriteHeader(status)
		return
	}
	d.c.s.asked = true
	if d.err = d.c.beforeWrite(); d.err != nil {
		return
	}
	d.c.s.written, d.c.s.status = true, status
	d.ResponseWriter.WriteHeader(status)
}

func (d *direct) Write(b []byte) (int, error) {
	if !d.c.s.written {
		d.WriteHeader(http.StatusOK)
	}
	if d.err != nil {
		return 0, d.err
	}
	return d.ResponseWriter.Write(b)
}

// Flush is for handlers that look for an http.Flusher.
func (d *direct) Flush() {
	if !d.c.s.written {
		d.WriteHeader(http.StatusOK)
	}
	if d.err == nil {
		_ = http.NewResponseController(d.ResponseWriter).Flush()
	}
}

// Hijack is for handlers that take the connection over.
func (d *direct) Hijack() (net.Conn, *bufio.ReadWriter, error) { return d.c.hijack(d.ResponseWriter) }

// Unwrap is for http.ResponseController.
func (d *direct) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// write lets f write the answer. One that writes nothing answers with the endpoint's status and no body.
func (c *Call) write(f func(w http.ResponseWriter) error) error {
	d := &direct{ResponseWriter: c.w, c: c}
	err := f(d)
	if d.err != nil {
		return d.err
	}
	if err == nil && !c.s.written {
		d.WriteHeader(c.ep.Status)
		err = d.err
	}
	return err
}

// broken ends an answer that failed on its way: cutting the connection is all that can tell the client.
func (c *Call) broken(err error) {
	c.report(problemOf(err), fmt.Errorf("the answer broke off: %w", err))
	panic(http.ErrAbortHandler)
}
