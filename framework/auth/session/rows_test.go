package session_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/framework/auth/internal/authtest"
	"github.com/utilmeta/utilmeta-go/framework/auth/session"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/ormtest/ent"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

var ada = authtest.As("ada", "secret")

func TestRow12_TokenIsHashedInStore(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(200, "POST /signup", ada)
		token := c.Token()
		if len(token) != 43 {
			t.Errorf("the token %q is not 32 bytes in base64", token)
		}
		row := app.Ent.Session.Query().OnlyX(t.Context())
		if len(row.TokenHash) != 64 || strings.Contains(row.TokenHash+string(row.Data), token) {
			t.Errorf("the row holds %q and %s", row.TokenHash, row.Data)
		}
		if a := app.Client(t, local).Do("GET /", "", "Cookie", "sessionid="+row.TokenHash); a.Status != 401 {
			t.Errorf("the hash logs in: %d", a.Status)
		}
	})
}

// No file of the database holds what is in the cookie.
func TestRow12_TokenIsNowhereInTheFiles(t *testing.T) {
	dir := t.TempDir()
	app := authtest.New(t, testdb.Open(t, db.Config{Engine: db.SQLite, Name: dir + "/test.db"}), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /signup", ada)
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, f := range files {
		b, err := os.ReadFile(dir + "/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		found = found || strings.Contains(string(b), "ada")
		if strings.Contains(string(b), c.Token()) {
			t.Errorf("%s holds the token", f.Name())
		}
	}
	if !found {
		t.Error("the files do not hold the user either: the test looks at the wrong place")
	}
}

func TestRow13_RotatedOnLogin(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		app.Client(t, local).Must(200, "POST /signup", ada)
		victim, attacker := app.Client(t, local), app.Client(t, local)
		victim.Must(200, "POST /visit", "")
		planted := victim.Token()
		victim.Must(200, "POST /login", ada)
		if victim.Token() == planted {
			t.Error("the id is the same after the login")
		}
		if a := victim.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` {
			t.Errorf("a visitor's session does not go on: %s", a.Body)
		}
		attacker.Must(401, "GET /", "", "Cookie", "sessionid="+planted)
		if n := app.Sessions(t); n != 2 {
			t.Errorf("%d rows of the account's two sessions", n)
		}

		mine := victim.Token()
		victim.Must(200, "POST /signup", authtest.As("bob", "secret"))
		if a := victim.Must(200, "GET /visits", ""); a.Body != `{"visits":0}` {
			t.Errorf("another user sees the values of the one before: %s", a.Body)
		}
		attacker.Must(401, "GET /", "", "Cookie", "sessionid="+mine)
	})
}

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

func TestRow15_FlushOnLogout(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(200, "POST /signup", ada)
		replay := []string{"Cookie", "sessionid=" + c.Token()}
		a := c.Must(200, "POST /logout", "")
		if got := a.Cookie("sessionid"); got == nil || got.MaxAge >= 0 || got.Path != "/" || got.Domain != "" {
			t.Errorf("the cookie does not expire: %v", got)
		}
		if n := app.Sessions(t); n != 0 {
			t.Errorf("%d rows after the logout", n)
		}
		app.Client(t, local).Must(401, "GET /", "", replay...)
	})
}

// A session ends even if the transaction in which its end was asked for is rolled back.
func TestRow15_FlushInTransaction(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c := app.Client(t, local)
		c.Must(200, "POST /visit", "")
		replay := []string{"Cookie", "sessionid=" + c.Token()}
		c.Must(400, "POST /leave", "")
		if a := app.Client(t, local).Must(200, "GET /visits", "", replay...); a.Body != `{"visits":0}` || app.Sessions(t) != 0 {
			t.Errorf("the session is still there: %s", a.Body)
		}
	})
}

func TestRow16_Expiry(t *testing.T) {
	const hour, day = time.Hour, 24 * time.Hour
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		t.Run("idle", func(t *testing.T) {
			c := app.Client(t, local)
			c.Must(200, "POST /visit", "")
			app.Clock.Pass(7*day - time.Second)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` || a.Cookie("sessionid") == nil {
				t.Errorf("just before its end: %s, cookie %v", a.Body, a.Cookie("sessionid"))
			}
			app.Clock.Pass(7 * day)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":0}` {
				t.Errorf("after its end: %s", a.Body)
			}
		})
		t.Run("absolute", func(t *testing.T) {
			c := app.Client(t, local)
			c.Must(200, "POST /visit", "")
			for range 29 {
				app.Clock.Pass(day)
				if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` {
					t.Fatalf("in use: %s", a.Body)
				}
			}
			app.Clock.Pass(day - time.Second)
			c.Must(200, "POST /edit", `{"renew": true}`)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` {
				t.Errorf("just before the deadline: %s", a.Body)
			}
			app.Clock.Pass(time.Second)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":0}` {
				t.Errorf("after the deadline: %s", a.Body)
			}
		})
		t.Run("the clock set back", func(t *testing.T) {
			c := app.Client(t, local)
			c.Must(200, "POST /visit", "")
			app.Clock.Pass(-hour)
			if a := c.Must(200, "GET /visits", ""); a.Body != `{"visits":1}` {
				t.Errorf("an hour before it began: %s", a.Body)
			}
			app.Clock.Pass(hour)
		})
	})
}

