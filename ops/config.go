package ops

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/framework/openapi"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/log"
)

// Config says how a service is operated. Route and a database are required, the rest has sensible defaults.
type Config struct {
	// Route is where the Operations API is, below the service's first API: "ops". An absolute URL is where clients reach
	// it, and its path where it is served.
	Route string

	// Database is what logs, tokens and the audit are kept in: a SQLite file of its own, or a PostgreSQL database. DB is
	// one that the service has open already, instead.
	Database db.Config
	DB       *db.DB

	// BaseURL is where clients reach the service's first API, in documents and for supervisors: the service's own. $IP in
	// it is the address of this machine. A handler that is not of this framework needs it.
	BaseURL string

	WorkerCycle  time.Duration // between the runs of what happens in the background; 30 s
	MaxBacklog   int           // requests that wait before their records are stored earlier; 100
	MaxRetention time.Duration // of everything that has a time; 90 days

	// SecretNames are the names of values that nobody gets to see; mask.Defaults. One that begins with an underscore is
	// a word of a name, any other may stand anywhere in it. Fields that the models call sensitive are secret too.
	SecretNames []string

	// DisabledScope is what nobody may do. LocalScope is what those may who came by meta connect: all but deleting,
	// tokens and the service's own settings, and nothing in production; a list that is empty and not nil is nothing.
	// PrivateScope is what clients in a private network may that have the ConnectionKey, over https.
	DisabledScope []string
	LocalScope    []string
	PrivateScope  []string
	ConnectionKey config.Secret

	// TrustedHosts are origins whose pages may call the Operations API: "https://ops.example.com".
	TrustedHosts []string

	Log log.Options

	// OpenAPI are documents of others that are merged into the service's.
	OpenAPI []openapi.Source

	// Data are ent clients whose tables are managed besides those that the mounted APIs have as fields. Writable lets
	// tables be written in production too; in development they always are.
	Data     []orm.DB
	Writable bool
}

// filled has the defaults.
func (c Config) filled() Config {
	c.WorkerCycle = cmp.Or(c.WorkerCycle, 30*time.Second)
	c.MaxBacklog = cmp.Or(c.MaxBacklog, 100)
	c.MaxRetention = cmp.Or(c.MaxRetention, 90*24*time.Hour)
	if c.SecretNames == nil {
		c.SecretNames = mask.Defaults
	}
	return c
}

// check reports everything that is wrong with the configuration.
func (c Config) check() error {
	var errs []error
	fail := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if wrong := wrongRoute(c.Route); wrong != "" {
		fail("Route %q %s", c.Route, wrong)
	}
	if c.BaseURL != "" {
		if u, err := url.Parse(strings.ReplaceAll(c.BaseURL, "$IP", "127.0.0.1")); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			fail("BaseURL %q is no address: write it as https://example.com/api", c.BaseURL)
		}
	}
	if c.WorkerCycle < time.Second || c.WorkerCycle > time.Hour {
		fail("WorkerCycle is %v: it is between a second and an hour", c.WorkerCycle)
	}
	if c.MaxBacklog < 1 {
		fail("MaxBacklog is %d: it is at least 1", c.MaxBacklog)
	}
	if c.MaxRetention < time.Hour {
		fail("MaxRetention is %v: it is at least an hour", c.MaxRetention)
	}
	for name, scopes := range map[string][]string{"DisabledScope": c.DisabledScope, "LocalScope": c.LocalScope, "PrivateScope": c.PrivateScope} {
		if err := grant.Scopes(scopes).Check(); err != nil {
			fail("%s: %w", name, err)
		}
	}
	if len(c.PrivateScope) > 0 && c.ConnectionKey == "" {
		fail("PrivateScope needs a ConnectionKey: whoever is in the network could act without one")
	}
	if c.ConnectionKey != "" && len(c.ConnectionKey) < 16 {
		fail("ConnectionKey has less than 16 characters: take a random one")
	}
	for _, host := range c.TrustedHosts {
		if u, err := url.Parse(host); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.Path != "" || u.RawQuery != "" || u.User != nil {
			fail("TrustedHosts: %q is no origin: write it as https://ops.example.com", host)
		}
	}
	for _, name := range c.SecretNames {
		if strings.Trim(name, " _-.") == "" {
			fail("SecretNames: %q would be in every name", name)
		}
	}
	return errors.Join(append(errs, c.Log.Check())...)
}

// wrongRoute says what is wrong with a route, "" for nothing.
func wrongRoute(route string) string {
	if strings.Contains(route, "://") {
		if u, err := url.Parse(route); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || !isPath(u.Path) {
			return "is no address: write it as https://example.com/ops"
		}
		return ""
	}
	if !isPath("/" + strings.Trim(route, "/")) {
		return `is no path: write it as "ops"`
	}
	return ""
}

// isPath tells a path that requests can have as it is.
func isPath(p string) bool {
	return len(p) > 1 && path.Clean(p) == p && !strings.ContainsFunc(p, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`{}?#%\:`, r) })
}

// outside is the address of this machine in its network.
func outside() string {
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		return "127.0.0.1"
	}
	i := slices.IndexFunc(addresses, func(a net.Addr) bool {
		n, ok := a.(*net.IPNet)
		return ok && n.IP.To4() != nil && !n.IP.IsLoopback() && !n.IP.IsLinkLocalUnicast()
	})
	if i < 0 {
		return "127.0.0.1"
	}
	return addresses[i].(*net.IPNet).IP.String()
}
