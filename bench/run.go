package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"runtime"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/utilmeta/utilmeta-go/bench/peers"
	"github.com/utilmeta/utilmeta-go/bench/work"
)

// answer is what a peer sent.
type answer struct {
	status int
	body   []byte
}

// server returns a function that has the peer answer the request once, and the last answer. The request and the
// writer are the same each time, so that what is counted is the peer's.
func server(p peers.Peer, q work.Request) (once func(), last *answer) {
	if p.Fast != nil {
		return fastServer(p.Fast, q)
	}
	last = &answer{}
	base := httptest.NewRequest(q.Method, q.URL, http.NoBody)
	for k, v := range work.Header {
		base.Header.Set(k, v)
	}
	if q.Body != nil {
		base.Header.Set("Content-Type", "application/json")
	}
	w := &writer{header: http.Header{}, last: last}
	body := &closer{}
	r := *base
	return func() {
		r.Form, r.PostForm = nil, nil // what peers set; to copy all of base would cost more than a small answer
		if q.Body != nil {
			body.Reset(q.Body)
			r.Body, r.ContentLength = body, int64(len(q.Body))
		}
		clear(w.header)
		last.status, last.body = http.StatusOK, last.body[:0]
		p.Handler.ServeHTTP(w, &r)
	}, last
}

func fastServer(h fasthttp.RequestHandler, q work.Request) (once func(), last *answer) {
	last = &answer{}
	var c fasthttp.RequestCtx
	return func() {
		c.Request.Reset()
		c.Response.Reset()
		c.Request.Header.SetMethod(q.Method)
		c.Request.SetRequestURI(q.URL)
		for k, v := range work.Header {
			c.Request.Header.Set(k, v)
		}
		if q.Body != nil {
			c.Request.Header.SetContentType("application/json")
			c.Request.SetBodyRaw(q.Body)
		}
		h(&c)
		last.status, last.body = c.Response.StatusCode(), append(last.body[:0], c.Response.Body()...)
	}, last
}

type closer struct{ bytes.Reader }

func (*closer) Close() error { return nil }

// writer keeps the last answer in memory that it has already.
type writer struct {
	header http.Header
	last   *answer
}

func (w *writer) Header() http.Header    { return w.header }
func (w *writer) WriteHeader(status int) { w.last.status = status }

func (w *writer) Write(p []byte) (int, error) {
	w.last.body = append(w.last.body, p...)
	return len(p), nil
}

// cost is what one request takes.
type cost struct{ nanos, allocs, bytes float64 }

// measure has once run for about d.
func measure(once func(), d time.Duration) cost {
	for range 100 {
		once()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	n, start := 0, time.Now()
	for time.Since(start) < d {
		for range 32 {
			once()
		}
		n += 32
	}
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	per := func(x uint64) float64 { return float64(x) / float64(n) }
	return cost{per(uint64(took)), per(after.Mallocs - before.Mallocs), per(after.TotalAlloc - before.TotalAlloc)}
}
