package api

import (
	"mime"
	"net/http"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// readWhole takes a body that is a file into its field of the input at in.
func (q *fileField) readWhole(c *Call, in unsafe.Pointer) error {
	if c.s.req.ContentLength > q.size {
		return tooLarge(q.size)
	}
	_, params, _ := mime.ParseMediaType(c.s.req.Header.Get("Content-Disposition"))
	file, err := c.receiveFile(c.s.req.Body, params["filename"], c.s.req.Header.Get("Content-Type"), q.size)
	switch {
	case err == errFileTooLarge:
		return tooLarge(q.size)
	case err != nil:
		return bodyError(err, q.size)
	case file.Size == 0 && q.required:
		text, _ := schema.English.Text("required")
		c.s.reader.Report(Fault{Code: "required", Detail: text})
		return nil
	case file.Size == 0:
		return nil
	case !accepts(q.accept, file.Type):
		return Errorf(http.StatusUnsupportedMediaType, "media_type", "send a file of the type %s: this is %s", strings.Join(q.accept, " or "), file.Type)
	}
	q.set(&c.s.reader, unsafe.Add(in, q.offset), []File{file})
	return nil
}

// sentType is the media type that a client sends a text as.
func sentType(accept []string) string {
	if len(accept) == 0 || strings.Contains(accept[0], "*") {
		return "text/plain; charset=utf-8"
	}
	return accept[0]
}
