package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// depotAPI has what a client must not keep in memory, and what breaks off.
type depotAPI struct {
	Store  api.Put[storeInput, storeOutput]
	Whole  api.Put[wholeInput, storeOutput]
	Fetch  api.Get[fetchInput, api.Attachment]
	Moved  api.Get[api.Empty, api.Redirect]
	Either api.Get[fetchInput, fileOrElsewhere]
	Login  api.Post[api.Empty, loginOutput]
	Watch  api.Stream[watchedInput, depotEvent]
	Sealed *sealedAPI

	breaks atomic.Int32 // how often a stream is cut
}

type sealedAPI struct {
	Box api.Envelope `on:"!Bare"`

	Get  api.Get[api.Empty, storeOutput]
	Bare api.Get[api.Empty, bareOutput]
	Fail api.Get[api.Empty, storeOutput]
	None api.Delete[api.Empty, api.Empty]
}

type bareOutput struct {
	Result storeOutput `json:"result"`
}

type storeInput struct {
	Title string   `form:"title"`
	File  api.File `form:"file" maxSize:"100MB"`
}

type wholeInput struct {
	File api.File `body:"file" maxSize:"100MB"`
}

type storeOutput struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}

type fetchInput struct {
	Bytes int64 `query:"bytes"`
}

type fileOrElsewhere struct {
	api.Responses
	File      *api.Attachment `status:"200"`
	Elsewhere *api.Redirect   `status:"303"`
}

type loginOutput struct {
	SID   *http.Cookie `cookie:""`
	Theme *http.Cookie `cookie:"look"`
	Kept  string       `header:"X-Kept"`
	Name  string       `json:"name"`
}

type watchedInput struct {
	Last string `header:"Last-Event-ID" api:"optional"`
}

type depotEvent struct {
	N int `json:"n"`
}

func (e *depotEvent) EventID() string { return strconv.Itoa(e.N) }

var depotEnvelope = api.Envelope{ResultKey: "result", MessageKey: "message", StateKey: "state", ErrorsKey: "errors"}

func newDepot(t *testing.T) (*depotAPI, string) {
	t.Helper()
	stored := func(f *api.File) (*storeOutput, error) {
		r, err := f.Open()
		if err != nil {
			return nil, err
		}
		n, err := io.Copy(io.Discard, r)
		return &storeOutput{f.Name, n}, err
	}
	d := &depotAPI{
		Store: func(_ context.Context, in *storeInput) (*storeOutput, error) { return stored(&in.File) },
		Whole: func(_ context.Context, in *wholeInput) (*storeOutput, error) { return stored(&in.File) },
		Fetch: func(_ context.Context, in *fetchInput) (*api.Attachment, error) {
			return &api.Attachment{Name: "a.bin", Body: func(w io.Writer) error {
				_, err := io.CopyN(w, noughts{}, in.Bytes)
				return err
			}}, nil
		},
		Moved: func(context.Context, *api.Empty) (*api.Redirect, error) {
			return &api.Redirect{Location: "/elsewhere", Status: 307}, nil
		},
		Either: func(_ context.Context, in *fetchInput) (*fileOrElsewhere, error) {
			if in.Bytes == 0 {
				return &fileOrElsewhere{Elsewhere: &api.Redirect{Location: "/elsewhere"}}, nil
			}
			return &fileOrElsewhere{File: &api.Attachment{Name: "b.txt", Content: strings.NewReader("text")}}, nil
		},
		Login: func(context.Context, *api.Empty) (*loginOutput, error) {
			return &loginOutput{SID: &http.Cookie{Name: "sid", Value: "s1"}, Theme: &http.Cookie{Name: "look", Value: "dark"}, Kept: "yes", Name: "ann"}, nil
		},
		Sealed: &sealedAPI{
			Box: depotEnvelope,
			Get: func(context.Context, *api.Empty) (*storeOutput, error) { return &storeOutput{"box", 1}, nil },
			Bare: func(context.Context, *api.Empty) (*bareOutput, error) {
				return &bareOutput{Result: storeOutput{Name: "bare"}}, nil
			},
			Fail: func(context.Context, *api.Empty) (*storeOutput, error) {
				return nil, api.Conflict("taken", "it is taken").Field("name")
			},
			None: func(context.Context, *api.Empty) (*api.Empty, error) { return &api.Empty{}, nil },
		},
	}
	d.Watch = func(ctx context.Context, in *watchedInput) (iter.Seq2[*depotEvent, error], error) {
		last := 0
		if in.Last != "" {
			last, _ = strconv.Atoi(in.Last)
		}
		return func(yield func(*depotEvent, error) bool) {
			for n := last + 1; n <= 5; n++ {
				if n == last+3 && d.breaks.Add(-1) >= 0 {
					panic(http.ErrAbortHandler)
				}
				if !yield(&depotEvent{n}, nil) {
					return
				}
			}
			yield(nil, api.Gone("over", "there is no more"))
		}, nil
	}
	mux := &api.Mux{}
	if err := mux.Mount("/depot", d); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return d, s.URL + "/depot"
}

