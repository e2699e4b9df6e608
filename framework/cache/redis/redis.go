// Package redis keeps a cache on a Redis server, which several processes share.
//
//	config, err := redis.Parse("redis://:password@10.0.0.5:6379/0?prefix=shop:")
//	shared := redis.New(config)
//	service.Use(shared)
//
// It needs Redis 5 or later, or what speaks its protocol.
package redis

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/utilmeta/utilmeta-go/framework/cache"
)

// Cache is a cache.Cache on a Redis server. It connects when it is first used, and is a part of a service: that checks
// the server when it starts, and closes the connections when it stops. When the server cannot be reached, commands fail
// at once for a second, with [cache.ErrUnavailable], before one tries again.
type Cache struct {
	config Config
	err    error // what is wrong with config
	health breaker

	mu     sync.Mutex
	client *redis.Client // nil until it is used, and after Stop
	closed bool
}

// New makes a cache. It connects to nothing; what is wrong with c is told by Start and by every use.
func New(c Config) *Cache { return &Cache{config: c, err: c.check()} }

var errStopped = fmt.Errorf("%w: it has been stopped", cache.ErrUnavailable)

// conn returns the client, made at the first call.
func (c *Cache) conn() (*redis.Client, error) {
	if c.err != nil {
		return nil, c.err
	}
	if err := c.health.allow(); err != nil {
		return nil, fmt.Errorf("%s: %w", c, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, errStopped
	}
	if c.client == nil {
		c.client = redis.NewClient(c.config.options())
	}
	return c.client, nil
}

func (c Config) options() *redis.Options {
	o := &redis.Options{
		Network: "tcp", Addr: c.address(), TLSConfig: c.TLS,
		DB: c.DB, Username: c.User, Password: c.Password, PoolSize: c.PoolSize,
		ContextTimeoutEnabled: true, DisableIdentity: true,
		MaxRetries: 1, DialerRetries: 1, PipelinePoolSize: -1,
		// It would ask servers for a notification that few of them know.
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
	if c.Socket != "" {
		o.Network, o.Addr = "unix", c.Socket
	}
	o.DialTimeout = cmp.Or(c.Timeout, time.Second)
	o.ReadTimeout, o.WriteTimeout, o.PoolTimeout = o.DialTimeout, o.DialTimeout, o.DialTimeout
	return o
}

// Start checks that the server answers, unless the cache is optional. It may follow Stop.
func (c *Cache) Start(ctx context.Context) error {
	c.mu.Lock()
	c.closed = false
	c.mu.Unlock()
	return c.Ping(ctx)
}

// Stop closes the connections.
func (c *Cache) Stop(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	client := c.client
	c.client, c.closed = nil, true
	if client == nil {
		return nil
	}
	return client.Close()
}

// Ping asks the server for an answer. It is nil for a cache that is optional, unless its configuration is wrong.
func (c *Cache) Ping(ctx context.Context) error {
	if c.err != nil {
		return c.err
	}
	client, err := c.conn()
	if err == nil {
		err = c.result(ctx, client.Ping(ctx).Err())
	}
	if c.config.Optional {
		return nil
	}
	return err
}

// String is the URL of the server, without user and password.
func (c *Cache) String() string { return c.config.String() }

// result notes how the server does, and says of which server an error is. An answer of its own stays as it is for nil
// values.
func (c *Cache) result(ctx context.Context, err error) error {
	var answered redis.Error
	switch {
	case err == nil, errors.Is(err, redis.Nil):
		c.health.up()
		return err
	case errors.As(err, &answered):
		c.health.up()
		return fmt.Errorf("%s: %w", c, err)
	case ctx.Err() != nil: // the caller does not wait
		return fmt.Errorf("%s: %w", c, context.Cause(ctx))
	}
	c.health.down()
	return fmt.Errorf("%s: %w: %w", c, cache.ErrUnavailable, err)
}
