package session_test

import (
	"context"
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

// A handler that takes the names of values from its input does not let clients say who they are.
func TestUserKeyAlone(t *testing.T) {
	app := authtest.New(t, testdb.SQLite(t), nil)
	app.Client(t, local).Must(200, "POST /signup", ada)
	c := app.Client(t, local)
	c.Must(500, "POST /edit", `{"put": {"_user_id": 1}}`)
	c.Must(401, "GET /", "")
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
