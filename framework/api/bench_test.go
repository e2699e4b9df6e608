package api_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type signupInput struct {
	Username string   `json:"username" minLength:"3" maxLength:"20" pattern:"^[a-z0-9_]+$"`
	Email    string   `json:"email" format:"email"`
	Password string   `json:"password" minLength:"6" maxLength:"72"`
	Age      int      `json:"age" minimum:"13" maximum:"150"`
	Country  string   `json:"country" minLength:"2" maxLength:"2"`
	Tags     []string `json:"tags" maxItems:"5"`
}

type signupOutput struct {
	ID       int    `json:"id"`
	Username string `json:"username"`
	Email    string `json:"email"`
}

type benchAPI struct {
	Hello  api.Get[api.Empty, helloOutput]
	Signup api.Post[signupInput, signupOutput]
}

type helloOutput struct {
	Message string `json:"message"`
}

func newBench(t testing.TB) *api.Mux {
	var mux api.Mux
	err := mux.Mount("/api", &benchAPI{
		Hello: func(context.Context, *api.Empty) (*helloOutput, error) { return &helloOutput{"world"}, nil },
		Signup: func(_ context.Context, in *signupInput) (*signupOutput, error) {
			return &signupOutput{1, in.Username, in.Email}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &mux
}

// nowhere is an answer that costs nothing.
type nowhere struct{ header http.Header }

func (w *nowhere) Header() http.Header         { return w.header }
func (w *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (w *nowhere) WriteHeader(int)             {}

// repeat makes a function that sends the same request again and again, with nothing allocated by itself.
func repeat(t testing.TB, h http.Handler, method, target string, body []byte) func() {
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	reader := bytes.NewReader(body)
	r := &http.Request{Method: method, URL: u, Header: http.Header{}, Body: io.NopCloser(reader), ContentLength: int64(len(body))}
	r.Header["Content-Type"] = []string{"application/json"}
	w := &nowhere{http.Header{}}
	return func() {
		reader.Reset(body)
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

var signupBody = []byte(`{"username":"user_1","email":"user@example.com","password":"123123123","age":33,"country":"de","tags":["a","b"]}`)

func BenchmarkHello(b *testing.B) {
	send := repeat(b, newBench(b), "GET", "/api/hello", nil)
	b.ReportAllocs()
	for b.Loop() {
		send()
	}
}

func BenchmarkSignup(b *testing.B) {
	send := repeat(b, newBench(b), "POST", "/api/signup", signupBody)
	b.ReportAllocs()
	for b.Loop() {
		send()
	}
}

func TestAllocations(t *testing.T) {
	mux := newBench(t)
	for _, tt := range []struct {
		name string
		send func()
		most float64
	}{
		{"hello", repeat(t, mux, "GET", "/api/hello", nil), 2},                            // the frame, the output
		{"signup", repeat(t, mux, "POST", "/api/signup", signupBody), 4},                  // and the body, the list
		{"invalid", repeat(t, mux, "POST", "/api/signup", []byte(`{"username":"x"}`)), 2}, // the frame, the body
	} {
		if got := testing.AllocsPerRun(200, tt.send); got > tt.most && !raceEnabled {
			t.Errorf("%s: %v allocations, want %v at the most", tt.name, got, tt.most)
		}
	}
}
