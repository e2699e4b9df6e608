// Package cached keeps sessions in a cache.Cache: all of them with [Only], or those in use, in front of another store,
// with [Over].
//
//	session.Config{Store: cached.Only{Cache: shared}}
//	session.Config{Store: cached.Over{Store: session.EntStore[ent.Session](db), Cache: shared}}
//
// Several processes need a cache that they share, such as one of package cache/redis.
package cached

// What is kept is under these keys, followed by the token's hash.
const (
	prefixOnly = "session:"
	prefixOver = "session-copy:"
)
