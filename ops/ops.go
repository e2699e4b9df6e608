// Package ops is the operations module: it records the requests of a service, keeps its data manageable, and answers the
// Operations API of UtilMeta, with which clients look at both.
//
//	service.Use(ops.New(ops.Config{
//		Route:    "ops",
//		Database: db.Config{Engine: db.SQLite, Name: "operations.db"},
//	}))
//
// The Operations API is then at /api/ops, if the service's first API is at /api. See docs/operations.md.
package ops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/framework/db"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
	"github.com/utilmeta/utilmeta-go/ops/log"
	"github.com/utilmeta/utilmeta-go/ops/store"
	"github.com/utilmeta/utilmeta-go/ops/token"
)

// SpecVersion is the version of the Operations API that is spoken.
const SpecVersion = token.SpecVersion

// Commands adds connect and ops to the service's binary.
func (o *Operations) Commands() []framework.Command { return token.Commands(o.store) }

// Log says which requests are recorded and how much of them.
type Log = log.Options

// The levels of records.
const (
	Debug = log.Debug
	Info  = log.Info
	Warn  = log.Warn
	Error = log.Error
	Never = log.Never
)

// Operations is the part that operates a service.
type Operations struct {
	config Config
	errs   []error

	subject    subject
	service    *framework.Service // nil for a handler of others
	base       string             // path of the Operations API: /api/ops
	names      *mask.Names
	store      *store.Store
	log        *log.Log
	audit      *audit.Log
	access     *token.Access
	databases  []database
	nodeID     string
	api        http.Handler
	document   documents
	background background
}

// subject is what is operated.
type subject struct {
	name, title, version, description string
	production                        bool
	logger                            *slog.Logger
}

// New makes the part. What is wrong with c is told when the service is checked or started.
func New(c Config) *Operations {
	o := &Operations{config: c.filled()}
	if err := o.config.check(); err != nil {
		o.errs = append(o.errs, err)
	}
	s, err := store.New(c.Database, c.DB)
	if err != nil {
		o.errs = append(o.errs, err)
	}
	o.store = s
	return o
}

// String is its name in messages.
func (o *Operations) String() string { return "operations" }

// Setup makes it a part: it looks at the service that it is used by.
func (o *Operations) Setup(s *framework.Service) error {
	c := s.Config()
	o.service = s
	o.subject = subject{name: c.Name, title: c.Title, version: c.Version, description: c.Description, production: c.Production, logger: s.Logger()}
	return errors.Join(o.errs...)
}

// Check puts the Operations API together, once every API is mounted.
func (o *Operations) Check(s *framework.Service) error {
	if len(o.errs) > 0 || o.api != nil {
		return nil // told by Setup, or done
	}
	mount := ""
	if len(s.Mounts()) > 0 {
		mount = strings.TrimSuffix(s.Mounts()[0], "/")
	}
	o.base = o.path(mount)
	for _, ep := range s.Endpoints() {
		if o.serves(cmp.Or(ep.Path, "/")) {
			return fmt.Errorf("operations: %s at %s is where the Operations API is: give one of them another path", ep.Name, ep.Path)
		}
	}
	err := o.build(s.Endpoints(), s.Mounted(), databasesOf(s.Parts()))
	if err == nil {
		s.WrapLogger(o.log.SlogHandler)
	}
	return err
}

// path is where the Operations API is below mount.
func (o *Operations) path(mount string) string {
	if u, err := url.Parse(o.config.Route); err == nil && u.Host != "" {
		return u.Path
	}
	return mount + "/" + strings.Trim(o.config.Route, "/")
}

// serves tells the paths of the Operations API.
func (o *Operations) serves(path string) bool {
	rest, ok := strings.CutPrefix(path, o.base)
	return ok && (rest == "" || rest[0] == '/')
}

func databasesOf(parts []any) (l []*db.DB) {
	for _, part := range parts {
		if d, ok := part.(*db.DB); ok {
			l = append(l, d)
		}
	}
	return l
}

// Flush stores the records that wait, as happens by itself after a while.
func (o *Operations) Flush(ctx context.Context) error { return o.log.Flush(ctx) }

// Start opens the store and begins to record. A store that is away is waited for: records stay on disk until it is
// there.
func (o *Operations) Start(ctx context.Context) error {
	if err := o.store.Start(ctx); err != nil {
		if !o.store.Postgres() {
			return err
		}
		o.subject.logger.Warn("operations: the store is away; records wait on disk", "error", err)
	}
	if err := o.log.Start(); err != nil {
		return err
	}
	o.background.start(o)
	return o.access.Start()
}

// Stop stores what is recorded, and closes the store.
func (o *Operations) Stop(ctx context.Context) error {
	o.background.stop()
	return errors.Join(o.access.Stop(ctx), o.log.Stop(ctx), o.store.Stop(ctx))
}

// Front records every request, and answers those for the Operations API.
func (o *Operations) Front(next http.Handler) http.Handler {
	recorded := sync.OnceValue(func() http.Handler {
		if o.api == nil {
			return next // the service is wrong, and says so
		}
		return o.log.Handler(o.before(next), func(r *http.Request) bool { return o.serves(r.URL.Path) })
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { recorded().ServeHTTP(w, r) })
}

// before answers what is for the Operations API.
func (o *Operations) before(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if o.serves(r.URL.Path) {
			o.api.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Banner is what the service says when it starts.
func (o *Operations) Banner(*framework.Service) string {
	if o.api == nil {
		return ""
	}
	return "UtilMeta OperationsAPI loaded at " + o.URL() + ", connect your APIs by: meta connect"
}

// URL is where clients reach the Operations API.
func (o *Operations) URL() string {
	if strings.Contains(o.config.Route, "://") {
		return o.config.Route
	}
	return strings.TrimSuffix(o.baseURL(), "/") + "/" + strings.Trim(o.config.Route, "/")
}

// baseURL is where clients reach the APIs that are operated.
func (o *Operations) baseURL() string {
	if o.config.BaseURL != "" {
		return strings.ReplaceAll(o.config.BaseURL, "$IP", outside())
	}
	if o.service != nil {
		return o.service.URL()
	}
	return ""
}

// Transport records the requests of a client, under the request that is being served if they have its context.
func (o *Operations) Transport(base http.RoundTripper) http.RoundTripper {
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		if o.log == nil {
			return cmp.Or(base, http.DefaultTransport).RoundTrip(r)
		}
		return o.log.Transport(base).RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
