package log_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/internal/storetest"
	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// fixture is a service whose requests are recorded.
type fixture struct {
	*testing.T
	log    *log.Log
	store  *store.Store
	server *httptest.Server
	out    *bytes.Buffer // what the application's logger prints
	logger *slog.Logger
}

type note struct {
	Text     string `json:"text"`
	Password string `json:"password" api:"optional"`
}

type byToken struct {
	Token string `path:"reset_token"`
}

// API is what the tests call.
type API struct {
	Hello api.Get[api.Empty, note] `route:"/hello"`
	Echo  api.Post[note, note]     `route:"/echo"`
	Fail  api.Post[note, note]     `route:"/fail"`
	Panic api.Get[api.Empty, note] `route:"/panic"`
	Reset api.Get[byToken, note]   `route:"/reset/{reset_token}"`
	Many  api.Get[api.Empty, note] `route:"/many"`
	Call  api.Get[api.Empty, note] `route:"/call"`
	Large api.Get[api.Empty, note] `route:"/large"`
	File  api.Raw                  `route:"/file"`
}

func open(t *testing.T, d *db.DB, options log.Options) *fixture {
	t.Helper()
	f := &fixture{T: t, out: &bytes.Buffer{}}
	var err error
	f.store = storetest.Open(t, d)
	options.KeepDefault = true
	f.log, err = log.New(log.Config{
		Options: options, Store: f.store, Service: "test", Node: func() string { return "" }, Names: mask.NewNames(mask.Defaults...),
		Logger: slog.New(slog.NewTextHandler(io.Discard, nil)), Cycle: time.Hour, Backlog: 1 << 30, Folder: filepath.Join(t.TempDir(), "spill"),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.logger = slog.New(f.log.SlogHandler(slog.NewTextHandler(f.out, nil)))
	mux := &api.Mux{Logger: f.logger}
	if err := mux.Mount("/api", f.api(d)); err != nil {
		t.Fatal(err)
	}
	for _, ep := range mux.Endpoints() {
		f.log.Target(ep)
	}
	d.Observe(f.log.Observe)
	if err := f.log.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.log.Stop(context.Background()); err != nil {
			t.Error(err)
		}
	})
	f.server = httptest.NewServer(f.log.Handler(mux, func(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/ops") }))
	t.Cleanup(f.server.Close)
	return f
}

func (f *fixture) api(d *db.DB) *API {
	hello := func(context.Context, *api.Empty) (*note, error) { return &note{Text: "hello"}, nil }
	return &API{
		Hello: hello,
		Echo: func(ctx context.Context, in *note) (*note, error) {
			f.logger.With("request", 7).WithGroup("g").WarnContext(ctx, "echoed", "text", in.Text, "password", in.Password)
			return in, nil
		},
		Fail: func(ctx context.Context, in *note) (*note, error) {
			return nil, errors.New("cannot use " + in.Text + " with " + in.Password)
		},
		Panic: func(context.Context, *api.Empty) (*note, error) { panic("boom") },
		Reset: func(context.Context, *byToken) (*note, error) { return &note{Text: "reset"}, nil },
		Many: func(ctx context.Context, _ *api.Empty) (*note, error) {
			for range 12 {
				if err := d.Ping(ctx); err != nil {
					return nil, err
				}
			}
			return hello(ctx, nil)
		},
		Call: func(ctx context.Context, _ *api.Empty) (*note, error) {
			r, err := http.NewRequestWithContext(ctx, "POST", f.server.URL+"/api/echo?token=abcdefgh", strings.NewReader(`{"text":"inner","password":"hunter2000"}`))
			if err != nil {
				return nil, err
			}
			r.Header.Set("Content-Type", "application/json")
			res, err := (&http.Client{Transport: f.log.Transport(nil)}).Do(r)
			if err != nil {
				return nil, err
			}
			_, err = io.Copy(io.Discard, res.Body)
			return &note{Text: res.Status}, errors.Join(err, res.Body.Close())
		},
		Large: func(context.Context, *api.Empty) (*note, error) {
			return &note{Text: strings.Repeat("x", 100_000)}, nil
		},
		File: func(w http.ResponseWriter, r *http.Request) error {
			file, err := os.Open("log_test.go")
			if err != nil {
				return err
			}
			defer file.Close()
			http.ServeContent(w, r, "log_test.go", time.Time{}, file)
			return nil
		},
	}
}

// do sends a request: "POST /api/echo", and returns the status.
func (f *fixture) do(what, body string, headers ...string) int {
	f.Helper()
	method, path, _ := strings.Cut(what, " ")
	r, err := http.NewRequest(method, f.server.URL+path, strings.NewReader(body))
	if err != nil {
		f.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		f.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		f.Fatal(err)
	}
	return res.StatusCode
}

// row is a stored record.
type row struct {
	ID, Time, Duration, Level, Length, In, Out, Queries, Public, Volatile int64
	Status                                                                *int64
	Method, Path, IP                                                      string
	Endpoint, Query, RequestType, ResponseType, UserAgent, Content        *string
	Detail                                                                struct {
		RequestHeaders  map[string]string `json:"request_headers"`
		ResponseHeaders map[string]string `json:"response_headers"`
		Data, Result    json.RawMessage
		Trace           []struct {
			Name, Type string
			Msg        int
			Data       json.RawMessage
		}
		Messages []string
		Details  map[string]any
	}
}

// rows stores what waits and reads it, the oldest first.
func (f *fixture) rows() (l []row) {
	f.Helper()
	if err := f.log.Flush(f.Context()); err != nil {
		f.Fatal(err)
	}
	err := f.store.Each(f.Context(), `SELECT l.id, time, duration, level, length, in_traffic, out_traffic, queries, public, volatile, status, method, path, ip,
e.ident, query, request_type, response_type, user_agent, d.content
FROM ops_log l LEFT JOIN ops_log_detail d ON d.id = l.id LEFT JOIN ops_endpoint e ON e.id = l.endpoint ORDER BY l.id`, nil, func(scan store.Scan) error {
		var r row
		err := scan(&r.ID, &r.Time, &r.Duration, &r.Level, &r.Length, &r.In, &r.Out, &r.Queries, &r.Public, &r.Volatile, &r.Status, &r.Method, &r.Path, &r.IP,
			&r.Endpoint, &r.Query, &r.RequestType, &r.ResponseType, &r.UserAgent, &r.Content)
		if err == nil && r.Content != nil {
			err = json.Unmarshal([]byte(*r.Content), &r.Detail)
		}
		l = append(l, r)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
	return l
}

func text(p *string) string {
	if p == nil {
		return "<null>"
	}
	return *p
}
