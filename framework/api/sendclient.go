package api

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strings"
)

func (d *dialer) send(ctx context.Context, ep *Endpoint, o *outgoing, accept string) (*http.Response, error) {
	req, err := o.request(ctx, ep.Method, d.base)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ep.Name, err)
	}
	for _, h := range []http.Header{d.options.Header, o.header} { // what the input says goes before
		for k, v := range h {
			if k == "Cookie" && len(req.Header[k]) > 0 {
				v = []string{strings.Join(append(req.Header[k], v...), "; ")}
			}
			req.Header[k] = slices.Clone(v)
		}
	}
	if o.typ != "" {
		req.Header.Set("Content-Type", o.typ)
	}
	req.Header.Set("Accept", accept)
	res, err := d.exchange(ep, req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ep.Name, err)
	}
	return res, nil
}

// exchange sends a request between what the options want to hear of it.
func (d *dialer) exchange(ep *Endpoint, req *http.Request) (*http.Response, error) {
	if before := d.options.Before; before != nil {
		if err := before(req); err != nil {
			if req.Body != nil {
				_ = req.Body.Close()
			}
			return nil, err
		}
	}
	client := d.options.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	if ep.out.redirects() {
		own := *client
		own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
		client = &own
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	if after := d.options.After; after != nil {
		if err := after(res); err != nil {
			_ = res.Body.Close()
			return nil, err
		}
	}
	return res, nil
}

var redirectType = reflect.TypeFor[Redirect]()

// redirects tells an output that may say where to go instead of being followed there.
func (o *output) redirects() bool {
	return o != nil && (o.t == redirectType || slices.ContainsFunc(o.responses, func(r response) bool { return r.out.redirects() }))
}

// request makes a request, whose body can be sent again.
func (o *outgoing) request(ctx context.Context, method, base string) (*http.Request, error) {
	var body io.Reader
	if o.typ != "" && o.open == nil {
		body = bytes.NewReader(o.body)
	}
	req, err := http.NewRequestWithContext(ctx, method, base+o.target(), body)
	if err != nil || o.open == nil {
		return req, err
	}
	req.GetBody = o.open
	req.ContentLength = o.size
	if req.ContentLength == 0 {
		req.ContentLength = -1
	}
	req.Body, err = o.open()
	return req, err
}
