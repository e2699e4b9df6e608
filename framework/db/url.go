package db

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// errURL answers for everything that could make a piece of a password look like another part of the URL, so that
// it never quotes what was given.
var errURL = errors.New("database url: not a valid URL: write postgres://user:password@host:5432/name, with special characters of the password percent-encoded (@ is %40, / is %2F, ? is %3F, # is %23, % is %25)")

// Parse reads the URL of a database, as a DATABASE_URL holds it:
//
//	sqlite:app.db                  a file, relative to the working directory
//	sqlite:///srv/app/app.db       a file by its full path; sqlite3: and file: are the same
//	sqlite::memory:                in memory
//	postgres://user:password@host:5432/name?sslmode=require
//	postgresql:///name?host=/run/postgresql
//
// Settings after the ? are those of [Config]: max_open, max_idle, max_lifetime, max_idle_time, statement_cache; for
// SQLite busy_timeout; for PostgreSQL sslmode, sslrootcert, sslcert, sslkey, application_name, search_path,
// connect_timeout, statement_timeout, host. Times are written 1m30s; as in PostgreSQL a bare number is seconds in
// connect_timeout and milliseconds in statement_timeout and busy_timeout. A setting that is not known is an error.
func Parse(rawURL string) (Config, error) {
	scheme, rest, ok := strings.Cut(rawURL, ":")
	if rawURL == "" {
		return Config{}, errors.New("database url: empty: set one such as sqlite:app.db or postgres://user@host/name")
	}
	if !ok || !isWord(strings.ReplaceAll(scheme, "+", "_")) {
		return Config{}, errors.New("database url: no scheme: write sqlite:app.db for a file, or postgres://user@host/name")
	}
	scheme = strings.ToLower(scheme)
	base, suffix, _ := strings.Cut(scheme, "+")
	switch engine := engineName(base); {
	case foreign[engine] != "":
		return Config{}, unsupported("database url", foreign[engine])
	case suffix != "" && (engine == SQLite || engine == Postgres):
		return Config{}, fmt.Errorf("database url: scheme %q: leave out +%s", scheme, suffix)
	case scheme == "file", engine == SQLite:
		return parseSQLite(scheme, rest)
	case engine == Postgres:
		return parsePostgres(rawURL)
	}
	return Config{}, fmt.Errorf("database url: unknown scheme %q: use sqlite, file, postgres or postgresql", scheme)
}

func parseSQLite(scheme, rest string) (Config, error) {
	path, query, _ := strings.Cut(rest, "?")
	if strings.Contains(rest, "#") {
		return Config{}, errors.New("database url: contains a #: write %23 if it belongs to the file's name")
	}
	if after, ok := strings.CutPrefix(path, "//"); ok {
		host, file, _ := strings.Cut(after, "/")
		switch host {
		case "", "localhost":
			path = "/" + strings.TrimLeft(file, "/")
		case Memory:
			path = Memory
		default:
			return Config{}, fmt.Errorf("database url: two slashes name a host: write %[1]s:app.db for a file here, or %[1]s:///full/path/app.db", scheme)
		}
	}
	name, err := url.PathUnescape(path)
	if err != nil {
		return Config{}, errors.New("database url: a % in the file's name must be written %25")
	}
	if name == "" || strings.HasSuffix(name, "/") {
		return Config{}, fmt.Errorf("database url: no file: write %s:app.db", scheme)
	}
	c := Config{Engine: SQLite, Name: name}
	if err := c.readParams(query); err != nil {
		return Config{}, err
	}
	return c.check()
}

func parsePostgres(rawURL string) (Config, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Opaque != "" || u.Fragment != "" || strings.Contains(rawURL, "#") ||
		strings.ContainsAny(u.RawQuery, "@") || strings.ContainsAny(u.EscapedPath(), "@") ||
		strings.Count(u.EscapedPath(), "/") > 1 || strings.ContainsAny(u.Host, ",") {
		return Config{}, errURL
	}
	if !strings.Contains(rawURL, "://") {
		return Config{}, errURL
	}
	c := Config{Engine: Postgres, Name: strings.TrimPrefix(u.Path, "/"), Host: u.Hostname(), User: u.User.Username()}
	c.Password, _ = u.User.Password()
	if port := u.Port(); port != "" {
		if c.Port, err = strconv.Atoi(port); err != nil || c.Port < 1 || c.Port > 65535 {
			return Config{}, errors.New("database url: the port must be between 1 and 65535")
		}
	}
	if c.Name == "" {
		return Config{}, errors.New("database url: no database: write its name after the host: postgres://user@host/name")
	}
	if err := c.readParams(u.RawQuery); err != nil {
		return Config{}, err
	}
	return c.check()
}

// isWord reports whether s is a plain name, fit to be shown in an error.
func isWord(s string) bool {
	for _, r := range s {
		if !(r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z') {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

// Discreet tells package config that the errors of UnmarshalText show nothing of the URL.
func (Config) Discreet() {}

// UnmarshalText reads a URL; see [Parse]. With it a field of an environment may be a Config.
func (c *Config) UnmarshalText(b []byte) error {
	parsed, err := Parse(string(b))
	if err == nil {
		*c = parsed
	}
	return err
}
