package framework

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"time"
)

// Way is how a Client reaches its service.
type Way int

const (
	InProcess Way = iota // calls the APIs inside the process: nothing has to run
	Live                 // sends requests to where the service listens
)

// Data is the body of a request: an object with any members.
type Data map[string]any

// Client is for trying out APIs and for tests. It keeps cookies like a browser, so that a session goes on from one
// request to the next. Paths are relative to the first mounted API: "user/signup". See api.Connect for a typed one.
type Client struct {
	http *http.Client
	base string
	err  error
}

// Client makes a client of the service with cookies of its own. For one that is Live the service must be running,
// in this process or another.
func (s *Service) Client(way Way) *Client {
	jar, err := cookiejar.New(nil)
	c := &Client{base: s.URL(), http: &http.Client{Jar: jar, Timeout: writeTimeout}, err: err}
	c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if way == InProcess {
		c.http.Transport = s.Transport()
		if err := s.Check(); err != nil {
			c.err = err
		}
	}
	return c
}

// Get, Post, Put, Patch and Delete send a request. A body is anything that encoding/json takes; nil is none. What
// keeps a request from being answered is in the response's Err.

func (c *Client) Get(path string) *Response             { return c.Send(http.MethodGet, path, nil) }
func (c *Client) Post(path string, data any) *Response  { return c.Send(http.MethodPost, path, data) }
func (c *Client) Put(path string, data any) *Response   { return c.Send(http.MethodPut, path, data) }
func (c *Client) Patch(path string, data any) *Response { return c.Send(http.MethodPatch, path, data) }
func (c *Client) Delete(path string, data any) *Response {
	return c.Send(http.MethodDelete, path, data)
}

// Send sends a request with any method.
func (c *Client) Send(method, path string, data any) *Response {
	res := &Response{}
	if res.Err = c.err; res.Err != nil {
		return res
	}
	var body io.Reader
	if data != nil {
		b, err := json.Marshal(data)
		if err != nil {
			res.Err = fmt.Errorf("%s %s: data: %w", method, path, err)
			return res
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequest(method, c.base+"/"+strings.TrimPrefix(path, "/"), body)
	if err != nil {
		res.Err = err
		return res
	}
	if data != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return c.Do(req)
}

// Do sends a request that was made by hand.
func (c *Client) Do(req *http.Request) *Response {
	res := &Response{Request: req}
	if res.Err = c.err; res.Err != nil {
		return res
	}
	begun := time.Now()
	got, err := c.http.Do(req)
	if err != nil {
		res.Err = err
		return res
	}
	defer got.Body.Close()
	res.Status, res.Header = got.StatusCode, got.Header
	if res.Body, res.Err = io.ReadAll(got.Body); res.Err != nil {
		return res
	}
	res.Took = time.Since(begun)
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		res.Err = json.Unmarshal(res.Body, &res.Data)
	} else if len(res.Body) > 0 {
		res.Data = string(res.Body)
	}
	return res
}
