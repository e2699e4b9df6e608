// Package token says who may use the Operations API, and for what. A caller comes with a token of this service, which
// somebody made by the command ops token create; with one that a supervisor has signed, whose key the service knows; with
// one that meta connect got over a socket on this machine; or, where that is configured, from the private network with
// the connection key. Being on this machine, or a cookie, lets nobody in.
package token

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/config"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Config says who may do what. Store, Service and URL are required.
type Config struct {
	Store   *store.Store
	Service string        // its name: tokens and supervisors are those of one service
	URL     func() string // where clients reach the Operations API: "http://127.0.0.1:8000/api/ops"

	// Production switches local access off.
	Production bool

	LocalScope    grant.Scopes  // of those who come by meta connect; DefaultLocal if it is nil
	PrivateScope  grant.Scopes  // of those in the private network who have ConnectionKey, if URL is https
	DisabledScope grant.Scopes  // that nobody has
	ConnectionKey config.Secret // of PrivateScope

	Origins  []string // of pages that may call, besides the service's own
	Audience string   // that tokens of supervisors must name; "" is none

	// Forget removes the id of a node from what is kept about it: its supervisor has gone. It may be nil.
	Forget func(ctx context.Context, node string) error

	Folder string           // for the socket of local access; WorkFolder()
	Logger *slog.Logger     // slog.Default()
	Now    func() time.Time // time.Now
}

// DefaultLocal is what those may do who come by meta connect, if nothing else is said.
var DefaultLocal = grant.Scopes{
	grant.APIView, grant.DataView, grant.DataQuery, grant.DataCreate, grant.DataUpdate, grant.LogView, grant.MetricsView, grant.ActionExecute,
}

// Access decides who may call.
type Access struct {
	config      Config
	audit       *audit.Log
	desk        *connect.Desk
	socket      *connect.Server // nil while it does not listen
	tokens      *Tokens
	supervisors *supervisors
	issued      *issued
	refusals    *refusals
}

// New makes an Access.
func New(c Config) (*Access, error) {
	var errs []error
	for name, scopes := range map[string]grant.Scopes{"LocalScope": c.LocalScope, "PrivateScope": c.PrivateScope, "DisabledScope": c.DisabledScope} {
		if err := scopes.Check(); err != nil {
			errs = append(errs, errors.New(name+": "+err.Error()))
		}
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	c.Logger, c.Folder = cmp.Or(c.Logger, slog.Default()), cmp.Or(c.Folder, WorkFolder())
	if c.Now == nil {
		c.Now = time.Now
	}
	switch {
	case c.Production:
		c.LocalScope = nil
	case c.LocalScope == nil:
		c.LocalScope = DefaultLocal
	}
	log := &audit.Log{Store: c.Store}
	return &Access{
		config:      c,
		audit:       log,
		desk:        &connect.Desk{Default: c.LocalScope, Now: c.Now},
		tokens:      newTokens(c.Store, c.Service, c.Now, c.Logger),
		supervisors: &supervisors{store: c.Store, service: c.Service, now: c.Now},
		issued:      newIssued(c.Store, c.Logger),
		refusals:    &refusals{audit: log, logger: c.Logger, now: c.Now},
	}, nil
}

// Start opens the socket of local access, in development and where the system has such sockets. While another process of
// the project answers there, as when its tests run beside it, meta connect goes to that one.
func (a *Access) Start() error {
	if !a.local() {
		return nil
	}
	s := &connect.Server{Desk: a.desk, URL: a.config.URL}
	switch err, taken := s.Listen(a.config.Folder), (*connect.TakenError)(nil); {
	case errors.As(err, &taken):
		a.config.Logger.Warn("operations: meta connect goes to another process than this one", "error", err)
	case errors.Is(err, errors.ErrUnsupported):
		a.config.Logger.Debug("operations: meta connect does not work here", "error", err)
	case err != nil:
		return err
	default:
		a.socket = s
	}
	return nil
}

// Stop closes the socket and writes what is not written yet.
func (a *Access) Stop(ctx context.Context) error {
	err := a.flush(ctx, true)
	if a.socket != nil {
		err = errors.Join(err, a.socket.Close())
		a.socket = nil
	}
	return err
}

// Tokens are those of the service.
func (a *Access) Tokens() *Tokens { return a.tokens }

// Flush writes how often tokens were used, and the refusals that were only counted. It is called now and then.
func (a *Access) Flush(ctx context.Context) error { return a.flush(ctx, false) }

func (a *Access) flush(ctx context.Context, all bool) error {
	if !a.config.Store.Ready() {
		return nil
	}
	now := a.config.Now()
	return errors.Join(a.tokens.uses.flush(ctx, now, all), a.issued.uses.flush(ctx, now, all), a.refusals.flush(ctx))
}

// Purge removes tokens that ended before a time. A token of a supervisor that was revoked before it was seen stays: its
// end is not known.
func (a *Access) Purge(ctx context.Context, before time.Time) error {
	return errors.Join(a.tokens.purge(ctx, before), a.issued.purge(ctx, before))
}

// Handler stands around the Operations API and all that belongs to it: it answers OPTIONS, says which pages may read
// answers, and refuses GET / for hosts other than those of URL, of this machine and of hosts, "*" being all. Methods are
// what a path answers.
func (a *Access) Handler(next http.Handler, hosts []string, methods func(path string) []string) http.Handler {
	return guard.CORS{URL: a.config.URL, Origins: a.config.Origins, Hosts: hosts, Methods: methods}.Handler(next)
}

// local tells whether there is local access at all.
func (a *Access) local() bool {
	u, err := url.Parse(a.config.URL())
	return err == nil && len(a.config.LocalScope) > 0 && guard.LoopbackName(u.Hostname())
}
