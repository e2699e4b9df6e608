// Package plugintest serves an API with one plugin over HTTP.
package plugintest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Note is what the API answers.
type Note struct {
	Text string `json:"text"`
}

// A Handler answers every endpoint but Raw.
type Handler = func(ctx context.Context, in *api.Empty) (*Note, error)

// API has a plugin around one endpoint of several kinds.
type API struct {
	Plugin api.Plugin
	Get    api.Get[api.Empty, Note]
	Post   api.Post[api.Empty, Note]
	Empty  api.Get[api.Empty, api.Empty]
	Raw    api.Raw
	Other  *Other `route:"/other"`

	Write http.HandlerFunc `api:"-"` // of Raw
}

// Other is an API below the plugin.
type Other struct{ Get api.Get[api.Empty, Note] }

// Hello is a handler that always does.
func Hello(context.Context, *api.Empty) (*Note, error) { return &Note{"hello"}, nil }

// New makes the API.
func New(p api.Plugin, h Handler) *API {
	a := &API{Plugin: p, Get: h, Post: api.Post[api.Empty, Note](h), Other: &Other{h}}
	a.Empty = func(context.Context, *api.Empty) (*api.Empty, error) { return nil, nil }
	a.Raw = func(w http.ResponseWriter, r *http.Request) error {
		if a.Write == nil {
			_, err := io.WriteString(w, "raw")
			return err
		}
		a.Write(w, r)
		return nil
	}
	return a
}

// Mux mounts the API.
func Mux(t testing.TB, a *API, logger *slog.Logger) *api.Mux {
	t.Helper()
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	mux := &api.Mux{Logger: logger}
	if err := mux.Mount("", a); err != nil {
		t.Fatal(err)
	}
	return mux
}

// Refused mounts the API and wants an error that says so.
func Refused(t testing.TB, p api.Plugin, want string) {
	t.Helper()
	if err := new(api.Mux).Mount("", New(p, Hello)); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("mounted with %v, want %q", err, want)
	}
}

// Answer is what came back.
type Answer struct {
	*http.Response
	Text string
}

// Client sends requests to a server of the test's own.
type Client struct {
	t    testing.TB
	base string
}

// Serve starts a server.
func Serve(t testing.TB, h http.Handler) Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Client{t, s.URL}
}

// Do sends a request such as "GET /" with headers: names and values in turn. Answers are not decompressed.
func (c Client) Do(request string, header ...string) Answer {
	c.t.Helper()
	method, path, _ := strings.Cut(request, " ")
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	res, err := (&http.Transport{DisableCompression: true, DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return Answer{res, string(b)}
}