// The last activity is written now and then, not at every request.
func TestActivityIsBatched(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	c := app.Client(t, local)
	c.Must(200, "POST /visit", "")
	activity := func() time.Time { return app.Ent.Session.Query().OnlyX(t.Context()).LastActivity }
	first := activity()
	app.Clock.Pass(5*time.Minute - time.Second)
	if a := c.Must(200, "GET /visits", ""); a.Cookie("sessionid") != nil || !activity().Equal(first) {
		t.Error("written too soon")
	}
	app.Clock.Pass(time.Second)
	if a := c.Must(200, "GET /visits", ""); a.Cookie("sessionid") == nil || activity().Sub(first) != 5*time.Minute {
		t.Errorf("after 5 minutes: cookie %v, %s later", a.Cookie("sessionid"), activity().Sub(first))
	}
	if a := c.Must(200, "GET /visits", ""); a.Cookie("sessionid") != nil {
		t.Error("written twice")
	}
}

func TestRow17_PasswordChangeEndsOthers(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		one, two := app.Client(t, local), app.Client(t, local)
		one.Must(200, "POST /signup", ada)
		two.Must(200, "POST /login", ada)
		two.Must(200, "GET /", "")
		before := one.Token()
		one.Must(200, "PUT /", `{"password": "another"}`)
		if one.Token() == before {
			t.Error("the id is the same after the change")
		}
		one.Must(200, "GET /", "")
		two.Must(401, "GET /", "")
		if n := app.Sessions(t); n != 1 {
			t.Errorf("%d rows: the other session's is still there", n)
		}
		two.Must(403, "POST /login", ada)
		two.Must(200, "POST /login", authtest.As("ada", "another"))
		two.Must(200, "GET /", "")
		one.Must(200, "GET /", "")
	})
}

func TestRow17_GoneUser(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, func(_ *session.Config, u *auth.Users[ent.User]) {
			u.Active = func(u *ent.User) bool { return u.Active }
		})
		for _, end := range []func(u *ent.User){
			func(u *ent.User) { u.Update().SetActive(false).ExecX(context.Background()) },
			func(u *ent.User) { app.Ent.User.DeleteOne(u).ExecX(context.Background()) },
		} {
			c := app.Client(t, local)
			c.Must(200, "POST /signup", ada)
			end(app.Ent.User.Query().OnlyX(t.Context()))
			c.Must(401, "GET /", "")
			if n := app.Sessions(t); n != 0 {
				t.Errorf("%d rows", n)
			}
			c.Must(403, "POST /login", ada)
			app.Ent.User.Delete().ExecX(t.Context())
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

func TestRow20_StoreFailureIsAnError(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		c, fresh := app.Client(t, local), app.Client(t, local)
		c.Must(200, "POST /signup", ada)
		if _, err := d.ExecContext(t.Context(), "ALTER TABLE sessions RENAME TO hidden"); err != nil {
			t.Fatal(err)
		}
		d.Forget()
		for _, request := range []string{"POST /login", "POST /visit"} {
			a := fresh.Must(500, request, ada)
			if a.Cookie("sessionid") != nil || strings.Contains(a.Body, "ada") || a.Code() != "internal" {
				t.Errorf("%s: %s with the cookie %v", request, a.Body, a.Cookie("sessionid"))
			}
		}
		c.Must(200, "GET /public", "")
		app.Clock.Pass(10 * time.Second) // out of the cache
		for _, request := range []string{"GET /", "GET /maybe", "GET /visits", "GET /id", "POST /logout", "POST /visit"} {
			c.Must(500, request, "")
		}
		if _, err := d.ExecContext(t.Context(), "ALTER TABLE hidden RENAME TO sessions"); err != nil {
			t.Fatal(err)
		}
		d.Forget()
		c.Must(200, "GET /", "")
	})
}

func TestRow21_ExpiredRowsPurged(t *testing.T) {
	testdb.Each(t, func(t *testing.T, d *db.DB) {
		app := authtest.New(t, d, nil)
		now := app.Clock.Now().UTC().Truncate(time.Microsecond)
		bulk := make([]*ent.SessionCreate, 2500)
		for i := range bulk {
			expiry := now.Add(-time.Duration(i+1) * time.Millisecond)
			bulk[i] = app.Ent.Session.Create().SetTokenHash(strings.Repeat("0", 50) + time.Duration(i).String()).SetExpiryTime(expiry).SetDeadline(now)
		}
		for part := range 5 {
			app.Ent.Session.CreateBulk(bulk[part*500 : part*500+500]...).ExecX(t.Context())
		}
		c := app.Client(t, local)
		c.Must(200, "POST /visit", "")
		n, err := app.Session.Purge(t.Context())
		if n != 2500 || err != nil || app.Sessions(t) != 1 {
			t.Errorf("%d removed, %d left, %v", n, app.Sessions(t), err)
		}
		app.Clock.Pass(7 * 24 * time.Hour)
		if n, err := app.Session.Purge(t.Context()); n != 1 || err != nil {
			t.Errorf("%d removed, %v", n, err)
		}
	})
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
