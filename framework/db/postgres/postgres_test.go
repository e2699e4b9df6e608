package postgres_test

import (
	"context"
	"crypto/rand"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/internal/testdb"
)

func config(t *testing.T) db.Config {
	t.Helper()
	c, err := db.Parse(testdb.PostgresURL(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestSession(t *testing.T) {
	c := config(t)
	c.ApplicationName = `it's a "shop" \ 100%`
	c.SearchPath = `one,"two three"`
	c.StatementTimeout = 1500 * time.Millisecond
	d := testdb.Open(t, c)
	for setting, want := range map[string]string{
		"TimeZone": "UTC", "application_name": c.ApplicationName, "search_path": c.SearchPath,
		"statement_timeout": "1500ms", "client_encoding": "UTF8",
	} {
		var got string
		if err := d.SQL().QueryRow("SHOW " + setting).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", setting, got, err, want)
		}
	}
}

func TestStatementTimeout(t *testing.T) {
	c := config(t)
	c.StatementTimeout = 10 * time.Millisecond
	d := testdb.Open(t, c)
	_, err := d.ExecContext(t.Context(), "SELECT pg_sleep(30)")
	var e *pq.Error
	if !errors.As(err, &e) || e.SQLState() != "57014" {
		t.Errorf("got %v, want the statement to be cancelled", err)
	}
}

func TestSpecialCharacters(t *testing.T) {
	c := config(t)
	admin := testdb.Open(t, c)
	c.Name = `odd' "name\ %20?` + rand.Text()[:8]
	c.User = `us'er= x` + rand.Text()[:8]
	for _, query := range []string{
		"CREATE DATABASE " + pq.QuoteIdentifier(c.Name) + " TEMPLATE template0",
		"CREATE ROLE " + pq.QuoteIdentifier(c.User) + " LOGIN SUPERUSER",
	} {
		if _, err := admin.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		for _, query := range []string{"DROP DATABASE " + pq.QuoteIdentifier(c.Name) + " WITH (FORCE)", "DROP ROLE " + pq.QuoteIdentifier(c.User)} {
			if _, err := admin.ExecContext(context.Background(), query); err != nil {
				t.Error(err)
			}
		}
	})
	var name, user string
	d := testdb.Open(t, c)
	if err := d.SQL().QueryRow("SELECT current_database(), current_user").Scan(&name, &user); err != nil || name != c.Name || user != c.User {
		t.Errorf("connected to %q as %q (%v)", name, user, err)
	}
}

func TestOpenExplains(t *testing.T) {
	good := config(t)
	tests := []struct {
		name   string
		change func(c *db.Config)
		want   string
	}{
		{"database", func(c *db.Config) { c.Name = "no such" }, `create it: CREATE DATABASE "no such"`},
		{"user", func(c *db.Config) { c.User = "nobody here" }, "check the user"},
		{"host", func(c *db.Config) { c.Host = "no-such-host.invalid" }, "the host no-such-host.invalid has no address"},
		{"silence", func(c *db.Config) { c.Port, c.ConnectTimeout = listen(t, "silence"), 50*time.Millisecond }, "no answer from"},
		{"no TLS", func(c *db.Config) { c.Port, c.SSLMode = listen(t, "N"), "require" }, "the server does not encrypt"},
		{"hangs up", func(c *db.Config) { c.Port = listen(t, "") }, "hung up"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := good
			c.Password = "c4n4ry"
			c.Host = "127.0.0.1"
			test.change(&c)
			_, err := db.Open(t.Context(), c)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("got %v, want it to contain %q", err, test.want)
			}
			if strings.ContainsAny(err.Error(), "\n\r") || strings.Contains(err.Error(), c.Password) {
				t.Errorf("more than one line, or the password: %q", err)
			}
		})
	}
}

// listen is a server that reads a little of what each client says, and then gives the answer, or hangs up if that is
// empty, or says nothing if that is "silence".
func listen(t *testing.T, answer string) (port int) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			c.Read(make([]byte, 512))
			switch answer {
			case "":
				c.Close()
			case "silence":
				t.Cleanup(func() { c.Close() })
			default:
				c.Write([]byte(answer))
				c.Close()
			}
		}
	}()
	return l.Addr().(*net.TCPAddr).Port
}
