package db

import (
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// The engines, by the names that ent gives its dialects.
const (
	SQLite   = "sqlite3"
	Postgres = "postgres"
)

// Memory is the Name of a SQLite database that lives in memory and ends with its DB.
const Memory = ":memory:"

// Config says which database to open and how. What is zero has a sensible default; fields of the other engine are
// not looked at.
type Config struct {
	Engine string // SQLite or Postgres; "sqlite" and "postgresql" are understood too
	Name   string // SQLite: a file, or Memory. PostgreSQL: the database

	// PostgreSQL.
	Host             string        // name or address, or the folder of a unix socket; localhost
	Port             int           // 5432
	User             string        // the user of the operating system
	Password         string        `json:"-"` // never shown by String, LogValue or an error of this package
	SSLMode          string        // disable, prefer, require, verify-ca or verify-full; prefer on this machine, else require
	SSLRootCert      string        // file with the authorities to trust, or "system"
	SSLCert          string        // file with the client's certificate
	SSLKey           string        // file with the client's key
	ApplicationName  string        // shown in pg_stat_activity
	SearchPath       string        // schemas to look into, separated by commas
	ConnectTimeout   time.Duration // 5 seconds
	StatementTimeout time.Duration // the server ends a statement that runs longer; the server's own setting

	// SQLite.
	BusyTimeout time.Duration // how long to wait for another writer, in this process or another; 10 seconds

	// The pool. Of a SQLite database these concern the connections that read; one writes.
	MaxOpen     int           // connections at most: 20 on PostgreSQL, 4 or one a processor on SQLite
	MaxIdle     int           // kept while nobody uses them; MaxOpen
	MaxLifetime time.Duration // closed after that age; 1 hour on PostgreSQL, never on SQLite
	MaxIdleTime time.Duration // closed when unused for that long; 5 minutes on PostgreSQL, never on SQLite

	// StatementCache is how many prepared statements each connection keeps; 256. A negative one keeps none and
	// sends each statement in a single message: for a proxy that hands a connection on after each transaction.
	StatementCache int
}

// String is the URL of the database without its password and settings.
func (c Config) String() string {
	if engineName(c.Engine) != Postgres {
		return "sqlite:" + c.Name
	}
	u := url.URL{Scheme: "postgres", Path: "/" + c.Name}
	if c.User != "" {
		u.User = url.User(c.User)
	}
	host, port := c.Host, c.Port
	if host == "" {
		host = "localhost"
	}
	if port == 0 {
		port = 5432
	}
	if strings.HasPrefix(host, "/") {
		u.RawQuery = "host=" + host
	} else {
		u.Host = net.JoinHostPort(host, strconv.Itoa(port))
	}
	return u.String()
}

// GoString is String, so that %#v does not show the password either.
func (c Config) GoString() string { return fmt.Sprintf("db.Config(%s)", c) }

// LogValue is String.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// check returns the configuration with its engine by the name that it is registered under.
func (c Config) check() (Config, error) {
	engine := engineName(c.Engine)
	switch {
	case engine == "":
		return c, fmt.Errorf("database: no engine: set Engine to %q or %q", SQLite, Postgres)
	case foreign[engine] != "":
		return c, unsupported("database", foreign[engine])
	case engine != SQLite && engine != Postgres:
		return c, fmt.Errorf("database: unknown engine %q: use %q or %q", c.Engine, SQLite, Postgres)
	case c.Name == "":
		return c, fmt.Errorf("database: no Name: set the %s", map[string]string{SQLite: "path of the file", Postgres: "name of the database"}[engine])
	case strings.ContainsRune(c.Name, 0):
		return c, fmt.Errorf("database: Name contains a zero byte: remove it")
	case c.Port < 0 || c.Port > 65535:
		return c, fmt.Errorf("database: Port %d: must be between 1 and 65535", c.Port)
	}
	c.Engine = engine
	return c, nil
}

// engineName translates the names that people use.
func engineName(s string) string {
	switch s = strings.ToLower(s); s {
	case "sqlite", "sqlite3":
		return SQLite
	case "postgres", "postgresql":
		return Postgres
	}
	return s
}

// foreign are databases that people ask for by name and that are not supported.
var foreign = map[string]string{
	"mysql":       "MySQL",
	"mariadb":     "MariaDB",
	"oracle":      "Oracle",
	"mssql":       "SQL Server",
	"sqlserver":   "SQL Server",
	"cockroach":   "CockroachDB",
	"cockroachdb": "CockroachDB",
	"mongodb":     "MongoDB",
	"redis":       "Redis",
	"db2":         "Db2",
	"snowflake":   "Snowflake",
	"clickhouse":  "ClickHouse",
}

func unsupported(where, product string) error {
	return fmt.Errorf("%s: %s is not supported: use SQLite (sqlite:app.db) or PostgreSQL (postgres://user@host/name)", where, product)
}
