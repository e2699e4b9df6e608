package cache

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

var (
	openersMu sync.RWMutex
	openers   = map[string]func(url string) (Cache, error){"memory": openMemory}
)

// Register makes a scheme of URLs known to Open. Packages of caches call it from init; it panics when the scheme is
// taken.
func Register(scheme string, open func(url string) (Cache, error)) {
	openersMu.Lock()
	defer openersMu.Unlock()
	if open == nil || openers[scheme] != nil {
		panic(fmt.Sprintf("cache: the scheme %q is nil or registered twice", scheme))
	}
	openers[scheme] = open
}

// Open makes the cache that a URL names, and connects to nothing yet:
//
//	memory:                              in this process
//	memory:?entries=1000&bytes=1000000   with bounds of its own
//	redis://host:6379/0?prefix=shop:     see package cache/redis, which has to be imported for it
//
// No error quotes the URL, which may hold a password.
func Open(rawURL string) (Cache, error) {
	scheme, _, ok := strings.Cut(rawURL, ":")
	if !ok {
		return nil, fmt.Errorf("not a URL: write memory: or redis://host:6379/0")
	}
	openersMu.RLock()
	open := openers[scheme]
	openersMu.RUnlock()
	switch {
	case open != nil:
		return open(rawURL)
	case scheme == "redis" || scheme == "rediss" || scheme == "unix":
		return nil, fmt.Errorf("no package for %s: is built in: import _ \"github.com/utilmeta/utilmeta-go/framework/cache/redis\"", scheme)
	}
	return nil, fmt.Errorf("unknown scheme: use memory: or redis://host")
}

func openMemory(rawURL string) (Cache, error) {
	u, err := url.Parse(rawURL)
	if err != nil || u.Opaque != "" || u.Host != "" || u.Path != "" || u.Fragment != "" {
		return nil, fmt.Errorf("memory url: write memory: or memory:?entries=1000&bytes=1000000")
	}
	m := &Memory{}
	for name, values := range u.Query() {
		at := map[string]*int{"entries": &m.Entries, "bytes": &m.Bytes}[name]
		if at == nil {
			return nil, fmt.Errorf("memory url: unknown setting: use entries and bytes")
		}
		if *at, err = strconv.Atoi(values[len(values)-1]); err != nil || *at < 1 {
			return nil, fmt.Errorf("memory url: %s is not a number above zero", name)
		}
	}
	return m, nil
}

// missing is a cache that was never connected.
type missing struct{ err error }

func (m missing) Get(context.Context, string) ([]byte, bool, error)        { return nil, false, m.err }
func (m missing) Set(context.Context, string, []byte, time.Duration) error { return m.err }
func (m missing) Add(context.Context, string, []byte, time.Duration) (bool, error) {
	return false, m.err
}
func (m missing) Swap(context.Context, string, []byte, []byte, time.Duration) (bool, error) {
	return false, m.err
}
func (m missing) Delete(context.Context, string) error { return m.err }
func (m missing) Increment(context.Context, string, int64, time.Duration) (int64, time.Duration, error) {
	return 0, 0, m.err
}
