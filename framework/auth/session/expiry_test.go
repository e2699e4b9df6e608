package session_test

import (
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

// One process may believe that a session has ended which another one has prolonged.
func TestProlongedElsewhere(t *testing.T) {
	slow := func(c *session.Config, _ *auth.Users[ent.User]) { c.Idle, c.Revalidate = time.Minute, time.Hour }
	app := authtest.New(t, testdb.SQLite(t), slow)
	two := authtest.New(t, app.DB, func(c *session.Config, u *auth.Users[ent.User]) {
		slow(c, u)
		c.Now = app.Clock.Now
	})
	c := app.Client(t, local)
	c.Must(200, "POST /visit", "")
	c.Must(200, "GET /visits", "")
	app.Clock.Pass(50 * time.Second)
	two.Client(t, local).Must(200, "GET /visits", "", "Cookie", "sessionid="+c.Token())
	app.Clock.Pass(50 * time.Second)
	if a := app.Client(t, local).Must(200, "GET /visits", "", "Cookie", "sessionid="+c.Token()); a.Body != `{"visits":1}` {
		t.Errorf("got %s", a.Body)
	}
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
