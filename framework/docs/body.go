package docs

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/internal/accept"
)

// A body is served as it is, or compressed if there is such a form and the client takes it.
type body struct {
	contentType string
	etag        string // of the plain form, without quotes
	plain       []byte
	brotli      []byte
	gzip        []byte
}

func newBody(contentType string, plain []byte) *body {
	sum := sha256.Sum256(plain)
	return &body{contentType: contentType, plain: plain, etag: hex.EncodeToString(sum[:12])}
}

// write answers with the body, or with 304 if the client has it. Each form has an ETag of its own.
func (b *body) write(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	content, tag := b.plain, b.etag
	if b.brotli != nil || b.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
		switch {
		case b.brotli != nil && accept.Coding(r.Header["Accept-Encoding"], "br"):
			content, tag = b.brotli, tag+"-br"
			h.Set("Content-Encoding", "br")
		case b.gzip != nil && accept.Coding(r.Header["Accept-Encoding"], "gzip"):
			content, tag = b.gzip, tag+"-gz"
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("Etag", `"`+tag+`"`)
	if matches(r.Header["If-None-Match"], tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", b.contentType)
	h.Set("Content-Length", strconv.Itoa(len(content)))
	if r.Method != http.MethodHead {
		_, _ = w.Write(content)
	}
}

// matches reads the header If-None-Match, which compares weakly.
func matches(lines []string, tag string) bool {
	for _, line := range lines {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
			if one == "*" || one == `"`+tag+`"` {
				return true
			}
		}
	}
	return false
}
