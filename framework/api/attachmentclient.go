package api

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"os"
	"path/filepath"
)

// FileFrom makes a file to upload of one that is open: it is read while it is sent, and may be of any size. The caller
// closes it, after the call.
func FileFrom(f *os.File) (File, error) {
	info, err := f.Stat()
	if err != nil {
		return File{}, err
	}
	if !info.Mode().IsRegular() {
		return File{}, fmt.Errorf("api.FileFrom: %s is no file", f.Name())
	}
	begin := make([]byte, 512)
	n, err := f.ReadAt(begin, 0)
	if err != nil && err != io.EOF {
		return File{}, err
	}
	return File{Name: filepath.Base(f.Name()), Type: http.DetectContentType(begin[:n]), Size: info.Size(), disk: f}, nil
}

// receiveAttachment takes a file. A small one is kept in memory; a larger one goes to a temporary file that has no name,
// and is gone when Content, an io.Closer, is closed.
func receiveAttachment(res *http.Response, out *Attachment, limit int64) error {
	if limit == 0 {
		limit = math.MaxInt64 - 1
	}
	receiveHead(res, out)
	var buf bytes.Buffer
	n, err := io.CopyN(&buf, res.Body, min(inMemory, limit)+1)
	switch {
	case err == io.EOF:
		out.Content = nopCloser{bytes.NewReader(buf.Bytes())}
		return nil
	case err != nil:
		return err
	case n > limit:
		return fmt.Errorf("the file has more than %d bytes: raise ClientOptions.Limit", limit)
	}
	disk, err := newSpooled(io.MultiReader(&buf, io.LimitReader(res.Body, limit-n+1)), limit)
	if err == nil {
		out.Content = disk
	}
	return err
}

// receiveHead takes what is said about a file.
func receiveHead(res *http.Response, out *Attachment) {
	_, params, _ := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
	*out = Attachment{Name: cleanName(params["filename"]), Type: res.Header.Get("Content-Type")}
	out.Modified, _ = http.ParseTime(res.Header.Get("Last-Modified"))
}

// spooled is a temporary file that goes when it is closed.
type spooled struct{ *os.File }

func newSpooled(from io.Reader, limit int64) (*spooled, error) {
	f, err := os.CreateTemp("", "download-*")
	if err != nil {
		return nil, err
	}
	s := &spooled{f}
	_ = os.Remove(f.Name()) // fails where open files cannot be removed; then Close does it
	n, err := io.Copy(f, from)
	if err == nil && n > limit {
		err = fmt.Errorf("the file has more than %d bytes: raise ClientOptions.Limit", limit)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (s *spooled) Close() error {
	err := s.File.Close()
	_ = os.Remove(s.Name())
	return err
}
