package api

import (
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
)

// inflate makes the body what it was before the client compressed it, if the Mux takes that. Its size counts as it is
// then, and the compressed one too: a stream without end could be nothing when it is unpacked.
func (c *Call) inflate(most int64) error {
	codings := c.s.req.Header["Content-Encoding"]
	if len(codings) == 0 || strings.EqualFold(codings[0], "identity") && len(codings) == 1 {
		return nil
	}
	packed := http.MaxBytesReader(c.w, c.s.req.Body, most)
	var plain io.ReadCloser
	var err error
	switch coding := strings.ToLower(strings.Join(codings, ", ")); {
	case !c.ep.mux.inflates():
		return Errorf(http.StatusUnsupportedMediaType, "content_encoding", "send the body as it is, not encoded as %q", coding)
	case coding == "gzip" || coding == "x-gzip":
		plain, err = gzip.NewReader(packed)
	case coding == "deflate":
		plain, err = zlib.NewReader(packed)
	default:
		return Errorf(http.StatusUnsupportedMediaType, "content_encoding", "send the body as it is or as gzip, not as %q", coding).With("Accept-Encoding", "gzip, deflate")
	}
	if err != nil {
		return inflateError(err)
	}
	c.s.req.Body = inflated{plain, packed}
	c.s.req.ContentLength = -1
	delete(c.s.req.Header, "Content-Encoding")
	return nil
}

// inflated is a body that is unpacked as it is read.
type inflated struct {
	io.ReadCloser
	packed io.Closer
}

func (r inflated) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = inflateError(err)
	}
	return n, err
}

func (r inflated) Close() error {
	_ = r.ReadCloser.Close() // says what Read has said
	return r.packed.Close()
}

// inflateError tells a body that is not what its encoding says.
func inflateError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case err == gzip.ErrHeader, err == gzip.ErrChecksum, err == zlib.ErrHeader, err == zlib.ErrChecksum, err == zlib.ErrDictionary, errors.As(err, &corrupt):
		return BadRequest("content_encoding", "the body is not encoded as its header says").Cause(err)
	}
	return err
}
