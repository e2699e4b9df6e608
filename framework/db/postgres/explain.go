package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/lib/pq"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// explain says in one line why a connection failed, and what to do. It quotes neither the password nor the settings.
func explain(err error, c db.Config) error {
	var (
		server *pq.Error
		dns    *net.DNSError
		at     = net.JoinHostPort(c.Host, fmt.Sprint(c.Port))
	)
	switch {
	case errors.As(err, &server):
		return explainServer(server, c)
	case errors.Is(err, context.Canceled):
		return err
	}
	text := strings.Join(strings.Fields(err.Error()), " ")
	switch {
	case errors.Is(err, pq.ErrSSLNotSupported):
		text = "the server does not encrypt: turn TLS on there, or set sslmode=disable on a network that you trust"
	case errors.Is(err, syscall.ECONNREFUSED):
		text = "connection refused: is PostgreSQL running at " + at + "?"
	case errors.Is(err, syscall.ENOENT), errors.Is(err, syscall.EACCES):
		text = "no socket to connect to: is PostgreSQL running, with its socket in " + c.Host + "?"
	case errors.As(err, &dns):
		text = "the host " + c.Host + " has no address: check its name"
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, driver.ErrBadConn):
		text = "the server at " + at + " hung up: is it PostgreSQL, and does it allow this address?"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		text = "no answer from " + at + " in time: check host, port and firewall"
	}
	return &explained{text, err}
}

func explainServer(e *pq.Error, c db.Config) error {
	cure := map[string]string{
		"28P01": "check user and password",
		"28000": "check the user, and pg_hba.conf on the server",
		"3D000": "create it: CREATE DATABASE " + pq.QuoteIdentifier(c.Name),
		"53300": "lower max_open, or raise max_connections on the server",
		"57P03": "try again in a moment",
	}[e.SQLState()]
	if cure == "" {
		return e
	}
	return fmt.Errorf("%s: %w", cure, e)
}

// An explained error has a text of its own and keeps its cause for errors.Is and As.
type explained struct {
	text  string
	cause error
}

func (e *explained) Error() string { return e.text }
func (e *explained) Unwrap() error { return e.cause }
