package log

import (
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// Transport makes the requests of a client part of the log, under the request that is being served if they have its
// context. Nil is http.DefaultTransport.
func (l *Log) Transport(base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{log: l, base: base}
}

type transport struct {
	log  *Log
	base http.RoundTripper
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.log.spill.Load() == nil {
		return t.base.RoundTrip(r)
	}
	x := &exchange{log: t.log, r: r, begun: time.Now()}
	sent := r
	if r.Body != nil && r.Body != http.NoBody {
		own := *r
		own.Body = &teeBody{ReadCloser: r.Body, x: x, kept: &x.data}
		sent = &own
	}
	res, err := t.base.RoundTrip(sent)
	if err != nil {
		x.end(nil, err)
		return nil, err
	}
	res.Body = &teeBody{ReadCloser: res.Body, x: x, kept: &x.result, res: res}
	return res, nil
}

// An exchange is an outgoing request with its answer, whose bodies are kept as they pass.
type exchange struct {
	log   *Log
	r     *http.Request
	begun time.Time

	mu           sync.Mutex
	over         bool
	data, result kept
}

// kept is the beginning of a body, and the size of all of it.
type kept struct {
	buffer
	size int64
}

// teeBody keeps what is read of a body. The exchange ends with that of the answer.
type teeBody struct {
	io.ReadCloser
	x    *exchange
	kept *kept
	res  *http.Response // nil for the body of the request
}

func (b *teeBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.x.mu.Lock()
	if b.kept.size += int64(n); !b.x.over {
		b.kept.write(p[:n], b.x.log.options.MaxBody)
	}
	b.x.mu.Unlock()
	if err != nil && b.res != nil {
		if errors.Is(err, io.EOF) {
			b.x.end(b.res, nil)
		} else {
			b.x.end(b.res, err)
		}
	}
	return n, err
}

// Close ends the exchange where the answer was not read to its end.
func (b *teeBody) Close() error {
	if b.res != nil {
		b.x.end(b.res, nil)
	}
	return b.ReadCloser.Close()
}
