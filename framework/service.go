package framework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Version is the version of the framework.
const Version = "0.1.0"

// Config says what a service is and where it listens. Name is required, the rest has sensible defaults.
type Config struct {
	Name        string // "demo-user"
	Title       string // for people; Name
	Version     string // of the service; "0.1.0"
	Description string

	Host    string // address to listen on; 127.0.0.1
	Port    int    // 8000; -1 takes any free port
	BaseURL string // where clients reach the service: "https://example.com"; http://Host:Port

	// Production makes the service strict: it needs a BaseURL or Hosts, and parts refuse what is only good for
	// development.
	Production bool

	// Hosts are names that requests may be for, besides the one of BaseURL and, in development, those of this
	// machine. "*" allows all.
	Hosts []string
	// TrustedProxies are networks whose X-Forwarded-For is believed. Without any, the peer of a connection is
	// the client.
	TrustedProxies []netip.Prefix

	// Strict holds answers against the rules of their types, for development: one that breaks them is a 500, and the
	// log says why.
	Strict bool
	// Inflate takes bodies that clients have compressed, by gzip or deflate. BodyLimit counts what is in them.
	Inflate bool
	// Languages are those that problems are told in besides English, by the request's Accept-Language.
	Languages api.Languages

	BodyLimit      int64         // bytes of a request's body; 1 MiB
	MaxConnections int           // at the same time; 10,000
	DrainDelay     time.Duration // between /readyz turning 503 and the listener closing; none in development, 1 s in production
	StopTimeout    time.Duration // for requests to end when the service stops; 10 s

	Logger *slog.Logger // slog.Default()
}

// A Service is an HTTP service made of APIs and parts.
type Service struct {
	config  Config
	mux     api.Mux
	mounts  []string
	roots   []any    // what is mounted at each
	docs    api.Docs // of what is mounted
	ready   atomic.Bool
	address atomic.Pointer[net.TCPAddr] // of the listener, while there is one

	wrappers []Wrapper
	foreign  foreign

	mu      sync.Mutex
	parts   []any
	setUp   int // how many of the parts are
	started []any
	running bool
	errs    []error
}

// New makes a service. What is wrong with c is told by Check and Run.
func New(c Config) *Service {
	c.Title = cmp.Or(c.Title, c.Name)
	c.Version = cmp.Or(c.Version, "0.1.0")
	c.Host = cmp.Or(c.Host, "127.0.0.1")
	c.Port = cmp.Or(c.Port, 8000)
	c.MaxConnections = cmp.Or(c.MaxConnections, 10_000)
	c.StopTimeout = cmp.Or(c.StopTimeout, 10*time.Second)
	if c.Production {
		c.DrainDelay = cmp.Or(c.DrainDelay, time.Second)
	}
	s := &Service{config: c}
	s.mux.BodyLimit, s.mux.Logger = c.BodyLimit, c.Logger
	s.mux.Strict, s.mux.Inflate, s.mux.Languages = c.Strict, c.Inflate, c.Languages
	s.errs = append(s.errs, c.check()...)
	return s
}

func (c *Config) check() (errs []error) {
	if c.Name == "" {
		errs = append(errs, errors.New("config: Name is empty: give the service one"))
	}
	if c.Port < -1 || c.Port > 65535 {
		errs = append(errs, fmt.Errorf("config: Port %d is not between 1 and 65535", c.Port))
	}
	if c.MaxConnections < 0 {
		errs = append(errs, fmt.Errorf("config: MaxConnections %d is below zero", c.MaxConnections))
	}
	for _, h := range c.Hosts {
		if h != "*" && hostName(h) == "" || strings.ContainsAny(h, "/ ") || h != "*" && strings.Contains(h, "*") {
			errs = append(errs, fmt.Errorf("config: Hosts: %q is no name: write it as example.com, or * for all", h))
		}
	}
	if c.BaseURL != "" {
		if u, err := url.Parse(c.BaseURL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			errs = append(errs, fmt.Errorf("config: BaseURL %q is no address: write it as https://example.com", c.BaseURL))
		}
	} else if c.Production && len(c.Hosts) == 0 {
		errs = append(errs, errors.New("config: Production needs BaseURL (in most services the variable BASE_URL) or Hosts: requests for other names are refused"))
	}
	return errs
}

// Config is what the service was made with, defaults filled in.
func (s *Service) Config() Config { return s.config }

// Production tells a service that others rely on from one in development.
func (s *Service) Production() bool { return s.config.Production }

