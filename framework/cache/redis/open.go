package redis

import "github.com/utilmeta/utilmeta-go/framework/cache"

func init() {
	for _, scheme := range []string{"redis", "rediss", "unix"} {
		cache.Register(scheme, open)
	}
}

// open is cache.Open for the URLs of this package.
func open(url string) (cache.Cache, error) {
	c, err := Parse(url)
	if err != nil {
		return nil, err
	}
	return New(c), nil
}
