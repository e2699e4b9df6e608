// Package runtime is what every generated client carries: its files are written into them. It is a package of its own
// so that it is compiled, checked and tested like any other code.
package runtime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Config says how a client reaches its service. It must not change while requests are sent.
type Config struct {
	BaseURL string                     // "https://example.com"; paths of operations come behind it
	HTTP    *http.Client               // nil is http.DefaultClient; one with a Jar keeps a session
	Header  http.Header                // sent with every request
	Before  func(*http.Request) error  // called before each request; an error keeps it from being sent
	After   func(*http.Response) error // called with each answer; an error is that of the call
	Limit   int64                      // bytes of an answer that are read into memory; 0 is 64 MiB
}

// Ptr is a pointer to v, for members that may be left out.
func Ptr[T any](v T) *T { return &v }

// call is a request on its way.
type call struct {
	config  *Config
	name    string
	method  string
	path    string
	accept  string
	query   []string
	header  http.Header
	secret  []string                          // headers that other hosts must not see
	body    func() (io.Reader, string, error) // and its media type
	once    bool                              // the body can be sent once only
	manual  bool                              // redirects are answers
	failure error
}

func (c *Config) call(name, method, path, accept string) *call {
	return &call{config: c, name: name, method: method, path: path, accept: accept, header: http.Header{}}
}

func (r *call) fail(err error) {
	if r.failure == nil && err != nil {
		r.failure = fmt.Errorf("%s: %w", r.name, err)
	}
}

// sendJSON makes v the body.
func (r *call) sendJSON(v any, media string) {
	b, err := json.Marshal(v)
	r.fail(err)
	r.sendBytes(b, media)
}

func (r *call) sendBytes(b []byte, media string) {
	r.body = func() (io.Reader, string, error) { return bytes.NewReader(b), media, nil }
}

// a credential says whose a request is.
type credential struct{ in, name, value string }

// authorize sends the credentials of the first requirement of which all are there.
func (r *call) authorize(requirements ...[]credential) {
	for _, all := range requirements {
		if slices.ContainsFunc(all, func(c credential) bool { return c.value == "" }) {
			continue
		}
		for _, c := range all {
			switch c.in {
			case "header":
				r.header.Set(c.name, c.value)
				r.secret = append(r.secret, c.name)
			case "query":
				r.query = append(r.query, url.QueryEscape(c.name)+"="+url.QueryEscape(c.value))
			case "cookie":
				r.cookie(c.name, c.value)
			}
		}
		return
	}
}

func (r *call) cookie(name, value string) {
	c := &http.Cookie{Name: name, Value: value}
	if err := c.Valid(); err != nil {
		r.fail(err)
		return
	}
	before := r.header.Get("Cookie")
	if before != "" {
		before += "; "
	}
	r.header.Set("Cookie", before+c.String())
}

func (r *call) request(ctx context.Context) (*http.Request, error) {
	if r.failure != nil {
		return nil, r.failure
	}
	var body io.Reader
	media := ""
	if r.body != nil {
		var err error
		if body, media, err = r.body(); err != nil {
			return nil, err
		}
	}
	target := strings.TrimSuffix(r.config.BaseURL, "/") + r.path
	if len(r.query) > 0 {
		target += "?" + strings.Join(r.query, "&")
	}
	req, err := http.NewRequestWithContext(ctx, r.method, target, body)
	if err != nil {
		return nil, err
	}
	for _, h := range []http.Header{r.config.Header, r.header} {
		for name, values := range h {
			req.Header[name] = append(req.Header[name], values...)
		}
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	if r.accept != "" {
		req.Header.Set("Accept", r.accept)
	}
	return req, nil
}

// send sends the request once.
func (r *call) send(ctx context.Context) (*http.Response, error) {
	req, err := r.request(ctx)
	if err == nil && r.config.Before != nil {
		if err = r.config.Before(req); err != nil && req.Body != nil {
			_ = req.Body.Close()
		}
	}
	if err != nil {
		return nil, r.named(err)
	}
	res, err := r.client().Do(req)
	if err != nil {
		return nil, r.named(err)
	}
	if r.config.After != nil {
		if err := r.config.After(res); err != nil {
			_ = res.Body.Close()
			return nil, r.named(err)
		}
	}
	return res, nil
}

func (r *call) named(err error) error {
	if err == nil || err == r.failure {
		return err
	}
	return fmt.Errorf("%s: %w", r.name, err)
}

// client is the one of the configuration, which does not tell other hosts what is meant for this one.
func (r *call) client() *http.Client {
	client := r.config.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	if !r.manual && len(r.secret) == 0 {
		return client
	}
	own := *client
	own.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		if r.manual {
			return http.ErrUseLastResponse
		}
		if req.URL.Host != via[0].URL.Host || req.URL.Scheme != via[0].URL.Scheme {
			for _, name := range r.secret {
				req.Header.Del(name)
			}
		}
		if client.CheckRedirect != nil {
			return client.CheckRedirect(req, via)
		}
		if len(via) >= 10 {
			return errors.New("stopped after 10 redirects")
		}
		return nil
	}
	return &own
}

