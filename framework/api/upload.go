package api

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"path"
	"strings"
)

// A File is a field of an input that takes an uploaded file: tag it form:"name", or body:"file" for a body that is one.
// The tag maxSize bounds it ("5MB", 10 MB if not said), accept says which media types it may have
// ("image/*,application/pdf"). A *File may be absent; a []File takes several of a form.
//
// It is there until the request is answered: what is to stay has to be copied.
type File struct {
	Name string // as the client calls it, without folders; may be anything else
	Type string // media type, by the first bytes; as the client says only where these leave it open
	Size int64

	memory []byte   // of a small file
	disk   *os.File // of a larger one
}

// Open reads the file from its start.
func (f *File) Open() (io.ReadSeekCloser, error) {
	switch {
	case f.disk != nil:
		return nopCloser{io.NewSectionReader(f.disk, 0, f.Size)}, nil
	case f.memory != nil || f.Size == 0:
		return nopCloser{bytes.NewReader(f.memory)}, nil
	}
	return nil, errors.New("api.File: the file was not uploaded")
}

// NewFile makes a file to upload, for a client or a test.
func NewFile(name string, content []byte) File {
	return File{Name: name, Type: http.DetectContentType(content), Size: int64(len(content)), memory: content}
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// inMemory is how much of a file is kept in memory before it goes to a temporary file.
const inMemory = 64 << 10

var errFileTooLarge = errors.New("too large")

// receiveFile reads what has the name and the media type, as the client says, into a File; most bounds it.
func (c *Call) receiveFile(from io.Reader, name, declared string, most int64) (f File, err error) {
	f.Name = cleanName(name)
	var buf bytes.Buffer
	f.Size, err = io.CopyN(&buf, from, min(inMemory, most)+1)
	f.memory = buf.Bytes()
	f.Type = sniff(f.memory, declared)
	switch {
	case err == io.EOF:
		return f, nil
	case err != nil:
		return f, err
	case f.Size > most:
		return f, errFileTooLarge
	}
	return f, c.spool(&f, from, most)
}

// spool puts a file on the disk, where it has no name: it goes with the request, however that ends.
func (c *Call) spool(f *File, rest io.Reader, most int64) error {
	disk, err := os.CreateTemp("", "upload-*")
	if err != nil {
		return fmt.Errorf("upload: %w", err)
	}
	_ = os.Remove(disk.Name()) // fails where open files cannot be removed; then it goes below
	c.s.after = append(c.s.after, func() { disk.Close(); _ = os.Remove(disk.Name()) })
	n, err := io.Copy(disk, io.MultiReader(bytes.NewReader(f.memory), io.LimitReader(rest, most-f.Size+1)))
	f.Size, f.memory, f.disk = n, nil, disk
	if err == nil && n > most {
		err = errFileTooLarge
	}
	return err
}

// cleanName leaves folders, of any system, and control characters out of the name of a file.
func cleanName(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, name)
	if name == "." || name == "/" || name == ".." {
		return ""
	}
	return name
}

// sniff tells the media type by the first bytes. Text and what they do not tell is what the client says, unless it
// says something that browsers run.
func sniff(b []byte, declared string) string {
	found, _, _ := mime.ParseMediaType(http.DetectContentType(b))
	declared, _, _ = mime.ParseMediaType(declared)
	switch {
	case found != "text/plain" && found != "application/octet-stream" && found != "application/zip":
		return found
	case declared == "text/html" || declared == "image/svg+xml" || strings.HasSuffix(declared, "xml") || strings.Contains(declared, "script"):
		return found
	case found == "text/plain" && !strings.HasPrefix(declared, "text/") && !strings.HasPrefix(declared, "application/"):
		return found
	case found != "text/plain" && !strings.HasPrefix(declared, "application/"):
		return found
	}
	return cmp.Or(declared, found)
}

// accepts tells whether the media type t is one of those in accept.
func accepts(accept []string, t string) bool {
	for _, a := range accept {
		if kind, all := strings.CutSuffix(a, "/*"); all && strings.HasPrefix(t, kind+"/") || a == t || a == "*/*" {
			return true
		}
	}
	return len(accept) == 0
}
