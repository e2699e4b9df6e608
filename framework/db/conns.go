package db

import (
	"context"
	"errors"
	"fmt"

	entsql "entgo.io/ent/dialect/sql"
)

// conns is what a DB has while it is connected.
type conns struct {
	pools *Pools
	write *entsql.Driver
	read  *entsql.Driver
	turn  *turn // nil where several connections write
}

func newConns(c Config, pools *Pools) *conns {
	cs := &conns{pools: pools, write: entsql.OpenDB(c.Engine, pools.Writer)}
	cs.read = cs.write
	if pools.Reader != nil {
		cs.read = entsql.OpenDB(c.Engine, pools.Reader)
	}
	if pools.Writer.Stats().MaxOpenConnections == 1 {
		wait := c.BusyTimeout
		if wait == 0 {
			wait = DefaultBusyTimeout
		}
		cs.turn = newTurn(c.String(), pools.Writer, wait)
	}
	return cs
}

func (c *conns) close() error {
	if c.read == c.write {
		return c.write.Close()
	}
	// The writer goes last: as the last connection to the file it moves the log into the database.
	return errors.Join(c.read.Close(), c.write.Close())
}

// open returns the connections, made at the first call. A database that cannot be reached is tried again at the
// next.
func (d *DB) open(ctx context.Context) (*conns, error) {
	if c := d.conns.Load(); c != nil {
		return c, nil
	}
	d.opening.Lock()
	defer d.opening.Unlock()
	if c := d.conns.Load(); c != nil {
		return c, nil
	}
	if d.closed.Load() {
		return nil, fmt.Errorf("database %s: %w", d, ErrClosed)
	}
	pools, err := d.engine(ctx, d.config)
	if err != nil {
		return nil, err
	}
	c := newConns(d.config, pools)
	d.conns.Store(c)
	return c, nil
}
