package redis

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/utilmeta/utilmeta-go/framework/cache"
)

// Scripts get keys with their prefix, and times in milliseconds; 0 is for ever.
var (
	swap = redis.NewScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[3] == '0' then redis.call('SET', KEYS[1], ARGV[2])
elseif ARGV[3] == '-1' then redis.call('DEL', KEYS[1])
else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
return 1`)

	increment = redis.NewScript(`
local new = redis.call('EXISTS', KEYS[1]) == 0
local total = redis.call('INCRBY', KEYS[1], ARGV[1])
if new and ARGV[2] == '-1' then redis.call('DEL', KEYS[1])
elseif new and ARGV[2] ~= '0' then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {redis.call('GET', KEYS[1]) or ARGV[1], redis.call('PTTL', KEYS[1])}`)
)

// Get returns the value of key.
func (c *Cache) Get(ctx context.Context, key string) ([]byte, bool, error) {
	client, err := c.conn()
	if err != nil {
		return nil, false, err
	}
	b, err := client.Get(ctx, c.config.Prefix+key).Bytes()
	err = c.result(ctx, err)
	if errors.Is(err, redis.Nil) {
		return nil, false, nil
	}
	return b, err == nil, err
}

// Set puts a value in the place of whatever there is.
func (c *Cache) Set(ctx context.Context, key string, value []byte, ttl time.Duration) error {
	if ttl < 0 {
		return c.Delete(ctx, key)
	}
	client, err := c.conn()
	if err != nil {
		return err
	}
	return c.result(ctx, client.Set(ctx, c.config.Prefix+key, value, round(ttl)).Err())
}

// Add keeps a value if there is none under key.
func (c *Cache) Add(ctx context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	client, err := c.conn()
	if err != nil {
		return false, err
	}
	if ttl < 0 {
		n, err := client.Exists(ctx, c.config.Prefix+key).Result()
		return err == nil && n == 0, c.result(ctx, err)
	}
	err = c.result(ctx, client.SetArgs(ctx, c.config.Prefix+key, value, redis.SetArgs{Mode: "NX", TTL: round(ttl)}).Err())
	if errors.Is(err, redis.Nil) {
		return false, nil
	}
	return err == nil, err
}

// Swap puts a value in the place of old.
func (c *Cache) Swap(ctx context.Context, key string, old, value []byte, ttl time.Duration) (bool, error) {
	client, err := c.conn()
	if err != nil {
		return false, err
	}
	n, err := swap.Run(ctx, client, []string{c.config.Prefix + key}, old, value, milliseconds(ttl)).Int()
	return n == 1, c.result(ctx, err)
}

// Delete removes the value of key, if there is one.
func (c *Cache) Delete(ctx context.Context, key string) error {
	client, err := c.conn()
	if err != nil {
		return err
	}
	return c.result(ctx, client.Del(ctx, c.config.Prefix+key).Err())
}

// Increment adds n to the counter under key.
func (c *Cache) Increment(ctx context.Context, key string, n int64, ttl time.Duration) (int64, time.Duration, error) {
	client, err := c.conn()
	if err != nil {
		return 0, 0, err
	}
	got, err := increment.Run(ctx, client, []string{c.config.Prefix + key}, n, milliseconds(ttl)).Int64Slice()
	if err = c.result(ctx, err); noCounter(err) {
		return 0, 0, cache.ErrNoCounter
	}
	if err != nil {
		return 0, 0, err
	}
	return got[0], max(0, time.Duration(got[1])*time.Millisecond), nil
}

// noCounter knows what the server says of a value that is no number, too large or no text.
func noCounter(err error) bool {
	var answered redis.Error
	if !errors.As(err, &answered) {
		return false
	}
	s := answered.Error()
	return strings.Contains(s, "not an integer") || strings.Contains(s, "overflow") || strings.Contains(s, "WRONGTYPE")
}

// round gives a time that the server can keep, not below a millisecond, which it would take for none.
func round(ttl time.Duration) time.Duration {
	return (ttl + time.Millisecond - 1).Truncate(time.Millisecond)
}

// milliseconds is a time as the scripts get it: -1 for one that is over.
func milliseconds(ttl time.Duration) int64 {
	if ttl < 0 {
		return -1
	}
	return round(ttl).Milliseconds()
}

var _ cache.Cache = (*Cache)(nil)
