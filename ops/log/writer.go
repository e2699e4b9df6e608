package log

import (
	"bufio"
	"io"
	"net"
	"net/http"
)

// Unwrap is for http.ResponseController.
func (rec *Recorder) Unwrap() http.ResponseWriter { return rec.w }

// Flush is for handlers that look for an http.Flusher.
func (rec *Recorder) Flush() {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	_ = http.NewResponseController(rec.w).Flush()
}

// Hijack is for handlers that take the connection over: the record ends with the handler, as one that was switched.
func (rec *Recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(rec.w).Hijack()
	if err == nil {
		rec.hijacked = true
	}
	return conn, rw, err
}

// ReadFrom lets the kernel copy files, where nothing of the answer is kept.
func (rec *Recorder) ReadFrom(src io.Reader) (int64, error) {
	if rec.status == 0 {
		rec.WriteHeader(http.StatusOK)
	}
	to, ok := rec.w.(io.ReaderFrom)
	if !ok || rec.level() >= rec.log.options.StoreResultLevel {
		return io.Copy(onlyWriter{rec}, src)
	}
	n, err := to.ReadFrom(src)
	if rec.r.Method != http.MethodHead {
		rec.length += n
	}
	return n, err
}

// onlyWriter hides the other methods of a writer from io.Copy.
type onlyWriter struct{ io.Writer }

// requestBody keeps what the handler reads of the request.
type requestBody struct {
	io.ReadCloser
	rec  *Recorder
	size int64
	kept *buffer
}

func (b *requestBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.keep(p[:n])
	}
	return n, err
}

func (b *requestBody) keep(p []byte) {
	rec := b.rec
	rec.mu.Lock()
	defer rec.mu.Unlock()
	b.size += int64(len(p))
	if rec.over || rec.own {
		return
	}
	if b.kept == nil {
		b.kept = takeBuffer()
	}
	b.kept.write(p, rec.log.options.MaxBody)
}
