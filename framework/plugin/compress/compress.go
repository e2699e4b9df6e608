// Package compress sends answers compressed to clients that can take it.
//
//	h := compress.Answers{}.Handler(service.Handler())
package compress

import (
	"compress/gzip"
	"net/http"
	"strings"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework/internal/accept"
	"github.com/utilmeta/utilmeta-go/framework/internal/vary"
)

// Answers compresses answers with gzip. What is small, of a media type that is compressed by itself, encoded already, a
// range, a stream of events or marked no-transform goes out as it is.
//
// Over TLS the length of a compressed answer can give away a secret in it to somebody who puts guesses into the same
// answer and sees the traffic. Leave pages out that repeat what they were sent beside a secret.
type Answers struct {
	MinSize int // bytes; 1024 if 0
	Level   int // 1 is fast, 9 is small; 5 if 0 or none of them
}

const (
	defaultMinSize = 1024
	defaultLevel   = 5
)

// Handler compresses what h answers.
func (a Answers) Handler(h http.Handler) http.Handler {
	size, level := a.MinSize, a.Level
	if size <= 0 {
		size = defaultMinSize
	}
	if level < gzip.BestSpeed || level > gzip.BestCompression {
		level = defaultLevel
	}
	pool := &sync.Pool{New: func() any {
		z, _ := gzip.NewWriterLevel(nil, level) // the level is one
		return z
	}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		cw := &writer{ResponseWriter: w, pool: pool, min: size, head: r.Method == http.MethodHead, accepted: accept.Coding(r.Header["Accept-Encoding"], "gzip")}
		h.ServeHTTP(cw, r)
		cw.close() // not after a panic, which cuts the answer
	})
}

// compressible tells media types that get smaller.
func compressible(mediaType string) bool {
	mediaType, _, _ = strings.Cut(mediaType, ";")
	mediaType = strings.ToLower(strings.TrimSpace(mediaType))
	switch {
	case mediaType == "text/event-stream":
		return false
	case strings.HasPrefix(mediaType, "text/"), strings.HasSuffix(mediaType, "+json"), strings.HasSuffix(mediaType, "+xml"):
		return true
	}
	switch mediaType {
	case "application/json", "application/javascript", "application/xml", "application/yaml", "application/x-ndjson",
		"application/wasm", "image/bmp", "font/ttf", "font/otf":
		return true
	}
	return false
}

// suits tells an answer that may be compressed, by its status and header.
func suits(status int, h http.Header) bool {
	switch {
	case status < 200, status == http.StatusNoContent, status == http.StatusResetContent, status == http.StatusPartialContent, status == http.StatusNotModified:
		return false
	case len(h["Content-Encoding"]) > 0, len(h["Content-Range"]) > 0:
		return false
	}
	for _, v := range h["Cache-Control"] {
		if strings.Contains(strings.ToLower(v), "no-transform") {
			return false
		}
	}
	return compressible(h.Get("Content-Type"))
}

// mark changes the header to that of a compressed answer.
func mark(h http.Header) {
	h.Set("Content-Encoding", "gzip")
	h.Del("Content-Length")
	h.Del("Accept-Ranges")
	if tag := h.Get("Etag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		h.Set("Etag", "W/"+tag) // other bytes
	}
}

func varies(h http.Header) { vary.Add(h, "Accept-Encoding") }
