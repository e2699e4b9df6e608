package runtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/textproto"
)

// A File is sent as it is read. It can be sent once.
type File struct {
	Name    string // as the service shall call it
	Type    string // media type; application/octet-stream if it is not said
	Content io.Reader
}

// sendFile makes the body a file.
func (r *call) sendFile(f *File, media string, required bool) {
	if f == nil || f.Content == nil {
		if required {
			r.fail(errors.New("the file has no Content"))
		}
		return
	}
	if f.Type != "" {
		media = f.Type
	}
	r.once = true
	r.body = func() (io.Reader, string, error) { return f.Content, media, nil }
}

// sendParts makes the body a form with files, which is written while it is sent.
func (r *call) sendParts(parts []part) {
	for _, p := range parts {
		if f, ok := p.value.(*File); ok && f != nil && f.Content == nil {
			r.fail(fmt.Errorf("%s: the file has no Content", p.name))
			return
		}
	}
	r.once = true
	r.body = func() (io.Reader, string, error) {
		p := &piped{}
		p.r, p.w = io.Pipe()
		w := multipart.NewWriter(p.w)
		p.write = func() error {
			for _, part := range parts {
				if err := part.writeTo(w); err != nil {
					return fmt.Errorf("%s: %w", part.name, err)
				}
			}
			return w.Close()
		}
		return p, w.FormDataContentType(), nil
	}
}

// piped is a body that is written once somebody reads it.
type piped struct {
	r     *io.PipeReader
	w     *io.PipeWriter
	write func() error
	begun bool
}

func (p *piped) Read(b []byte) (int, error) {
	if !p.begun {
		p.begun = true
		go func() { p.w.CloseWithError(p.write()) }()
	}
	return p.r.Read(b)
}

func (p *piped) Close() error { return p.r.Close() }

func (p part) writeTo(w *multipart.Writer) error {
	switch v := p.value.(type) {
	case *File:
		return v.writeTo(w, p.name)
	case []*File:
		for _, f := range v {
			if err := f.writeTo(w, p.name); err != nil {
				return err
			}
		}
		return nil
	}
	b, err := json.Marshal(p.value)
	if err != nil {
		return err
	}
	if string(b) == "null" {
		return nil
	}
	var items []json.RawMessage
	if p.media != "" || json.Unmarshal(b, &items) != nil {
		items = []json.RawMessage{b}
	}
	for _, item := range items {
		if err := writeField(w, p.name, p.media, item); err != nil {
			return err
		}
	}
	return nil
}

// writeField writes texts and numbers as they are, all else as JSON.
func writeField(w *multipart.Writer, name, media string, item []byte) error {
	if c := bytes.TrimSpace(item)[0]; media == "" && (c == '{' || c == '[') {
		media = "application/json"
	}
	if media != "application/json" {
		var text string
		if json.Unmarshal(item, &text) == nil {
			item = []byte(text)
		}
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": name}))
	if media != "" {
		h.Set("Content-Type", media)
	}
	to, err := w.CreatePart(h)
	if err == nil {
		_, err = to.Write(item)
	}
	return err
}

func (f *File) writeTo(w *multipart.Writer, field string) error {
	if f == nil {
		return nil
	}
	if f.Content == nil {
		return errors.New("the file has no Content")
	}
	name, media := f.Name, f.Type
	if name == "" {
		name = "file"
	}
	if media == "" {
		media = "application/octet-stream"
	}
	h := textproto.MIMEHeader{}
	h.Set("Content-Disposition", mime.FormatMediaType("form-data", map[string]string{"name": field, "filename": name}))
	h.Set("Content-Type", media)
	to, err := w.CreatePart(h)
	if err == nil {
		_, err = io.Copy(to, f.Content)
	}
	return err
}
