package api

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
	"net/url"
	"reflect"
	"unsafe"
)

// encode writes the form at in as a client sends it: multipart only where there are files.
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
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
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
	err := w.Close()
	o.typ, o.body = w.FormDataContentType(), b.Bytes()
	return err
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
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": name, "filename": f.Name}))
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
