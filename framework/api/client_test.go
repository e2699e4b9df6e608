package api_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

func TestClient(t *testing.T) {
	mux, _ := newShop(t)
	s := httptest.NewServer(mux)
	defer s.Close()
	c, err := api.Connect[rootAPI](s.URL+"/api/", &api.ClientOptions{Header: http.Header{"Visitor": {"Ada"}}})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	got, err := c.Shop.Put(ctx, &putInput{byID: byID{ID: 3}, Data: item{ID: 9, Name: "cup", Price: 1, Tags: []string{"a"}}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&item{ID: 3, Name: "cup by Ada", Price: 1, Tags: []string{"a"}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	list, err := c.Shop.List(ctx, &listInput{Search: "a&b", Tag: []string{"xx"}})
	if err != nil || (*list)[0].Name != "search a&b" || (*list)[0].Price != 10 {
		t.Errorf("list: %v, %v", list, err)
	}
	if _, err := c.Shop.Remove(ctx, &byID{ID: 3}); err != nil {
		t.Errorf("remove: %v", err)
	}
	_, err = c.Shop.Create(ctx, &item{Name: "x", Price: -1})
	var p *api.Problem
	if !errors.As(err, &p) || p.Status != 422 || len(p.Errors) != 2 || p.Errors[0].Pointer != "/name" || p.Errors[1].Code != "minimum" {
		t.Errorf("problem: %v", err)
	}
	if _, err := c.Shop.Get(ctx, &byID{ID: 5}); api.StatusOf(err) != 404 {
		t.Errorf("not found: %v", err)
	}
	s.Close()
	if _, err := c.Shop.Get(ctx, &byID{ID: 3}); err == nil {
		t.Error("no error without a server")
	}
}

func TestClientRetries(t *testing.T) {
	mux, _ := newShop(t)
	var n atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if n.Add(1)%3 != 0 {
			http.Error(w, "later", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	defer s.Close()
	c, err := api.Connect[rootAPI](s.URL+"/api", &api.ClientOptions{Retry: 2, Wait: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Shop.Get(context.Background(), &byID{ID: 3}); err != nil || n.Load() != 3 {
		t.Errorf("GET: %v after %d tries", err, n.Load())
	}
	if _, err := c.Shop.Create(context.Background(), &item{Name: "cup"}); api.StatusOf(err) != 503 || n.Load() != 4 {
		t.Errorf("POST must be tried once: %v after %d", err, n.Load()-3)
	}
}

func TestConnectErrors(t *testing.T) {
	for _, base := range []string{"", "localhost:8000", "ftp://x/api", "http://"} {
		if _, err := api.Connect[rootAPI](base, nil); err == nil {
			t.Errorf("%q: no error", base)
		}
	}
}
