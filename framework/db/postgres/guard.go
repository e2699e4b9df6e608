package postgres

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/lib/pq"
)

// grace is how long a statement may go on after its context has ended. lib/pq asks the server once to cancel it, by
// another connection; when that arrives before the statement does, it is lost, and the statement would run to its end.
const grace = time.Second

// dialer remembers the socket of each connection, for its guard.
type dialer struct{ net.Dialer }

type socketKey struct{}

// withSocket returns a context under which the dialer keeps what it opens in socket.
func withSocket(ctx context.Context, socket *net.Conn) context.Context {
	return context.WithValue(ctx, socketKey{}, socket)
}

func (d *dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	c, err := d.Dialer.DialContext(ctx, network, address)
	if socket, ok := ctx.Value(socketKey{}).(*net.Conn); ok && err == nil {
		*socket = c
	}
	return c, err
}

func (d *dialer) Dial(network, address string) (net.Conn, error) {
	return d.DialContext(context.Background(), network, address)
}

func (d *dialer) DialTimeout(network, address string, timeout time.Duration) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return d.DialContext(ctx, network, address)
}

// guard cuts the connection of a statement that does not end with its context. release ends the guard.
func (c *conn) guard(ctx context.Context) (release func()) {
	if ctx.Done() == nil || c.socket == nil {
		return func() {}
	}
	var mu sync.Mutex
	var cut *time.Timer
	released := false
	stop := context.AfterFunc(ctx, func() {
		mu.Lock()
		defer mu.Unlock()
		if !released {
			cut = time.AfterFunc(grace, func() { _ = c.socket.SetDeadline(time.Unix(1, 0)) })
		}
	})
	return func() {
		stop()
		mu.Lock()
		defer mu.Unlock()
		released = true
		if cut != nil {
			cut.Stop()
		}
	}
}

// pqRows is what lib/pq's rows can do.
type pqRows interface {
	driver.RowsNextResultSet
	driver.RowsColumnTypeDatabaseTypeName
	driver.RowsColumnTypeLength
	driver.RowsColumnTypePrecisionScale
	driver.RowsColumnTypeScanType
}

// guarded are rows whose statement is guarded until they are closed: the server may work on each.
type guarded struct {
	pqRows
	ctx     context.Context
	release func()
}

func (r guarded) Next(dest []driver.Value) error { return canceled(r.ctx, r.pqRows.Next(dest)) }

func (r guarded) Close() error {
	defer r.release()
	return r.pqRows.Close()
}

// guardRows hands the guard over to the rows.
func guardRows(ctx context.Context, rows driver.Rows, err error, release func()) (driver.Rows, error) {
	under, ok := rows.(pqRows)
	if err != nil || !ok {
		release()
		return rows, canceled(ctx, err)
	}
	return guarded{under, ctx, release}, nil
}

// canceled makes of the server's word that it has canceled a statement what it was canceled for.
func canceled(ctx context.Context, err error) error {
	var e *pq.Error
	if err == nil || ctx.Err() == nil || !errors.As(err, &e) || e.SQLState() != "57014" {
		return err
	}
	return fmt.Errorf("%w (%w)", ctx.Err(), err)
}
