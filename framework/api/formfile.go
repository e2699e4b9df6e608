package api

import (
	"fmt"
	"io"
	"mime/multipart"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

type fileField struct {
	name     string
	offset   uintptr
	t        reflect.Type // File, *File or []File
	required bool
	least    int // files
	most     int
	size     int64 // bytes of one
	accept   []string
}

// read takes a file in, or reports what is wrong with it and passes over it.
func (q *fileField) read(c *Call, part *multipart.Part, files *[]File) error {
	r := &c.s.reader
	fault := func(code string, args ...any) { r.Report(formFault(q.name, code, args...)) }
	if len(*files) == q.most {
		fault("maxItems", q.most)
		_, err := io.Copy(io.Discard, part)
		return err
	}
	file, err := c.receiveFile(part, part.FileName(), part.Header.Get("Content-Type"), q.size)
	switch {
	case err == errFileTooLarge:
		fault("maxSize", q.size)
		_, err = io.Copy(io.Discard, part)
		return err
	case err != nil:
		return err
	case !accepts(q.accept, file.Type):
		fault("accept", strings.Join(q.accept, " or "), file.Type)
		return nil
	}
	*files = append(*files, file)
	return nil
}

// set puts the files into their field.
func (q *fileField) set(r *schema.Reader, at unsafe.Pointer, files []File) {
	switch {
	case q.t == fileListType:
		*(*[]File)(at) = files
	case len(files) > 0 && q.t == filePtrType:
		*(**File)(at) = &files[0]
	case len(files) > 0:
		*(*File)(at) = files[0]
	}
	if q.required && len(files) == 0 && !slices.ContainsFunc(r.Faults, func(f Fault) bool { return f.In == "form" && f.Name == q.name }) {
		r.Report(formFault(q.name, "required"))
	}
	if len(files) < q.least {
		r.Report(formFault(q.name, "minItems", q.least))
	}
}

func (p *inputPlanner) file(t reflect.Type, f reflect.StructField, name string, offset uintptr) fileField {
	q := fileField{name: name, offset: offset, t: f.Type, most: 1, size: defaultFileSize, accept: p.mediaTypes(t, f)}
	q.required = f.Type == fileType && !strings.Contains(f.Tag.Get("api"), "optional")
	if f.Type == fileListType {
		q.most = defaultFiles
		q.least, q.most = p.count(t, f, "minItems", 0), p.count(t, f, "maxItems", defaultFiles)
		if q.least > q.most {
			p.failf(t, f.Name, "tags minItems and maxItems: %d is above %d", q.least, q.most)
		}
	}
	if tag, ok := f.Tag.Lookup("maxSize"); ok {
		n, err := parseSize(tag)
		if err != nil {
			p.failf(t, f.Name, "tag maxSize: %s", err)
		}
		q.size = n
	}
	return q
}

// count reads a tag that is a number of files.
func (p *inputPlanner) count(t reflect.Type, f reflect.StructField, tag string, other int) int {
	text, ok := f.Tag.Lookup(tag)
	if !ok {
		return other
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxParts {
		p.failf(t, f.Name, "tag %s: %q is no count of files: a form has %d parts at the most", tag, text, maxParts)
	}
	return n
}

// maxFile is how much maxSize may say: a sum of many does not overflow.
const maxFile = 1 << 40

// parseSize reads a number of bytes: "512", "64KB", "5MB", "1GB".
func parseSize(s string) (int64, error) {
	unit := int64(1)
	number := s
	for i, suffix := range []string{"KB", "MB", "GB"} {
		if n, ok := strings.CutSuffix(s, suffix); ok {
			number, unit = strings.TrimSpace(n), 1<<(10*(i+1))
		}
	}
	n, err := strconv.ParseInt(number, 10, 32)
	if err != nil || n < 1 || n > maxFile/unit {
		return 0, fmt.Errorf("%q is no size: write it as 64KB, 5MB or 1GB", s)
	}
	return n * unit, nil
}
