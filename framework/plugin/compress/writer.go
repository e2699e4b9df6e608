package compress

import (
	"compress/gzip"
	"net/http"
	"strconv"
	"sync"
)

// writer holds back the begin of an answer until it is clear whether it will be compressed.
type writer struct {
	http.ResponseWriter
	pool     *sync.Pool
	min      int
	head     bool // a HEAD: the header is as of a GET, and nothing is written
	accepted bool

	status  int
	held    []byte
	decided bool
	gzip    *gzip.Writer // nil for an answer as it is
}

func (w *writer) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		w.ResponseWriter.WriteHeader(status)
		return
	}
	if w.status != 0 || w.decided {
		return
	}
	w.status = status
	h := w.Header()
	if len(h["Content-Type"]) == 0 && status >= 200 && !w.head {
		return // found out by the first bytes
	}
	if !suits(status, h) {
		w.decide(false)
	} else if n, err := strconv.Atoi(h.Get("Content-Length")); err == nil {
		w.decide(n >= w.min)
	} else if w.head {
		w.decide(false)
	}
}

func (w *writer) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.decided {
		if len(w.held)+len(b) < w.min {
			w.held = append(w.held, b...)
			return len(b), nil
		}
		w.sniff(b)
		w.decide(suits(w.status, w.Header()))
		if err := w.release(); err != nil {
			return 0, err
		}
	}
	if w.gzip != nil {
		return w.gzip.Write(b)
	}
	return w.ResponseWriter.Write(b)
}

// sniff finds the media type of an answer that has none, as net/http would: compressed it cannot.
func (w *writer) sniff(next []byte) {
	h := w.Header()
	if _, set := h["Content-Type"]; set {
		return
	}
	first := w.held
	if len(first) == 0 {
		first = next
	}
	if len(first) > 0 {
		h.Set("Content-Type", http.DetectContentType(first))
	}
}

// decide sends the header.
func (w *writer) decide(compress bool) {
	w.decided = true
	h := w.Header()
	if suits(w.status, h) {
		varies(h)
	}
	if compress = compress && w.accepted; compress {
		mark(h)
	}
	w.ResponseWriter.WriteHeader(w.status)
	if compress && !w.head {
		w.gzip = w.pool.Get().(*gzip.Writer)
		w.gzip.Reset(w.ResponseWriter)
	}
}

// release writes what was held back.
func (w *writer) release() (err error) {
	if len(w.held) > 0 {
		if w.gzip != nil {
			_, err = w.gzip.Write(w.held)
		} else {
			_, err = w.ResponseWriter.Write(w.held)
		}
		w.held = nil
	}
	return err
}

// FlushError sends what there is by now, for http.ResponseController: an answer that is flushed has no size to go by.
func (w *writer) FlushError() error {
	if w.status == 0 {
		w.WriteHeader(http.StatusOK)
	}
	if !w.decided {
		w.sniff(nil)
		w.decide(suits(w.status, w.Header()))
		if err := w.release(); err != nil {
			return err
		}
	}
	if w.gzip != nil {
		if err := w.gzip.Flush(); err != nil {
			return err
		}
	}
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// Flush is for handlers that look for an http.Flusher.
func (w *writer) Flush() { _ = w.FlushError() }

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// close ends the answer. What is small goes out as it is.
func (w *writer) close() {
	if w.status != 0 && !w.decided {
		w.sniff(nil)
		w.decide(false)
		_ = w.release() // a client that is gone is nobody to tell
	}
	if w.gzip != nil {
		_ = w.gzip.Close()
		w.gzip.Reset(nil)
		w.pool.Put(w.gzip)
		w.gzip = nil
	}
}
