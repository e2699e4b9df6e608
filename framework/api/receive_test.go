package api_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

type rich struct {
	Wait time.Duration `json:"wait"`
	Day  time.Time     `json:"day" format:"date"`
	Home *url.URL      `json:"home"`
	Pick pick          `json:"pick"`
	Note api.Null[int] `json:"note"`
	Name string        `json:"name" minLength:"5"` // the server's business
}

type pick struct {
	api.OneOf `discriminator:"kind"`
	A         *jobOutput `oneOf:"a"`
	B         *clash     `oneOf:"b"`
}

type richAPI struct {
	Get    api.Get[api.Empty, rich]
	Echo   api.Post[rich, rich]
	Many   api.Get[api.Empty, []rich] `wrap:"all"`
	Events api.Stream[api.Empty, rich]
	Again  api.Post[api.Empty, said] `idempotent:""`
	Once   api.Post[api.Empty, said]
}

func aRich() rich {
	return rich{
		Wait: 90 * time.Minute, Day: time.Date(2026, 11, 25, 0, 0, 0, 0, time.UTC), Home: &url.URL{Scheme: "https", Host: "example.com"},
		Pick: pick{B: &clash{With: []int{1}}}, Note: api.Null[int]{Set: true, Null: true}, Name: "short",
	}
}

// The client reads what the server wrote, whatever encoding/json would make of it.
func TestClientReadsEveryType(t *testing.T) {
	want := aRich()
	want.Name = "x" // too short for a request
	c := client[richAPI](t, mount(t, &richAPI{
		Get:  func(context.Context, *api.Empty) (*rich, error) { return &want, nil },
		Echo: func(_ context.Context, in *rich) (*rich, error) { return in, nil },
		Many: func(context.Context, *api.Empty) (*[]rich, error) { return &[]rich{want}, nil },
		Events: func(context.Context, *api.Empty) (iter.Seq2[*rich, error], error) {
			return func(yield func(*rich, error) bool) { yield(&want, nil) }, nil
		},
		Again: nothing[said], Once: nothing[said],
	}))
	got, err := c.Get(t.Context(), nil)
	if diff := cmp.Diff(&want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
	all, err := c.Many(t.Context(), nil)
	if diff := cmp.Diff(&[]rich{want}, all); diff != "" || err != nil {
		t.Error(err, diff)
	}
	events, err := c.Events(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for ev, err := range events {
		count++
		if diff := cmp.Diff(&want, ev); diff != "" || err != nil {
			t.Error(err, diff)
		}
	}
	if count != 1 {
		t.Error(count, "events")
	}
	sent := aRich()
	if got, err = c.Echo(t.Context(), &sent); err != nil || !cmp.Equal(&sent, got) {
		t.Error(err, cmp.Diff(&sent, got))
	}
}

func TestClientRetriesWhatIsIdempotent(t *testing.T) {
	var calls atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1)%2 == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"text":"ok"}`))
	}))
	defer s.Close()
	c, err := api.Connect[richAPI](s.URL, &api.ClientOptions{Retry: 1, Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Again(t.Context(), nil); err != nil || got.Text != "ok" {
		t.Error(got, err)
	}
	if _, err := c.Once(t.Context(), nil); api.StatusOf(err) != 503 || calls.Load() != 3 {
		t.Error(err, calls.Load())
	}
}

// A proxy may say more of the media type than the server did.
func TestProblemWithParametersOfItsType(t *testing.T) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "Application/Problem+JSON; charset=utf-8")
		w.WriteHeader(409)
		_, _ = w.Write([]byte(`{"code":"taken","detail":"it is"}`))
	}))
	defer s.Close()
	c, err := api.Connect[richAPI](s.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	var p *api.Problem
	if _, err := c.Get(t.Context(), nil); !errors.As(err, &p) || p.Code != "taken" || p.Detail != "it is" {
		t.Error(err)
	}
}
