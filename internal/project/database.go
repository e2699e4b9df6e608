package project

import (
	"cmp"
	"errors"
	"net"
	"net/url"
	"path/filepath"
	"strconv"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
)

// EnvFile is the file with the environment of development.
const EnvFile = ".env"

// MigrationsDir holds a folder of migrations for each kind of database.
const MigrationsDir = "migrations"

var errNoURL = errors.New("DATABASE_URL is not set: add one to .env, such as sqlite:app.db or postgres://user:password@localhost:5432/name")

// databaseURL is what the environment, or else .env, says.
func databaseURL() (string, error) {
	var env struct {
		DatabaseURL string `secret:"true"`
	}
	err := config.Env(&env, config.Source{File: EnvFile})
	return env.DatabaseURL, err
}

// Database is the application's database as the environment names it.
func (p *Project) Database() (db.Config, error) {
	raw, err := databaseURL()
	if err != nil {
		return db.Config{}, err
	}
	if raw == "" {
		return db.Config{}, errNoURL
	}
	return db.Parse(raw)
}

// Target is where migrations are planned for.
type Target struct {
	Dialect string // db.SQLite or db.Postgres
	Dir     string // the folder of the migrations
	DevURL  string // PostgreSQL: the server to plan on
}

// Target follows from the database that the environment names. Where it names none, as in a fresh checkout, a project
// with migrations for SQLite alone is planned for that.
func (p *Project) Target() (Target, error) {
	c, err := p.Database()
	if errors.Is(err, errNoURL) {
		folders, _ := filepath.Glob(filepath.Join(MigrationsDir, "*", "meta.sum"))
		if len(folders) == 1 && filepath.Base(filepath.Dir(folders[0])) == framework.Folder(db.SQLite) {
			c, err = db.Config{Engine: db.SQLite}, nil
		}
	}
	if err != nil {
		return Target{}, err
	}
	t := Target{Dialect: c.Engine, Dir: filepath.Join(MigrationsDir, framework.Folder(c.Engine))}
	if c.Engine == db.Postgres {
		t.DevURL = serverURL(c)
	}
	return t, nil
}

// serverURL writes the configuration for lib/pq, which does not know our settings of the pool.
func serverURL(c db.Config) string {
	q := url.Values{"connect_timeout": {"5"}, "sslmode": {cmp.Or(c.SSLMode, "prefer")}}
	for name, value := range map[string]string{"sslrootcert": c.SSLRootCert, "sslcert": c.SSLCert, "sslkey": c.SSLKey} {
		if value != "" {
			q.Set(name, value)
		}
	}
	u := url.URL{Scheme: "postgres", Path: "/" + c.Name}
	port := strconv.Itoa(cmp.Or(c.Port, 5432))
	if filepath.IsAbs(c.Host) { // the folder of a socket
		q.Set("host", c.Host)
		q.Set("port", port)
	} else {
		u.Host = net.JoinHostPort(cmp.Or(c.Host, "localhost"), port)
	}
	if c.Password != "" {
		u.User = url.UserPassword(c.User, c.Password)
	} else if c.User != "" {
		u.User = url.User(c.User)
	}
	u.RawQuery = q.Encode()
	return u.String()
}