// Logger is what the service logs to.
func (s *Service) Logger() *slog.Logger { return cmp.Or(s.config.Logger, slog.Default()) }

// Use adds parts, which are started in this order and stopped in reverse. A part is anything with at least one
// of the hooks in this package: Setupper, Starter, Stopper, Pinger, Commander, Checker, Bannerer, Wrapper, Fronter, Productive.
func (s *Service) Use(parts ...any) {
	for _, p := range parts {
		wrapper, wraps := p.(Wrapper)
		if wraps {
			s.wrappers = append(s.wrappers, wrapper)
		}
		if !isPart(p) && !wraps {
			s.errs = append(s.errs, fmt.Errorf("use: %T has none of the hooks of a part", p))
			continue
		}
		s.parts = append(s.parts, p)
	}
}

// Mount adds the API at root, a pointer to its struct, below prefix: "/api". Every mistake in its declaration is
// told by Check and Run. Plugins of the API that have hooks of a part are used as parts.
func (s *Service) Mount(prefix string, root any) {
	if err := s.mux.Mount(prefix, root); err != nil {
		s.errs = append(s.errs, err)
	}
	s.mounts, s.roots = append(s.mounts, prefix), append(s.roots, root)
	s.docs = s.docs.Join(api.DocsOf(root))
	for _, ep := range s.mux.Endpoints() {
		for _, p := range ep.Plugins() {
			if isPart(p) && reflect.TypeOf(p).Comparable() && !slices.Contains(s.parts, any(p)) {
				s.parts = append(s.parts, p)
			}
		}
	}
}

// Mounted lists the APIs that are mounted, pointers to their structs.
func (s *Service) Mounted() []any { return slices.Clone(s.roots) }

// Mounts lists where they are: "/api".
func (s *Service) Mounts() []string { return slices.Clone(s.mounts) }

// WrapLogger puts a handler around that of the service's logger, if it has one of its own, before it serves.
func (s *Service) WrapLogger(wrap func(slog.Handler) slog.Handler) {
	if l := s.config.Logger; l != nil {
		s.config.Logger = slog.New(wrap(l.Handler()))
		s.mux.Logger = s.config.Logger
	}
}

// Parts lists what is used so far.
func (s *Service) Parts() []any { return slices.Clone(s.parts) }

// Endpoints lists what is mounted.
func (s *Service) Endpoints() []*api.Endpoint { return s.mux.Endpoints() }

// Check sets up the parts that are not yet, and returns everything that is wrong with the service. It opens nothing.
func (s *Service) Check() error {
	s.setUpParts()
	errs := slices.Clone(s.errs)
	for _, part := range s.parts {
		if p, ok := part.(Checker); ok {
			errs = append(errs, p.Check(s))
		}
	}
	return errors.Join(errs...)
}

// Handler serves the APIs, behind the check of the host, and the probes /healthz and /readyz. It starts no part:
// Start does.
func (s *Service) Handler() http.Handler {
	var h http.Handler = &s.mux
	for _, w := range slices.Backward(s.wrappers) {
		h = w.Handler(h)
	}
	for _, part := range slices.Backward(s.parts) {
		if p, ok := part.(Fronter); ok {
			h = p.Front(h)
		}
	}
	return s.forwarded(s.probes(s.hosts(h)))
}

// BaseURL is where clients reach the service, without a slash at the end.
func (s *Service) BaseURL() string {
	if s.config.BaseURL != "" {
		return strings.TrimSuffix(s.config.BaseURL, "/")
	}
	host, port := s.config.Host, max(s.config.Port, 0)
	if a := s.address.Load(); a != nil {
		port = a.Port
	}
	if ip, err := netip.ParseAddr(host); err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, strconv.Itoa(port))
}

// URL is where clients reach the first mounted API.
func (s *Service) URL() string {
	if len(s.mounts) == 0 || s.mounts[0] == "/" {
		return s.BaseURL()
	}
	return s.BaseURL() + s.mounts[0]
}

// Start starts every part, for a handler that something else serves; Run does it by itself. If one fails, those
// before it are stopped. What a part goes on with after its Start has returned ends with Stop, not with ctx.
func (s *Service) Start(ctx context.Context) error {
	if err := s.Check(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.running {
		return fmt.Errorf("%s is started already", s.config.Name)
	}
	if err := s.startParts(ctx); err != nil {
		return err
	}
	s.running = true
	s.ready.Store(true)
	return nil
}

// Stop stops the parts that were started, in reverse.
func (s *Service) Stop(ctx context.Context) error {
	s.ready.Store(false)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running = false
	return s.stopParts(ctx)
}
