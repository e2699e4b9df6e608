// Package postgres is the engine of PostgreSQL for framework/db, on lib/pq; it needs no cgo. Import it for its side
// effect:
//
//	import _ "github.com/utilmeta/utilmeta-go/framework/db/postgres"
//
// Sessions run in UTC. Each connection keeps the statements that it has prepared, so that PostgreSQL parses and plans
// them once; a statement that the server no longer accepts, after a change of the schema for one, is prepared again.
// The PG* variables of the environment are not read: what is not in the Config has its default. A password that is not
// there is looked up in ~/.pgpass.
package postgres

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"github.com/lib/pq"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

func init() {
	db.Register(db.Postgres, open)
}

func open(ctx context.Context, c db.Config) (*db.Pools, error) {
	c, err := fill(c)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, err)
	}
	shared := new(counters)
	k, err := newConnector(c, shared)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c, explain(err, c))
	}
	pool := sql.OpenDB(k)
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("%s: %w", c, explain(err, c))
	}
	pool.SetMaxOpenConns(c.MaxOpen)
	pool.SetMaxIdleConns(c.MaxIdle)
	pool.SetConnMaxLifetime(c.MaxLifetime)
	pool.SetConnMaxIdleTime(c.MaxIdleTime)
	return &db.Pools{Writer: pool, Forget: shared.forget, Statements: shared.stats}, nil
}

// fill returns the configuration with its defaults.
func fill(c db.Config) (db.Config, error) {
	setDefault(&c.Host, "localhost")
	setDefault(&c.Port, 5432)
	setDefault(&c.ConnectTimeout, 5*time.Second)
	setDefault(&c.MaxOpen, 20)
	setDefault(&c.MaxIdle, c.MaxOpen)
	setDefault(&c.MaxLifetime, time.Hour)
	setDefault(&c.MaxIdleTime, 5*time.Minute)
	setDefault(&c.StatementCache, 256)
	if c.User == "" {
		u, err := user.Current()
		if err != nil {
			return c, fmt.Errorf("no User, and that of the operating system is unknown: set one")
		}
		c.User = u.Username
	}
	switch c.SSLMode {
	case "":
		c.SSLMode = "require"
		if c.SSLRootCert == "system" {
			c.SSLMode = "verify-full"
		} else if isLocal(c.Host) {
			c.SSLMode = "prefer"
		}
	case "disable", "prefer", "require", "verify-ca", "verify-full":
	default:
		return c, fmt.Errorf("sslmode %q is unknown: use disable, prefer, require, verify-ca or verify-full", c.SSLMode)
	}
	if c.SSLRootCert == "system" && c.SSLMode != "verify-full" {
		return c, fmt.Errorf("sslmode %q does not go with sslrootcert=system: anybody can have a certificate of those: use verify-full", c.SSLMode)
	}
	if c.StatementTimeout > 0 && c.StatementTimeout < time.Millisecond {
		return c, fmt.Errorf("statement timeout %s: must be a millisecond or more", c.StatementTimeout)
	}
	return c, nil
}

func setDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

// isLocal reports whether a host is this machine, so that nobody can listen on the way.
func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || filepath.IsAbs(host) || ip != nil && ip.IsLoopback()
}

// driverConfig translates to lib/pq. Nothing passes through a string, so no character is special.
func driverConfig(c db.Config) pq.Config {
	p := pq.Config{
		Host:               c.Host,
		Port:               uint16(c.Port),
		Database:           c.Name,
		User:               c.User,
		Password:           c.Password,
		SSLMode:            pq.SSLMode(c.SSLMode),
		SSLRootCert:        c.SSLRootCert,
		SSLCert:            c.SSLCert,
		SSLKey:             c.SSLKey,
		SSLSNI:             true,
		ApplicationName:    c.ApplicationName,
		ConnectTimeout:     c.ConnectTimeout,
		ClientEncoding:     "UTF8",
		Datestyle:          "ISO, MDY",
		MinProtocolVersion: pq.ProtocolVersion30,
		MaxProtocolVersion: pq.ProtocolVersion30,
		BinaryParameters:   c.StatementCache < 0, // parses, binds and runs in one message
		Runtime:            map[string]string{"TimeZone": "UTC"},
	}
	if filepath.IsAbs(c.Host) {
		p.SSLMode = pq.SSLModeDisable // a socket has none
	}
	if c.SearchPath != "" {
		p.Runtime["search_path"] = c.SearchPath
	}
	if c.StatementTimeout > 0 {
		p.Runtime["statement_timeout"] = strconv.FormatInt(c.StatementTimeout.Milliseconds(), 10)
	}
	return p
}
