package framework

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

// Response is an answer that a Client got.
type Response struct {
	Status  int // 0 when there was no answer: see Err
	Data    any // of JSON what encoding/json makes of it, of other bodies the text, nil for none
	Body    []byte
	Header  http.Header
	Request *http.Request
	Took    time.Duration
	Err     error
}

// Object is Data as an object, nil if it is none.
func (r *Response) Object() map[string]any {
	m, _ := r.Data.(map[string]any)
	return m
}

// Decode reads the body into v.
func (r *Response) Decode(v any) error {
	if r.Err != nil {
		return r.Err
	}
	return json.Unmarshal(r.Body, v)
}

// Print writes the response to standard output:
//
//	Response [200 OK] "POST /api/user/signup"
//	application/json (76)
//	{"id":1,"username":"user1","signup_time":"2026-11-21T12:29:33.684594Z"}
func (r *Response) Print() { r.Fprint(os.Stdout) }

// Fprint is Print to w.
func (r *Response) Fprint(w io.Writer) {
	line := ""
	if r.Request != nil {
		line = fmt.Sprintf(" %q", r.Request.Method+" "+r.Request.URL.RequestURI())
	}
	if r.Status == 0 {
		fmt.Fprintf(w, "No response%s\n%v\n\n", line, r.Err)
		return
	}
	fmt.Fprintf(w, "Response [%d %s]%s\n", r.Status, http.StatusText(r.Status), line)
	fmt.Fprintf(w, "%s (%d)\n", cmp.Or(r.Header.Get("Content-Type"), "no content"), len(r.Body))
	if len(r.Body) > 0 {
		fmt.Fprintf(w, "%s\n", r.Body)
	}
	fmt.Fprintln(w)
}
