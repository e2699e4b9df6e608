package api

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unsafe"

	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// form is how a body is read that is a form: of texts alone or, as multipart/form-data, of files too.
type form struct {
	fields []param
	files  []fileField
}

const (
	maxParts        = 1000
	defaultFileSize = 10 << 20
	defaultFiles    = 10
)

var (
	fileType     = reflect.TypeFor[File]()
	filePtrType  = reflect.TypeFor[*File]()
	fileListType = reflect.TypeFor[[]File]()
)

// limit is how many bytes the whole form may have: its texts as much as any body, and its files.
func (f *form) limit(texts int64) int64 {
	for i := range f.files {
		texts += f.files[i].size*int64(f.files[i].most) + 1024
	}
	return texts
}

// read reads the form into the input at in.
func (f *form) read(c *Call, in unsafe.Pointer) error {
	texts := c.s.texts[len(c.ep.plan.params):]
	files := make([][]File, len(f.files))
	var err error
	if mediaType(c.s.req) == "multipart/form-data" {
		err = f.readParts(c, texts, files)
	} else {
		err = f.readPairs(c, texts)
	}
	if err != nil {
		return err
	}
	r := &c.s.reader
	for i := range f.fields {
		f.fields[i].Read(r, unsafe.Add(in, f.fields[i].offset), texts[i]...)
	}
	for i := range f.files {
		f.files[i].set(r, unsafe.Add(in, f.files[i].offset), files[i])
	}
	return nil
}

// readPairs reads a form of the kind application/x-www-form-urlencoded.
func (f *form) readPairs(c *Call, texts [][]string) error {
	doc, err := c.readBody(c.ep.mux.bodyLimit())
	if err != nil {
		return err
	}
	pairs := 0
	for pair := range strings.SplitSeq(string(doc), "&") {
		k, v, _ := strings.Cut(pair, "=")
		k, okName := unescapeQuery(k, &c.s.chunk)
		i := f.find(k)
		if pairs++; pairs > maxParts {
			return tooManyParts()
		}
		if !okName || i < 0 {
			continue
		}
		v, ok := unescapeQuery(v, &c.s.chunk)
		if !ok {
			c.s.reader.Report(formFault(k, "escape"))
			continue
		}
		texts[i] = append(texts[i], v)
	}
	return nil
}

func tooManyParts() *Problem {
	return Errorf(http.StatusRequestEntityTooLarge, "too_many_parts", "a form may have %d parts at the most", maxParts)
}

func (f *form) find(name string) int {
	return slices.IndexFunc(f.fields, func(p param) bool { return p.Name == name || slices.Contains(p.Aliases, name) })
}

// has tells whether a name is taken.
func (f *form) has(name string) bool {
	return f.find(name) >= 0 || slices.ContainsFunc(f.files, func(q fileField) bool { return q.name == name })
}

// readParts reads a form of the kind multipart/form-data, file after file.
func (f *form) readParts(c *Call, texts [][]string, files [][]File) error {
	limit := c.ep.mux.bodyLimit()
	total := f.limit(limit)
	if c.s.req.ContentLength > total {
		return tooLarge(total)
	}
	c.s.req.Body = http.MaxBytesReader(c.w, c.s.req.Body, total)
	parts, err := c.s.req.MultipartReader()
	if err != nil {
		return BadRequest("malformed", "the form cannot be read").Cause(err)
	}
	for n := 0; ; n++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			return nil
		}
		if err == nil && n >= maxParts {
			return tooManyParts()
		}
		if err == nil {
			err = f.readPart(c, part, texts, files, &limit)
		}
		if err != nil {
			return formError(err, total)
		}
	}
}

// formError tells what is wrong with a form that cannot be read to its end.
func formError(err error, total int64) error {
	var p *Problem
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &p):
		return p
	case errors.As(err, &large):
		return tooLarge(total)
	}
	return BadRequest("malformed", "the form cannot be read").Cause(err)
}

// readPart reads one part; limit is how many bytes texts may still have.
func (f *form) readPart(c *Call, part *multipart.Part, texts [][]string, files [][]File, limit *int64) error {
	defer part.Close()
	name := part.FormName()
	if i := slices.IndexFunc(f.files, func(q fileField) bool { return q.name == name }); i >= 0 && part.FileName() != "" {
		return f.files[i].read(c, part, &files[i])
	}
	i := f.find(name)
	if i < 0 || part.FileName() != "" {
		_, err := io.Copy(io.Discard, part)
		return err
	}
	b, err := io.ReadAll(io.LimitReader(part, *limit+1))
	if err != nil {
		return err
	}
	if *limit -= int64(len(b)); *limit < 0 {
		return tooLarge(c.ep.mux.bodyLimit())
	}
	texts[i] = append(texts[i], string(b))
	return nil
}

func formFault(name, code string, args ...any) Fault {
	text, _ := schema.English.Text(code, args...)
	return Fault{In: "form", Name: name, Code: code, Detail: text, Args: args}
}

// check holds a form that code has made against the tags of its fields, and returns their texts.
func (f *form) check(r *schema.Reader, in, trial unsafe.Pointer) [][]string {
	texts := make([][]string, len(f.fields))
	for i := range f.fields {
		q := &f.fields[i]
		var err error
		if texts[i], err = q.Texts(unsafe.Add(in, q.offset)); err == nil {
			q.Read(r, unsafe.Add(trial, q.offset), texts[i]...)
		}
	}
	return texts
}

// formField plans a field of a form.
func (p *inputPlanner) formField(t reflect.Type, f reflect.StructField, offset uintptr) {
	if p.ep.Method == http.MethodGet {
		p.failf(t, f.Name, "a GET has no body: tag it query instead of form")
		return
	}
	if p.in.body.form == nil {
		p.in.body.form = &form{}
	}
	fm, name := p.in.body.form, wireName(f.Tag.Get("form"), f.Name)
	if fm.has(name) {
		p.failf(t, f.Name, "the form has a field %q already", name)
		return
	}
	if f.Type == fileType || f.Type == filePtrType || f.Type == fileListType {
		fm.files = append(fm.files, p.file(t, f, name, offset))
		return
	}
	q, err := schema.NewParam(f, t, "form", name)
	if p.fail(err); err != nil {
		return
	}
	for _, alias := range q.Aliases {
		if fm.has(alias) {
			p.failf(t, f.Name, "tag alias: the form has a field %q already", alias)
		}
	}
	fm.fields = append(fm.fields, param{Param: q, offset: offset})
}
