package framework

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/net/netutil"
)

// Limits of a connection that no configuration can take away.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 30 * time.Second
	writeTimeout      = 60 * time.Second
	idleTimeout       = 60 * time.Second
	maxHeaderBytes    = 64 << 10
)

// Serve starts the parts, listens and serves until ctx ends or the process is told to stop; then it finishes the
// requests that it has accepted and stops the parts.
func (s *Service) Serve(ctx context.Context) (err error) {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := s.Check(); err != nil {
		return err
	}
	l, err := s.listen(ctx)
	if err != nil {
		return err
	}
	defer s.address.Store(nil)
	defer l.Close()
	if err := s.Start(ctx); err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.StopTimeout)
		defer cancel()
		err = errors.Join(err, s.Stop(ctx))
	}()
	s.banner(os.Stdout)
	return s.serve(ctx, stop, l)
}

func (s *Service) listen(ctx context.Context) (net.Listener, error) {
	port := max(s.config.Port, 0)
	address := net.JoinHostPort(s.config.Host, strconv.Itoa(port))
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("listen: port %d on %s is taken by another process: stop it, or take another with --port or PORT", port, s.config.Host)
	case errors.Is(err, syscall.EACCES):
		return nil, fmt.Errorf("listen: this user may not use port %d: take one above 1023", port)
	case err != nil:
		return nil, fmt.Errorf("listen: %s: %w", address, err)
	}
	s.address.Store(l.Addr().(*net.TCPAddr))
	return netutil.LimitListener(l, s.config.MaxConnections), nil
}

// serve answers until ctx ends. After that a second signal ends the process at once: restore gives it back its
// meaning.
func (s *Service) serve(ctx context.Context, restore func(), l net.Listener) error {
	server := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          serverLog(s.Logger()),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
		restore()
	}
	// Balancers see that the service goes before its listener closes; connections are left to end by
	// themselves, since closing them early resets requests that are on their way.
	s.ready.Store(false)
	time.Sleep(s.config.DrainDelay)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.StopTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop: requests did not end within %s: %w", s.config.StopTimeout, errors.Join(err, server.Close()))
	}
	return nil
}