type noughts struct{}

func (noughts) Read(b []byte) (int, error) { return len(b), nil }

func dialDepot(t *testing.T, url string, o api.ClientOptions) *depotAPI {
	t.Helper()
	o.Envelope = depotEnvelope
	c, err := api.Connect[depotAPI](url, &o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// growth is by how much the heap grows while f runs, at its highest.
func growth(f func()) (most uint64) {
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	done := make(chan struct{})
	go func() { defer close(done); f() }()
	for {
		select {
		case <-done:
			return most
		case <-time.After(2 * time.Millisecond):
			if runtime.ReadMemStats(&now); now.HeapAlloc > before.HeapAlloc {
				most = max(most, now.HeapAlloc-before.HeapAlloc)
			}
		}
	}
}

func TestClientStreamsFiles(t *testing.T) {
	const size = 64 << 20
	_, url := newDepot(t)
	c := dialDepot(t, url, api.ClientOptions{})
	f, err := os.Create(filepath.Join(t.TempDir(), "large.bin"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(size); err != nil {
		t.Fatal(err)
	}
	file, err := api.FileFrom(f)
	if err != nil || file.Name != "large.bin" || file.Size != size {
		t.Fatalf("%+v, %v", file, err)
	}
	want := &storeOutput{"large.bin", size}
	grown := growth(func() {
		got, err := c.Store(context.Background(), &storeInput{Title: "x", File: file})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("form: %v\n%s", err, diff)
		}
		got, err = c.Whole(context.Background(), &wholeInput{File: file})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("body: %v\n%s", err, diff)
		}
		a, err := c.Fetch(context.Background(), &fetchInput{Bytes: size})
		if err != nil {
			t.Error(err)
			return
		}
		defer a.Content.(io.Closer).Close()
		if n, err := io.Copy(io.Discard, a.Content); err != nil || n != size || a.Name != "a.bin" {
			t.Errorf("download: %d bytes, %v", n, err)
		}
		if _, err := a.Content.Seek(10, io.SeekStart); err != nil {
			t.Error(err)
		}
	})
	if grown > size/4 {
		t.Errorf("the heap grew by %d bytes for files of %d", grown, size)
	}
}

func TestClientFilesAreBounded(t *testing.T) {
	_, url := newDepot(t)
	for _, limit := range []int64{1000, 200_000} {
		c := dialDepot(t, url, api.ClientOptions{Limit: limit})
		if _, err := c.Fetch(t.Context(), &fetchInput{Bytes: limit + 1}); err == nil || !strings.Contains(err.Error(), fmt.Sprint(limit)) {
			t.Errorf("limit %d: %v", limit, err)
		}
		a, err := c.Fetch(t.Context(), &fetchInput{Bytes: limit})
		if err != nil {
			t.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, a.Content); err != nil || n != limit {
			t.Errorf("limit %d: %d bytes, %v", limit, n, err)
		}
		if err := a.Content.(io.Closer).Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestClientRetriesFiles(t *testing.T) {
	_, url := newDepot(t)
	tries := 0
	c := dialDepot(t, url, api.ClientOptions{Retry: 1, Wait: time.Millisecond, After: func(res *http.Response) error {
		if tries++; tries == 1 {
			res.StatusCode = http.StatusServiceUnavailable
		}
		return nil
	}})
	got, err := c.Store(t.Context(), &storeInput{Title: "x", File: api.NewFile("a.txt", []byte("abc"))})
	if err != nil || got.Bytes != 3 || tries != 2 {
		t.Errorf("%v, %v after %d tries", got, err, tries)
	}
}

func TestClientHooks(t *testing.T) {
	_, url := newDepot(t)
	var seen []string
	stop := errors.New("stop")
	c := dialDepot(t, url, api.ClientOptions{
		Before: func(r *http.Request) error {
			seen = append(seen, r.Method+" "+r.URL.Path)
			r.Header.Set("Visitor", "Ada")
			if r.Method == http.MethodPut {
				return stop
			}
			return nil
		},
		After: func(res *http.Response) error {
			seen = append(seen, res.Status+" "+res.Request.Header.Get("Visitor"))
			return nil
		},
	})
	if _, err := c.Login(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if _, err := c.Store(t.Context(), &storeInput{Title: "x", File: api.NewFile("a", nil)}); !errors.Is(err, stop) {
		t.Errorf("before: %v", err)
	}
	if diff := cmp.Diff([]string{"POST /depot/login", "200 OK Ada", "PUT /depot/store"}, seen); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c = dialDepot(t, url, api.ClientOptions{After: func(*http.Response) error { return stop }})
	if _, err := c.Login(t.Context(), nil); !errors.Is(err, stop) {
		t.Errorf("after: %v", err)
	}
}

func TestClientOutputs(t *testing.T) {
	_, url := newDepot(t)
	c := dialDepot(t, url, api.ClientOptions{})
	moved, err := c.Moved(t.Context(), nil)
	if err != nil || moved.Location != "/elsewhere" || moved.Status != 307 {
		t.Errorf("redirect: %+v, %v", moved, err)
	}
	if either, err := c.Either(t.Context(), nil); err != nil || either.File != nil || either.Elsewhere == nil || either.Elsewhere.Location != "/elsewhere" {
		t.Errorf("either, elsewhere: %+v, %v", either, err)
	}
	either, err := c.Either(t.Context(), &fetchInput{Bytes: 4})
	if err != nil || either.File == nil || either.File.Name != "b.txt" {
		t.Fatalf("either, a file: %+v, %v", either, err)
	}
	if text, err := io.ReadAll(either.File.Content); err != nil || string(text) != "text" {
		t.Errorf("either, a file: %q, %v", text, err)
	}
	in, err := c.Login(t.Context(), nil)
	if err != nil || in.SID == nil || in.SID.Value != "s1" || in.Theme == nil || in.Theme.Value != "dark" || in.Kept != "yes" || in.Name != "ann" {
		t.Errorf("parts: %+v, %v", in, err)
	}
}

func TestClientUnseals(t *testing.T) {
	_, url := newDepot(t)
	c := dialDepot(t, url, api.ClientOptions{})
	if got, err := c.Sealed.Get(t.Context(), nil); err != nil || *got != (storeOutput{"box", 1}) {
		t.Errorf("answer: %v, %v", got, err)
	}
	var p *api.Problem
	if _, err := c.Sealed.Fail(t.Context(), nil); !errors.As(err, &p) || p.Status != 409 || p.Code != "taken" || p.Detail != "it is taken" || len(p.Errors) != 1 || p.Errors[0].Pointer != "/name" {
		t.Errorf("problem: %v", err)
	}
	if _, err := c.Sealed.None(t.Context(), nil); err != nil {
		t.Errorf("nothing: %v", err)
	}
	if got, err := c.Sealed.Bare(t.Context(), nil); err != nil || got.Result.Name != "bare" {
		t.Errorf("what is in no envelope: %v, %v", got, err)
	}
}

func TestClientStreams(t *testing.T) {
	for _, tt := range []struct {
		name      string
		breaks    int32
		reconnect int
		last      string
		want      []int
		over      bool
	}{
		{"whole", 0, 0, "", []int{1, 2, 3, 4, 5}, true},
		{"from an event on", 0, 0, "3", []int{4, 5}, true},
		{"broken", 1, 0, "", []int{1, 2}, false},
		{"broken and opened again", 2, 1, "", []int{1, 2, 3, 4, 5}, true},
		{"broken for ever", 1000, -1, "", []int{1, 2, 3, 4, 5}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, url := newDepot(t)
			d.breaks.Store(tt.breaks)
			c := dialDepot(t, url, api.ClientOptions{Reconnect: tt.reconnect, Wait: time.Millisecond})
			events, err := c.Watch(t.Context(), &watchedInput{Last: tt.last})
			if err != nil {
				t.Fatal(err)
			}
			var got []int
			var last error
			for ev, err := range events {
				if last = err; err == nil {
					got = append(got, ev.N)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if api.StatusOf(last) == 410 != tt.over || last == nil {
				t.Errorf("ended with %v", last)
			}
		})
	}
}

func TestClientStreamEndsWithItsContext(t *testing.T) {
	d, url := newDepot(t)
	d.breaks.Store(1 << 30)
	c := dialDepot(t, url, api.ClientOptions{Reconnect: -1, Wait: time.Minute})
	ctx, cancel := context.WithCancel(t.Context())
	events, err := c.Watch(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(50*time.Millisecond, cancel)
	var last error
	for _, err := range events {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("ended with %v", last)
	}
}
