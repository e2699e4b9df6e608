package api_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// notebook is a writer that is kept with the call.
type notebook struct {
	api.Link
	http.ResponseWriter
	endpoint string
}

func (n *notebook) BeforeWrite(c *api.Call) error {
	n.endpoint = c.Endpoint().ID
	return nil
}

func (n *notebook) Unwrap() http.ResponseWriter { return n.ResponseWriter }

type greeting struct {
	Text string `json:"text"`
}

type greetings struct {
	Hello api.Get[api.Empty, greeting] `route:"/hello"`
	Raw   api.Raw                      `route:"/raw"`
}

func TestWriterIsAttached(t *testing.T) {
	seen := ""
	hello := func(ctx context.Context, _ *api.Empty) (*greeting, error) {
		n, ok := api.Attached[*notebook](ctx)
		if !ok {
			t.Error("the writer is not attached")
			return &greeting{}, nil
		}
		return &greeting{n.Header().Get("X-Seen")}, nil
	}
	raw := func(w http.ResponseWriter, r *http.Request) error {
		if _, ok := api.Attached[*notebook](r.Context()); !ok {
			t.Error("the writer is not attached to a raw endpoint")
		}
		_, err := io.WriteString(w, "raw")
		return err
	}
	mux := &api.Mux{}
	if err := mux.Mount("/", &greetings{hello, raw}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := &notebook{ResponseWriter: w}
		n.Header().Set("X-Seen", "yes")
		mux.ServeHTTP(n, r)
		seen = n.endpoint
	}))
	defer server.Close()
	for path, want := range map[string]string{"/hello": `{"text":"yes"}`, "/raw": "raw"} {
		res, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil || string(body) != want || seen != strings.TrimPrefix(path, "/") {
			t.Errorf("%s: %s, %v, endpoint %q", path, body, err, seen)
		}
	}
}

func TestMuxFail(t *testing.T) {
	mux := &api.Mux{Fail: func(w http.ResponseWriter, _ *http.Request, p *api.Problem) {
		w.WriteHeader(p.Status)
		_, _ = io.WriteString(w, p.Code+" "+w.Header().Get("Allow"))
	}}
	if err := mux.Mount("/", &greetings{Hello: func(context.Context, *api.Empty) (*greeting, error) { return nil, nil }, Raw: func(http.ResponseWriter, *http.Request) error { return nil }}); err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]string{"GET /nowhere": "404 not_found ", "PUT /hello": "405 method_not_allowed OPTIONS, GET, HEAD"} {
		method, path, _ := strings.Cut(request, " ")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		if got := strconv.Itoa(w.Code) + " " + w.Body.String(); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
}

func TestProblemOf(t *testing.T) {
	if api.ProblemOf(nil) != nil {
		t.Error("nil has a problem")
	}
	if p := api.ProblemOf(context.DeadlineExceeded); p.Status != 504 {
		t.Errorf("%+v", p)
	}
}
