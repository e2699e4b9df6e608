package session_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
)

// CounterAPI counts visits.
type CounterAPI struct {
	Session session.Plugin

	// Visit counts one more.
	Visit api.Post[session.Session, Count]
	// Reset begins anew.
	Reset api.Post[session.Session, api.Empty]
}

// Count is how often a client has been here.
type Count struct {
	Visits int `json:"visits"`
}

func (a *CounterAPI) visit(_ context.Context, s *session.Session) (*Count, error) {
	var c Count
	s.Get("visits", &c.Visits)
	c.Visits++
	s.Put("visits", c.Visits)
	return &c, nil
}

func (a *CounterAPI) reset(ctx context.Context, s *session.Session) (*api.Empty, error) {
	return nil, s.Flush(ctx)
}

// DescribeAPI is what meta generate writes.
func (a *CounterAPI) DescribeAPI(*api.Description) { a.Visit, a.Reset = a.visit, a.reset }

func Example() {
	var mux api.Mux
	if err := mux.Mount("", &CounterAPI{Session: session.New(session.Config{})}); err != nil {
		log.Fatal(err)
	}
	server := httptest.NewServer(&mux)
	defer server.Close()

	jar, _ := cookiejar.New(nil)
	client, err := api.Connect[CounterAPI](server.URL, &api.ClientOptions{HTTP: &http.Client{Jar: jar}})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	for range 2 {
		c, err := client.Visit(ctx, nil)
		fmt.Println(c, err)
	}
	_, err = client.Reset(ctx, nil)
	c, _ := client.Visit(ctx, nil)
	fmt.Println(c, err)
	// Output:
	// &{1} <nil>
	// &{2} <nil>
	// &{1} <nil>
}
