package db_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

func TestParse(t *testing.T) {
	file := func(name string) db.Config { return db.Config{Engine: db.SQLite, Name: name} }
	tests := map[string]db.Config{
		"sqlite:app.db":                               file("app.db"),
		"SQLite:app.db":                               file("app.db"),
		"sqlite:./data/app.db":                        file("./data/app.db"),
		"sqlite3:app.db":                              file("app.db"),
		"file:app.db":                                 file("app.db"),
		"sqlite:/abs/app.db":                          file("/abs/app.db"),
		"sqlite:///abs/app.db":                        file("/abs/app.db"),
		"sqlite:////abs/app.db":                       file("/abs/app.db"),
		"file://localhost/abs/app.db":                 file("/abs/app.db"),
		"sqlite::memory:":                             file(db.Memory),
		"sqlite://:memory:":                           file(db.Memory),
		"sqlite:my%20own%3F.db":                       file("my own?.db"),
		"sqlite:app.db?busy_timeout=1500":             {Engine: db.SQLite, Name: "app.db", BusyTimeout: 1500 * time.Millisecond},
		"sqlite:app.db?statement_cache=-1":            {Engine: db.SQLite, Name: "app.db", StatementCache: -1},
		"sqlite:app.db?max_open=8&max_idle=2":         {Engine: db.SQLite, Name: "app.db", MaxOpen: 8, MaxIdle: 2},
		"postgres://u:p@h:6543/n":                     {Engine: db.Postgres, Name: "n", Host: "h", Port: 6543, User: "u", Password: "p"},
		"postgresql://u@h/n":                          {Engine: db.Postgres, Name: "n", Host: "h", User: "u"},
		"postgres://u:p%40%2F%3F%23%25@[::1]/my%20db": {Engine: db.Postgres, Name: "my db", Host: "::1", User: "u", Password: "p@/?#%"},
		"postgres:///n?host=/run/postgresql":          {Engine: db.Postgres, Name: "n", Host: "/run/postgresql"},
		"postgres://h/n?sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/c.pem&sslkey=/k.pem&application_name=shop&search_path=a,b&connect_timeout=3&statement_timeout=2500&max_lifetime=1h30m&max_idle_time=90s": {
			Engine: db.Postgres, Name: "n", Host: "h", SSLMode: "verify-full", SSLRootCert: "/ca.pem", SSLCert: "/c.pem", SSLKey: "/k.pem",
			ApplicationName: "shop", SearchPath: "a,b", ConnectTimeout: 3 * time.Second, StatementTimeout: 2500 * time.Millisecond,
			MaxLifetime: 90 * time.Minute, MaxIdleTime: 90 * time.Second,
		},
	}
	for in, want := range tests {
		got, err := db.Parse(in)
		if err != nil {
			t.Errorf("%s: %v", in, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

const canary = "c4n4ry"

func TestParseRefuses(t *testing.T) {
	tests := []struct{ in, want string }{
		{"", "empty"},
		{"app.db", "no scheme: write sqlite:app.db"},
		{"/abs/app.db", "no scheme"},
		{":memory:", "no scheme"},
		{"mysql://root:" + canary + "@h/n", "MySQL is not supported: use SQLite"},
		{"mysql+pymysql://root:" + canary + "@h/n", "MySQL is not supported"},
		{"mariadb://h/n", "MariaDB is not supported"},
		{"oracle://h/n", "Oracle is not supported"},
		{"mssql://h/n", "SQL Server is not supported"},
		{"sqlserver://h/n", "SQL Server is not supported"},
		{"postgresql+asyncpg://h/n", "leave out +asyncpg"},
		{"sqlite+aiosqlite:///n", "leave out +aiosqlite"},
		{"http://h/n", `unknown scheme "http"`},
		{"sqlite:", "no file"},
		{"sqlite:folder/", "no file"},
		{"sqlite://app.db", "two slashes name a host: write sqlite:app.db"},
		{"sqlite:app.db#x", "write %23"},
		{"sqlite:100%.db", "must be written %25"},
		{"sqlite:app.db?cache=shared", `unknown parameter "cache": known are busy_timeout, max_idle`},
		{"sqlite:app.db?sslmode=disable", `unknown parameter "sslmode"`},
		{"sqlite:app.db?_journal_mode=DELETE", `unknown parameter "_journal_mode"`},
		{"sqlite:app.db?busy_timeout=soon", `parameter "busy_timeout": must be a time`},
		{"sqlite:app.db?busy_timeout=0", "above zero"},
		{"sqlite:app.db?busy_timeout=-1s", "above zero"},
		{"sqlite:app.db?max_open=0", "number from 1"},
		{"sqlite:app.db?max_open=1&max_open=2", "given twice"},
		{"sqlite:app.db?max_open=%zz", "malformed"},
		{"postgres:n", "not a valid URL"},
		{"postgres:/n", "not a valid URL"},
		{"postgres://h", "no database"},
		{"postgres://h/", "no database"},
		{"postgres://h/n?host=/tmp", "host is given twice"},
		{"postgres://h/n?sslmodus=disable", `unknown parameter "sslmodus"`},
		{"postgres://h/n?max_lifetime=60", "30s or 5m"},
		{"postgres://a,b/n", "not a valid URL"},
		{"postgres://h:0/n", "port must be between 1 and 65535"},
		{"postgres://h:70000/n", "port must be between 1 and 65535"},
		{"postgres://u:" + canary + "@h:port/n", "not a valid URL"},
		{"postgres://u:%zz" + canary + "@h/n", "not a valid URL"},
		{"postgres://u:" + canary + "?x@h/n", "not a valid URL"},
		{"postgres://u:12?" + canary + "@h/n", "not a valid URL"},
		{"postgres://u:12/" + canary + "@h/n", "not a valid URL"},
		{"postgres://u:12#" + canary + "@h/n", "not a valid URL"},
		{"postgres://u:" + canary + "#@h/n", "not a valid URL"},
		{"postgres://u:" + canary + "@h/n?wrong=1", `unknown parameter "wrong"`},
		{"postgres://u:" + canary + " @h/n", "not a valid URL"},
	}
	for _, test := range tests {
		_, err := db.Parse(test.in)
		switch {
		case err == nil:
			t.Errorf("%s: no error", test.in)
		case !strings.Contains(err.Error(), test.want):
			t.Errorf("%s: got %q, want it to contain %q", test.in, err, test.want)
		case strings.Contains(err.Error(), canary):
			t.Errorf("%s: the error shows the password: %v", test.in, err)
		case strings.Contains(err.Error(), "\n"):
			t.Errorf("%s: more than one line: %q", test.in, err)
		}
	}
}

func TestPasswordIsNeverShown(t *testing.T) {
	c, err := db.Parse("postgres://u:" + canary + "@127.0.0.1:1/n")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("open", "db", c)
	asJSON, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	holder := struct{ DB db.Config }{c}
	_, openErr := db.Open(t.Context(), c)
	if openErr == nil {
		t.Fatal("a database answers on port 1")
	}
	for _, s := range []string{
		c.String(), fmt.Sprintf("%v %+v %#v %s %q", c, c, c, c, c), fmt.Sprintf("%v %+v %#v", holder, holder, holder),
		log.String(), string(asJSON), openErr.Error(),
	} {
		if strings.Contains(s, canary) {
			t.Errorf("the password is in %q", s)
		}
	}
	if want := "postgres://u@127.0.0.1:1/n"; c.String() != want {
		t.Errorf("String is %q, want %q", c.String(), want)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"sqlite:app.db?busy_timeout=5s", "postgres://u:pw@h:1/n?sslmode=disable", "file:///a%20b", "sqlite::memory:", "mysql://x", "postgres://[::1"} {
		f.Add(s, "pw")
	}
	f.Fuzz(func(t *testing.T, raw, password string) {
		if c, err := db.Parse(raw); err == nil {
			if c.Engine != db.SQLite && c.Engine != db.Postgres || c.Name == "" {
				t.Errorf("%q gave %#v", raw, c)
			}
		} else if strings.ContainsAny(err.Error(), "\n\r") {
			t.Errorf("%q: more than one line: %q", raw, err)
		}
		// A password survives its encoding, and a hidden one is not shown whatever stands around it.
		u := url.URL{Scheme: "postgres", Host: "h", Path: "/n", User: url.UserPassword("u", password)}
		if c, err := db.Parse(u.String()); err != nil || c.Password != password {
			t.Errorf("password %q came back as %q: %v", password, c.Password, err)
		}
		secret := password + canary
		if c, err := db.Parse("postgres://u:" + secret + "@h/n"); err == nil && strings.Contains(c.String(), canary) || err != nil && strings.Contains(err.Error(), canary) {
			t.Errorf("%q: shows its password: %s %v", secret, c, err)
		}
	})
}
