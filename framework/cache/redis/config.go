package redis

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Config says which server, and how it is used. The zero Config is the server on this machine, without a password.
type Config struct {
	Host     string // 127.0.0.1
	Port     int    // 6379
	Socket   string // path of a unix socket, in the place of Host and Port
	DB       int    // number of the database; 0
	User     string
	Password string      // never shown by String, LogValue or an error of this package
	TLS      *tls.Config // nil for none

	Prefix   string        // in front of every key, for servers that several applications share: "shop:"
	Timeout  time.Duration // of a connection, and of a command; 1 second
	PoolSize int           // connections; 10 for each processor

	// Optional lets the service start, and count as ready, while the server cannot be reached. It is for a cache that
	// nothing but speed depends on.
	Optional bool
}

const defaultPort = 6379

// Parse reads the URL of a server:
//
//	redis://user:password@host:6379/0
//	rediss://host:6380/0               with TLS
//	unix:///run/redis.sock?db=0        with user:password@ before the path if need be
//
// Settings after the ? are db, prefix, timeout (written 500ms), pool_size and optional (true or false). One that is not
// known is an error. No error quotes the URL.
func Parse(rawURL string) (Config, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Opaque != "" || u.Fragment != "" || !strings.Contains(rawURL, "://") ||
		strings.ContainsAny(u.EscapedPath()+u.RawQuery, "@") || strings.Contains(rawURL, "#") {
		return Config{}, errURL
	}
	c := Config{User: u.User.Username()}
	c.Password, _ = u.User.Password()
	switch u.Scheme {
	case "unix":
		if u.Host != "" || u.Path == "" || u.Path == "/" {
			return Config{}, fmt.Errorf("redis url: no path: write unix:///run/redis.sock, with three slashes")
		}
		c.Socket = u.Path
	case "rediss":
		c.TLS = &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
		err = c.readHost(u)
	case "redis":
		err = c.readHost(u)
	default:
		return Config{}, fmt.Errorf("redis url: unknown scheme: use redis, rediss for TLS, or unix")
	}
	if err == nil {
		err = c.readSettings(u.RawQuery)
	}
	if err != nil {
		return Config{}, err
	}
	return c, c.check()
}

// errURL answers for everything that could make a piece of a password look like another part of the URL.
var errURL = fmt.Errorf("redis url: not a valid URL: write redis://user:password@host:6379/0, with special characters of the password percent-encoded (@ is %%40, / is %%2F, ? is %%3F, # is %%23, %% is %%25)")

func (c *Config) readHost(u *url.URL) (err error) {
	if c.Host = u.Hostname(); c.Host == "" {
		return fmt.Errorf("redis url: no host: write redis://127.0.0.1:6379/0")
	}
	if _, err := netip.ParseAddr(c.Host); strings.ContainsAny(c.Host, ":%") && err != nil {
		return errURL // perhaps a password that is not where it should be
	}
	if p := u.Port(); p != "" {
		if c.Port, err = strconv.Atoi(p); err != nil || c.Port == 0 {
			return fmt.Errorf("redis url: the port must be between 1 and 65535")
		}
	}
	if db := strings.Trim(u.Path, "/"); db != "" {
		if c.DB, err = strconv.Atoi(db); err != nil {
			return fmt.Errorf("redis url: the path must be the number of the database: /0")
		}
	}
	return nil
}

func (c *Config) readSettings(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errURL
	}
	for name, v := range values {
		if len(v) != 1 {
			return fmt.Errorf("redis url: a setting is there twice: keep one")
		}
		switch name {
		case "db":
			c.DB, err = strconv.Atoi(v[0])
		case "prefix":
			c.Prefix = v[0]
		case "timeout":
			c.Timeout, err = time.ParseDuration(v[0])
		case "pool_size":
			c.PoolSize, err = strconv.Atoi(v[0])
		case "optional":
			c.Optional, err = strconv.ParseBool(v[0])
		default:
			return fmt.Errorf("redis url: unknown setting: use db, prefix, timeout, pool_size, optional")
		}
		if err != nil {
			return fmt.Errorf("redis url: setting %s: not a valid value", name)
		}
	}
	return nil
}

// check tells what cannot work.
func (c Config) check() error {
	switch {
	case c.Port < 0 || c.Port > 65535:
		return fmt.Errorf("redis: port %d is not between 1 and 65535", c.Port)
	case c.DB < 0:
		return fmt.Errorf("redis: database %d is below 0", c.DB)
	case c.Timeout < 0:
		return fmt.Errorf("redis: timeout %s is below 0", c.Timeout)
	case c.PoolSize < 0:
		return fmt.Errorf("redis: pool size %d is below 0", c.PoolSize)
	case c.Socket != "" && (c.Host != "" || c.Port != 0 || c.TLS != nil):
		return fmt.Errorf("redis: Socket goes without Host, Port and TLS")
	}
	return nil
}

// String is the URL of the server, without user, password and settings.
func (c Config) String() string {
	if c.Socket != "" {
		return (&url.URL{Scheme: "unix", Path: c.Socket, RawQuery: "db=" + strconv.Itoa(c.DB)}).String()
	}
	scheme := "redis"
	if c.TLS != nil {
		scheme = "rediss"
	}
	return scheme + "://" + c.address() + "/" + strconv.Itoa(c.DB)
}

func (c Config) address() string {
	host, port := c.Host, c.Port
	if host == "" {
		host = "127.0.0.1"
	}
	if port == 0 {
		port = defaultPort
	}
	return net.JoinHostPort(host, strconv.Itoa(port))
}

// LogValue logs what String returns.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Format prints what String returns, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(c.String())) }

// Discreet tells package config that the errors of UnmarshalText show nothing of the URL.
func (Config) Discreet() {}

// UnmarshalText reads a URL; see [Parse]. With it a field of an environment may be a Config.
func (c *Config) UnmarshalText(b []byte) (err error) {
	*c, err = Parse(string(b))
	return err
}
