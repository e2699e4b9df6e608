package ratelimit

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth"
	"github.com/utilmeta/utilmeta-go/internal/network"
)

// Address counts by the address of the client, of IPv6 by the network of 64 bits, of which one client has all
// addresses. Behind a proxy the service needs framework.Config.TrustedProxies, or all clients are one.
func Address(c *api.Call) string {
	return network.Of(c.Request().RemoteAddr)
}

// User counts by the user, and by Address for nobody. It finds the users of an auth.Users that stands above the limit.
func User(c *api.Call) string {
	if id, ok := auth.ID[any](c.Context()); ok {
		return fmt.Sprint("user:", id)
	}
	return Address(c)
}

// Endpoint counts for each endpoint by itself what by counts for all together.
func Endpoint(by func(c *api.Call) string) func(c *api.Call) string {
	return func(c *api.Call) string {
		who := by(c)
		if who == "" {
			return ""
		}
		return c.Endpoint().ID + ":" + who
	}
}

// short bounds keys that clients may have chosen.
func short(key string) string {
	if len(key) <= 100 {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
