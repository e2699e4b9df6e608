// Package authtest serves an API with logins over HTTP, for the tests of auth and of its methods.
package authtest

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
)

// Quiet logs nowhere.
var Quiet = slog.New(slog.DiscardHandler)

// App is a running service with the API at /user.
type App struct {
	API     *API
	Mux     *api.Mux
	Session session.Plugin
	Users   auth.Users[ent.User]
	Ent     *ent.Client
	DB      *db.DB
	Clock   *Clock
	Server  *httptest.Server
}

var cheap = sync.OnceValue(func() error { return password.SetDefault(password.Params{Rounds: 1000}) })

// Open makes an ent client with all tables.
func Open(t testing.TB, d *db.DB) *ent.Client {
	t.Helper()
	client := ent.NewClient(ent.Driver(d))
	if err := client.Schema.Create(context.Background()); err != nil {
		t.Fatal(err)
	}
	return client
}

// New starts a service on the database; set may change its configuration.
func New(t testing.TB, d *db.DB, set func(*session.Config, *auth.Users[ent.User])) *App {
	t.Helper()
	if err := cheap(); err != nil {
		t.Fatal(err)
	}
	a := &App{DB: d, Ent: Open(t, d), Clock: &Clock{now: time.Now()}}
	config := session.Config{Store: session.EntStore[ent.Session](a.Ent), Now: a.Clock.Now, Logger: Quiet}
	users := auth.Users[ent.User]{DB: a.Ent, LoginFields: []string{"username"}}
	if set != nil {
		set(&config, &users)
	}
	a.Session = session.New(config)
	users.Methods = append([]auth.Method{a.Session}, users.Methods...)
	a.API = &API{Session: a.Session, Auth: users, DB: a.Ent}
	a.Mux = &api.Mux{Logger: Quiet}
	if err := a.Mux.Mount("", &struct{ User *API }{a.API}); err != nil {
		t.Fatal(err)
	}
	a.Server = httptest.NewServer(a.Mux)
	t.Cleanup(a.Server.Close)
	return a
}

// Clock is a time that tests move.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Client is a client of an App with cookies of its own.
type Client struct {
	t    testing.TB
	app  *App
	http *http.Client
}

// Client makes a client that connects from an address of this machine, "127.0.0.2" for one.
func (a *App) Client(t testing.TB, from string) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	transport := &http.Transport{DialContext: dialer.DialContext}
	t.Cleanup(transport.CloseIdleConnections)
	return &Client{t, a, &http.Client{Jar: jar, Transport: transport}}
}

// Answer is an answer of an App.
type Answer struct {
	Status int
	Header http.Header
	Body   string
}

// Cookie is the cookie of that name in the answer, nil for none.
func (a Answer) Cookie(name string) *http.Cookie {
	for _, c := range (&http.Response{Header: a.Header}).Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// Do sends a request below /user, "POST /login", with body as JSON if it is not "", and headers as pairs.
func (c *Client) Do(request, body string, header ...string) Answer {
	c.t.Helper()
	method, target, _ := strings.Cut(request, " ")
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.app.Server.URL+path.Join("/user", target), strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := c.http.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return Answer{res.StatusCode, res.Header, string(b)}
}

// Must is Do that ends the test unless the answer has the status.
func (c *Client) Must(status int, request, body string, header ...string) Answer {
	c.t.Helper()
	a := c.Do(request, body, header...)
	if a.Status != status {
		c.t.Fatalf("%s %s: %d %s, want %d", request, body, a.Status, a.Body, status)
	}
	return a
}

// As is the body that names an account.
func As(username, plain string) string {
	b, _ := json.Marshal(map[string]string{"username": username, "password": plain})
	return string(b)
}

// Code is the code of a problem, "" for an answer that is none.
func (a Answer) Code() string {
	var p api.Problem
	_ = json.Unmarshal([]byte(a.Body), &p)
	return p.Code
}

// Token is what the client has in its cookie.
func (c *Client) Token() string {
	r, _ := http.NewRequest("GET", c.app.Server.URL, nil)
	for _, cookie := range c.http.Jar.Cookies(r.URL) {
		return cookie.Value
	}
	return ""
}

// Sessions counts the rows.
func (a *App) Sessions(t testing.TB) int {
	t.Helper()
	n, err := a.Ent.Session.Query().Count(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return n
}
