package api

import (
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"time"
)

// An Attachment is an output that is a file. Content is sent whole or in the ranges that the client asks for, and
// not at all when the client has it already; Body writes something of which the length is not known.
type Attachment struct {
	Name     string        // of the file for whom saves it; "" if the client shall show it
	Type     string        // media type; by the name and the first bytes if empty, application/octet-stream with Body
	Modified time.Time     // of Content; zero if not known
	Content  io.ReadSeeker // closed in the end, if it can be
	Body     func(w io.Writer) error
}

func (a *Attachment) answer(c *Call, w http.ResponseWriter) error {
	if closer, ok := a.Content.(io.Closer); ok {
		defer closer.Close()
	}
	h := w.Header()
	if a.Name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": a.Name}))
	}
	if a.Type != "" {
		h.Set("Content-Type", a.Type)
	}
	h.Set("X-Content-Type-Options", "nosniff")
	switch {
	case a.Content != nil:
		http.ServeContent(w, c.s.req, a.Name, a.Modified, a.Content)
		return nil
	case a.Body != nil:
		if a.Type == "" {
			h.Set("Content-Type", "application/octet-stream")
		}
		return a.Body(w)
	}
	return fmt.Errorf("the attachment %q has neither Content nor Body", a.Name)
}

// OpenIn makes an attachment of the file at name below root, which the client may show; not found if there is none.
// What name says cannot lead out of root, by links neither.
func OpenIn(root *os.Root, name string) (*Attachment, error) {
	f, err := root.Open(filepath.FromSlash(name))
	if err != nil {
		// A name that leads out of root is an error of its own kind, and says to a client what no name is.
		return nil, NotFound("no_file", "there is no such file").Cause(err)
	}
	info, err := f.Stat()
	if err == nil && info.Mode().IsRegular() {
		return &Attachment{Type: mime.TypeByExtension(path.Ext(name)), Modified: info.ModTime(), Content: f}, nil
	}
	_ = f.Close() // nothing was written to it
	if err != nil {
		return nil, err
	}
	return nil, NotFound("no_file", "there is no such file")
}

// A Redirect is an output that sends the client elsewhere.
type Redirect struct {
	Location string // a path of this service: "/login?next=%2F"
	External bool   // Location is the address of another one; never set this with what a client has sent
	Status   int    // 303 See Other if 0; 301, 302, 307, 308
}

func (r *Redirect) answer(_ *Call, w http.ResponseWriter) error {
	status := r.Status
	switch status {
	case 0:
		status = http.StatusSeeOther
	case 301, 302, 303, 307, 308:
	default:
		return fmt.Errorf("redirect: %d is no status of one", status)
	}
	if !r.External && !isLocal(r.Location) {
		return fmt.Errorf("redirect: %q is no path of this service: set External if it is meant to lead elsewhere", r.Location)
	}
	u, err := url.Parse(r.Location)
	if err != nil || r.External && (u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("redirect: %q is no address", r.Location)
	}
	w.Header().Set("Location", u.String())
	w.WriteHeader(status)
	return nil
}

// isLocal tells a path of this service from what browsers take for another host: "//host", "/\host", a tab in
// between.
func isLocal(location string) bool {
	if !strings.HasPrefix(location, "/") || strings.ContainsFunc(location, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) {
		return false
	}
	u, err := url.Parse(location)
	if err != nil || u.Host != "" || u.Scheme != "" || strings.HasPrefix(location, "//") {
		return false
	}
	// What is decoded once more on the way must not become another host either.
	rest := strings.TrimLeft(u.Path, "/")
	return !strings.HasPrefix(u.Path, "//") && !strings.ContainsFunc(u.Path[:len(u.Path)-len(rest)+min(1, len(rest))], func(r rune) bool { return r <= ' ' || r == '\\' })
}
