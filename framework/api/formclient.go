package api

import (
	"cmp"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"reflect"
	"unsafe"
)

// encode writes the form at in as a client sends it: multipart only where there are files, which are read while they are
// sent.
func (f *form) encode(o *outgoing, in unsafe.Pointer) error {
	values := url.Values{}
	for i := range f.fields {
		q := &f.fields[i]
		texts, err := q.Texts(unsafe.Add(in, q.offset))
		if err != nil {
			return err
		}
		if len(texts) > 0 {
			values[q.Name] = texts
		}
	}
	if len(f.files) == 0 {
		o.typ, o.body = "application/x-www-form-urlencoded", []byte(values.Encode())
		return nil
	}
	boundary := multipart.NewWriter(nil).Boundary()
	o.typ = "multipart/form-data; boundary=" + boundary
	o.open = func() (io.ReadCloser, error) {
		return newPiped(func(to io.Writer) error {
			w := multipart.NewWriter(to)
			if err := w.SetBoundary(boundary); err != nil {
				return err
			}
			return f.write(w, values, in)
		}), nil
	}
	return nil
}

// write writes the texts and the files of a form.
func (f *form) write(w *multipart.Writer, values url.Values, in unsafe.Pointer) error {
	for i := range f.fields {
		for _, text := range values[f.fields[i].Name] {
			if err := w.WriteField(f.fields[i].Name, text); err != nil {
				return err
			}
		}
	}
	for i := range f.files {
		for _, file := range f.files[i].list(in) {
			if err := writeFile(w, f.files[i].name, file); err != nil {
				return err
			}
		}
	}
	return w.Close()
}

// encodeWhole sends the file at in as the body.
func (q *fileField) encodeWhole(o *outgoing, in unsafe.Pointer) error {
	for _, f := range q.list(in) {
		o.typ, o.size = cmp.Or(f.Type, "application/octet-stream"), f.Size
		if f.Name != "" {
			o.header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
		}
		o.open = func() (io.ReadCloser, error) { return f.Open() }
	}
	return nil
}

// piped is a body that is written while it is read, from the first time that somebody reads.
type piped struct {
	*io.PipeReader
	w     *io.PipeWriter
	write func(io.Writer) error
	begun bool
}

func newPiped(write func(io.Writer) error) *piped {
	r, w := io.Pipe()
	return &piped{PipeReader: r, w: w, write: write}
}

func (p *piped) Read(b []byte) (int, error) {
	if !p.begun {
		p.begun = true
		go func() { p.w.CloseWithError(p.write(p.w)) }()
	}
	return p.PipeReader.Read(b)
}

// list is the files of a field.
func (q *fileField) list(in unsafe.Pointer) (l []*File) {
	at := unsafe.Add(in, q.offset)
	switch q.t {
	case fileListType:
		files := *(*[]File)(at)
		for i := range files {
			l = append(l, &files[i])
		}
	case filePtrType:
		if f := *(**File)(at); f != nil {
			l = append(l, f)
		}
	default:
		if f := (*File)(at); !reflect.ValueOf(f).Elem().IsZero() {
			l = append(l, f)
		}
	}
	return l
}

func writeFile(w *multipart.Writer, name string, f *File) error {
	from, err := f.Open()
	if err != nil {
		return err
	}
	defer from.Close()
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": name, "filename": cmp.Or(f.Name, "file")}))
	if f.Type != "" {
		h.Set("Content-Type", f.Type)
	}
	to, err := w.CreatePart(h)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	return err
}
