package session_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func TestRow14_UnknownIDRefused(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		for _, chosen := range []string{"aaaa", strings.Repeat("a", 43), strings.Repeat("a", 5000), "", "%00", `"x"`} {
			c := app.Client(t, local)
			a := c.Must(200, "POST /visit", "", "Cookie", "sessionid="+chosen)
			if got := a.Cookie("sessionid"); got == nil || got.Value == chosen || len(got.Value) != 43 {
				t.Errorf("cookie %.50q: got %v", chosen, got)
			}
		}
	})
}

func TestRow18_CookieFlags(t *testing.T) {
	tests := []struct {
		name       string
		production bool
		tls        bool
		cookie     string
		secure     bool
	}{
		{"development", false, false, "sessionid", false},
		{"TLS", false, true, "__Host-sessionid", true},
		{"production behind a proxy", true, false, "__Host-sessionid", true},
		{"production with TLS", true, true, "__Host-sessionid", true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			app := authtest.New(t, testdb.SQLite(t), nil)
			app.Session.SetProduction(test.production)
			send := func(target, cookie string) *http.Response {
				r := httptest.NewRequest("POST", target, nil)
				if test.tls {
					r = httptest.NewRequest("POST", "https://example.com"+target, nil)
				}
				if cookie != "" {
					r.Header.Set("Cookie", cookie)
				}
				w := httptest.NewRecorder()
				app.Mux.ServeHTTP(w, r)
				return w.Result()
			}
			cookies := send("/user/visit", "").Cookies()
			if len(cookies) != 1 {
				t.Fatalf("got %v", cookies)
			}
			c := cookies[0]
			if c.Name != test.cookie || c.Secure != test.secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
				c.Path != "/" || c.Domain != "" || c.MaxAge != 7*24*3600 {
				t.Errorf("got %s", c)
			}
			again := send("/user/visit", c.Name+"="+c.Value)
			if got := again.Cookies(); len(got) != 1 || got[0].Value != c.Value || app.Sessions(t) != 1 {
				t.Errorf("the cookie is not taken: %v", got)
			}
			other := map[string]string{"sessionid": "__Host-sessionid", "__Host-sessionid": "sessionid"}[c.Name]
			if got := send("/user/visit", other+"="+c.Value).Cookies(); len(got) != 1 || got[0].Value == c.Value {
				t.Errorf("the token is taken from the cookie %s", other)
			}
		})
	}
}

func TestRow19_NoWritesForAnonymous(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	for _, request := range []string{"GET /public", "GET /visits", "GET /maybe", "GET /", "GET /id", "POST /logout"} {
		for range 50 {
			if a := app.Client(t, local).Do(request, ""); len(a.Header["Set-Cookie"]) > 0 {
				t.Fatalf("%s: got %s", request, a.Header["Set-Cookie"])
			}
		}
	}
	if n := app.Sessions(t); n != 0 {
		t.Errorf("%d rows", n)
	}
}

func TestRow22_CrossOrigin(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), func(c *session.Config, _ *auth.Users[ent.User]) {
		c.TrustedOrigins = []string{"https://app.example.com"}
	})
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	own := "http://" + app.Server.Listener.Addr().String()
	tests := []struct {
		site, origin string // Sec-Fetch-Site and Origin
		ok           bool
	}{
		{"", "", true},
		{"same-origin", own, true},
		{"none", "", true},
		{"same-site", "http://other.127.0.0.1", false},
		{"cross-site", "https://evil.example", false},
		{"cross-site", "", false},
		{"", "https://evil.example", false},
		{"", "null", false},
		{"cross-site", "null", false},
		{"", own, true},
		{"", "http://127.0.0.1:1", false},
		{"cross-site", "https://app.example.com", true},
		{"cross-site", "https://app.example.com.evil.example", false},
		{"cross-site", "http://app.example.com", false},
	}
	for _, test := range tests {
		var header []string
		if test.site != "" {
			header = append(header, "Sec-Fetch-Site", test.site)
		}
		if test.origin != "" {
			header = append(header, "Origin", test.origin)
		}
		for _, request := range []string{"POST /visit", "POST /login", "PUT /"} {
			for who, client := range map[string]*authtest.Client{"user": c, "visitor": app.Client(t, local)} {
				body := ""
				if request == "POST /login" {
					body = ada
				}
				a := client.Do(request, body, header...)
				if refused := a.Status == 403 && a.Code() == "cross_origin"; refused == test.ok {
					t.Errorf("%s of a %s with %q: %d %s", request, who, header, a.Status, a.Body)
				}
			}
		}
		c.Must(200, "GET /", "", header...)
	}
}

func TestRow27_NoStore(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	for _, test := range []struct {
		request       string
		client        *authtest.Client
		noStore, vary bool
	}{
		{"GET /", c, true, true},
		{"GET /maybe", c, true, true},
		{"GET /visits", c, true, true},
		{"GET /id", c, true, true},
		{"GET /public", c, false, false},
		{"GET /visits", app.Client(t, local), false, true},
		{"GET /", app.Client(t, local), false, true},
		{"POST /visit", app.Client(t, local), true, true},
	} {
		h := test.client.Do(test.request, "").Header
		if got := h.Get("Cache-Control") == "no-store"; got != test.noStore {
			t.Errorf("%s: Cache-Control %q", test.request, h.Get("Cache-Control"))
		}
		if got := h.Get("Vary") == "Cookie"; got != test.vary {
			t.Errorf("%s: Vary %q", test.request, h.Get("Vary"))
		}
	}
}
