package session

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// A Plugin gives the endpoints below it a session. Make one with [New]; copies are the same plugin. It is an
// auth.Method as well, and a part of a service that removes ended sessions while the service runs.
type Plugin struct{ m *manager }

// manager is what copies of a Plugin share.
type manager struct {
	Config
	err        error // what is wrong with the configuration
	cache      cache
	protection *http.CrossOriginProtection
	secureName string
	production atomic.Bool

	mu   sync.Mutex
	stop context.CancelFunc // of the purge, nil while it is not running
	done chan struct{}
}

// New makes a plugin. What is wrong with c is told when an API with the plugin is mounted.
func New(c Config) Plugin {
	c = c.complete()
	m := &manager{Config: c, err: c.check(), secureName: "__Host-" + c.Cookie.Name, protection: http.NewCrossOriginProtection()}
	m.cache = cache{size: c.CacheSize, entries: map[id]*entry{}}
	m.production.Store(c.Production)
	for _, origin := range c.TrustedOrigins {
		_ = m.protection.AddTrustedOrigin(origin) // m.err tells
	}
	return Plugin{m}
}

// SetProduction tells the plugin whether others rely on the service: then cookies are Secure whatever the connection.
// Config.Production cannot be taken back.
func (p Plugin) SetProduction(production bool) {
	if p.m != nil {
		p.m.production.Store(production || p.m.Production)
	}
}

// CheckEndpoint reports a configuration that cannot work, and another plugin with the same cookie around the endpoint.
func (p Plugin) CheckEndpoint(ep *api.Endpoint) error {
	if err := p.check(); err != nil {
		return err
	}
	for _, plugin := range ep.Plugins() {
		if o, ok := plugin.(Plugin); ok && o.m != nil && o.m != p.m && o.m.Cookie.Name == p.m.Cookie.Name {
			return fmt.Errorf("session: two plugins run around this endpoint with the cookie %q: give one another Cookie.Name, or use copies of one", p.m.Cookie.Name)
		}
	}
	return nil
}

func (p Plugin) check() error {
	if p.m == nil {
		return errors.New("the session.Plugin is zero: make it with session.New")
	}
	return p.m.err
}

// Wrap gives the endpoint a session, and refuses unsafe requests from pages of other origins.
func (p Plugin) Wrap(_ *api.Endpoint, next api.Handler) api.Handler {
	m := p.m
	if m == nil {
		return next
	}
	return func(c *api.Call) error {
		outer, _ := api.Attached[*state](c.Context())
		if outer.of(m) != nil {
			return next(c) // the same plugin stands further up too
		}
		if err := m.protection.Check(c.Request()); err != nil {
			return api.Forbidden("cross_origin", "the request comes from a page of another origin").Cause(err)
		}
		c.Attach(&state{m: m, outer: outer, r: c.Request()})
		return next(c)
	}
}

var errNoPlugin = errors.New("session: the plugin does not run around this endpoint: make it a field of the API or of one above")

// find returns the state of this plugin in the call of ctx.
func (p Plugin) find(ctx context.Context) (*state, error) {
	s, _ := api.Attached[*state](ctx)
	if s = s.of(p.m); s == nil {
		return nil, errNoPlugin
	}
	return s, nil
}

// checkPlugin reports an endpoint that no session plugin runs around.
func checkPlugin(ep *api.Endpoint) error {
	if slices.ContainsFunc(ep.Plugins(), func(p api.Plugin) bool { _, ok := p.(Plugin); return ok }) {
		return nil
	}
	return errors.New("no session.Plugin runs around this endpoint: add a field `Session session.Plugin` to the API or to one above")
}

// read finds the session of a token: in the cache, unless it has to be fresh, or else in the store. It is nil for one
// that is not there or has ended.
func (m *manager) read(ctx context.Context, token string, fresh bool) (*entry, error) {
	i, now := idOf(token), m.Now()
	e, mark := m.cache.get(i)
	if e == nil || fresh || now.Sub(e.checked) >= m.Revalidate || e.ended(now) { // another process may have prolonged it
		r, found, err := m.Store.Find(ctx, i.String())
		if err != nil {
			return nil, fmt.Errorf("session: cannot be read: %w", err)
		}
		if e = nil; found {
			e = m.decode(r)
		}
		if e == nil {
			m.cache.drop(i)
			return nil, nil
		}
		e.checked = now
		m.cache.put(i, e, mark)
	}
	if e.ended(now) {
		return nil, nil
	}
	return e, nil
}

// decode makes an entry of a record, nil of one that cannot be read.
func (m *manager) decode(r Record) *entry {
	d, err := decode(r.Data)
	if err != nil {
		m.Logger.Warn("a session cannot be decoded and counts as ended", "error", err)
		return nil
	}
	r.Data, r.Deadline = nil, d.Deadline
	if r.Expiry.After(d.Deadline) {
		r.Expiry = d.Deadline
	}
	return &entry{Record: r, values: d.Values}
}