// an outcome reads the answer of a status: "200", "2XX" or "default".
type outcome struct {
	status string
	read   func(r *call, res *http.Response) error
	keep   bool // the body is read later
}

// find takes the outcome of a status, the most exact one.
func find(outcomes []outcome, status int) *outcome {
	text := strconv.Itoa(status)
	for _, want := range []string{text, text[:1] + "XX", "default"} {
		for i := range outcomes {
			if outcomes[i].status == want {
				return &outcomes[i]
			}
		}
	}
	return nil
}

// do sends the request and reads its answer. A status that is not foreseen is read like the first one.
func (r *call) do(ctx context.Context, outcomes, failures []outcome) (*http.Response, error) {
	res, err := r.send(ctx)
	if err != nil {
		return nil, err
	}
	if res.StatusCode >= 400 || res.StatusCode >= 300 && !r.manual {
		defer res.Body.Close()
		return res, r.refused(res, failures)
	}
	o := find(outcomes, res.StatusCode)
	if o == nil && len(outcomes) > 0 {
		o = &outcomes[0]
	}
	if o == nil || !o.keep {
		defer res.Body.Close()
	}
	if o == nil || o.read == nil {
		return res, nil
	}
	if err := o.read(r, res); err != nil {
		return res, fmt.Errorf("%s: answer %s: %w", r.name, res.Status, err)
	}
	return res, nil
}

// content reads the body of an answer.
func (r *call) content(res *http.Response) ([]byte, error) {
	limit := r.config.Limit
	if limit == 0 {
		limit = 64 << 20
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, limit+1))
	if err == nil && int64(len(b)) > limit {
		err = fmt.Errorf("it has more than %d bytes: raise Limit", limit)
	}
	return b, err
}

// readJSON reads an answer into a pointer. The member result of an envelope is the answer, "" for no envelope.
func readJSON(into any, result string) func(*call, *http.Response) error {
	return func(r *call, res *http.Response) error {
		b, err := r.content(res)
		if err != nil || len(b) == 0 {
			return err
		}
		if result != "" {
			var envelope map[string]json.RawMessage
			if err := json.Unmarshal(b, &envelope); err != nil {
				return err
			}
			if b = envelope[result]; b == nil {
				return nil
			}
		}
		return json.Unmarshal(b, into)
	}
}

// readText reads an answer that is text.
func readText(into *string) func(*call, *http.Response) error {
	return func(r *call, res *http.Response) error {
		b, err := r.content(res)
		*into = string(b)
		return err
	}
}

// A Download is a file that comes as it is read. It must be closed.
type Download struct {
	io.ReadCloser
	Name     string // as the service calls it, without folders; may be ""
	Type     string // media type
	Size     int64  // -1 if it is not known
	Modified time.Time
	Status   int
	Header   http.Header
}

// readFile leaves the answer to be read.
func readFile(into **Download) func(*call, *http.Response) error {
	return func(_ *call, res *http.Response) error {
		_, params, _ := mime.ParseMediaType(res.Header.Get("Content-Disposition"))
		name := params["filename"]
		if i := strings.LastIndexAny(name, `/\`); i >= 0 {
			name = name[i+1:]
		}
		if name == "." || name == ".." {
			name = ""
		}
		modified, _ := http.ParseTime(res.Header.Get("Last-Modified"))
		*into = &Download{res.Body, name, res.Header.Get("Content-Type"), res.ContentLength, modified, res.StatusCode, res.Header}
		return nil
	}
}

// readHeader reads a header of an answer into a pointer, if it is there.
func readHeader(h http.Header, name string, into any) error {
	values := h.Values(name)
	if len(values) == 0 {
		return nil
	}
	text := strings.Join(values, ", ")
	quoted, err := json.Marshal(text)
	if err != nil || json.Unmarshal(quoted, into) != nil {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		return fmt.Errorf("header %s: %q cannot be read", name, text)
	}
	return nil
}

// readRedirect reads where to go.
func readRedirect(into **Redirect) func(*call, *http.Response) error {
	return func(_ *call, res *http.Response) error {
		*into = &Redirect{res.Header.Get("Location"), res.StatusCode}
		return nil
	}
}

// A Redirect is an answer that says where to go.
type Redirect struct {
	Location string
	Status   int
}
