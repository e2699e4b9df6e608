package framework

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// Transport sends requests to the service inside the process, without a listener. With it the typed client of an
// API works in tests:
//
//	c, err := api.Connect[RootAPI](service.URL(), &api.ClientOptions{
//		HTTP: &http.Client{Transport: service.Transport()},
//	})
func (s *Service) Transport() http.RoundTripper {
	handler := sync.OnceValues(func() (http.Handler, error) { return s.Handler(), s.Check() })
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		h, err := handler()
		if err != nil {
			return nil, err
		}
		return inside(h, r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// inside serves a client's request as if it had come over a connection from this machine.
func inside(h http.Handler, r *http.Request) (res *http.Response, err error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.URL.Scheme, in.URL.Host = "", ""
	in.RemoteAddr = "127.0.0.1:0"
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer in.Body.Close()
	defer func() {
		if v := recover(); v != nil {
			if v != http.ErrAbortHandler {
				panic(v)
			}
			err = io.ErrUnexpectedEOF // what a cut connection looks like
		}
	}()
	w := &recorder{header: http.Header{}}
	h.ServeHTTP(w, in)
	w.WriteHeader(http.StatusOK)
	return w.response(r), nil
}

// recorder keeps an answer. Like a real one it takes the header as it is when the first byte is written.
type recorder struct {
	header http.Header
	sent   http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status))
	}
	if w.status == 0 && status >= 200 {
		w.status, w.sent = status, w.header.Clone()
	}
}

func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

// Flush is for handlers that stream; the answer is whole when they are done.
func (w *recorder) Flush() { w.WriteHeader(http.StatusOK) }

func (w *recorder) response(r *http.Request) *http.Response {
	if w.sent.Get("Content-Length") == "" && w.status != http.StatusNoContent && w.status != http.StatusNotModified {
		w.sent.Set("Content-Length", strconv.Itoa(w.body.Len()))
	}
	if r.Method == http.MethodHead {
		w.body.Reset()
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", w.status, http.StatusText(w.status)), StatusCode: w.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()), Request: r,
	}
}
