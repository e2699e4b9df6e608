package postgres

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/lib/pq"

	"github.com/utilmeta/utilmeta-go/framework/db"
)

// A connector opens lib/pq's connections and gives each its cache of prepared statements.
type connector struct {
	*pq.Connector
	limit  int
	shared *counters
}

func newConnector(c db.Config, shared *counters) (driver.Connector, error) {
	under, err := pq.NewConnectorConfig(driverConfig(c))
	if err != nil {
		return nil, err
	}
	under.Dialer(&dialer{})
	return &connector{under, c.StatementCache, shared}, nil
}

func (k *connector) Connect(ctx context.Context) (driver.Conn, error) {
	var socket net.Conn
	opened, err := k.Connector.Connect(withSocket(ctx, &socket))
	if err != nil {
		return nil, err
	}
	under, ok := opened.(pqConn)
	if !ok {
		opened.Close()
		return nil, fmt.Errorf("lib/pq: %T lacks methods that this package builds on: use the version in its go.mod", opened)
	}
	return &conn{pqConn: under, socket: socket, cache: newCache(under, k.limit, k.shared)}, nil
}

// pqConn is what lib/pq's connection can do.
type pqConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.NamedValueChecker
	driver.Pinger
	driver.QueryerContext
	driver.SessionResetter
	driver.Validator
}

// A conn is a connection with its prepared statements. Since they belong to the connection, a statement inside a
// transaction is prepared where it runs and waits for nobody, and nothing has to be counted: database/sql gives a
// connection to one goroutine at a time.
type conn struct {
	pqConn
	socket net.Conn
	cache  *cache
	inTx   bool
	set    bool // the transaction has changed settings of the session
	bad    bool // they could not be changed back
}

func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	release := c.guard(ctx)
	rows, err := c.query(ctx, query, args)
	return guardRows(ctx, rows, err, release)
}

func (c *conn) query(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if !c.cache.takes(query, len(args)) {
		return c.pqConn.QueryContext(ctx, query, args)
	}
	for first := true; ; first = false {
		s, err := c.cache.get(ctx, query)
		if err != nil {
			return nil, err
		}
		rows, err := s.QueryContext(ctx, args)
		if !c.refused(err, query) || c.inTx || !first {
			return rows, err
		}
	}
}

func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	defer c.guard(ctx)()
	result, err := c.exec(ctx, query, args)
	return result, canceled(ctx, err)
}

func (c *conn) exec(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if !c.cache.takes(query, len(args)) {
		c.set = c.set || c.inTx && strings.HasPrefix(query, "SET ")
		return c.pqConn.ExecContext(ctx, query, args)
	}
	for first := true; ; first = false {
		s, err := c.cache.get(ctx, query)
		if err != nil {
			return nil, err
		}
		result, err := s.ExecContext(ctx, args)
		if !c.refused(err, query) || c.inTx || !first {
			return result, err
		}
	}
}

// refused reports that the server did not run a statement because what was prepared is no longer good, and drops it.
// Running it again repeats nothing. A transaction is spoilt by the refusal, so only the next one gains.
func (c *conn) refused(err error, query string) bool {
	var e *pq.Error
	if err == nil || !errors.As(err, &e) {
		return false
	}
	switch e.SQLState() {
	case "26000": // there is no such prepared statement
	case "0A000":
		if !strings.HasPrefix(e.Message, "cached plan") {
			return false
		}
	default:
		return false
	}
	c.cache.refuse(query)
	return true
}

func (c *conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	under, err := c.pqConn.BeginTx(ctx, opts)
	if err != nil {
		return nil, err
	}
	c.inTx = true
	return tx{under, c}, nil
}

// CheckNamedValue sends JSON as text: where lib/pq does not ask for the types of parameters, it would send bytes.
func (c *conn) CheckNamedValue(nv *driver.NamedValue) error {
	if raw, ok := nv.Value.(json.RawMessage); ok && raw != nil {
		nv.Value = string(raw)
		return nil
	}
	return c.pqConn.CheckNamedValue(nv)
}

// IsValid reports whether the connection can be used again.
func (c *conn) IsValid() bool { return !c.bad && c.pqConn.IsValid() }

type tx struct {
	driver.Tx
	c *conn
}

// Commit also takes back what ent's session variables left: ent sets them for the session and, in a transaction, leaves
// them there, for whoever gets the connection next.
func (t tx) Commit() error {
	t.c.inTx = false
	err := t.Tx.Commit()
	if err == nil && t.c.set {
		_, rerr := t.c.pqConn.ExecContext(context.Background(), "RESET ALL", nil)
		t.c.bad = rerr != nil
	}
	t.c.set = false
	return err
}

func (t tx) Rollback() error {
	t.c.inTx, t.c.set = false, false
	return t.Tx.Rollback()
}
