package framework

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// probeTimeout is how long a part may take to say that it works.
const probeTimeout = 2 * time.Second

// probes answers /healthz, that the process lives, and /readyz, that it can serve: every part works and the
// service is not stopping. Both are for any host, since balancers ask by address.
func (s *Service) probes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asks := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case asks && r.URL.Path == "/healthz":
			probe(w, nil)
		case asks && r.URL.Path == "/readyz":
			probe(w, s.pingParts(r.Context()))
		default:
			next.ServeHTTP(w, r)
		}
	})
}

func probe(w http.ResponseWriter, err error) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	if err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, "not ready")
		return
	}
	fmt.Fprintln(w, "ok")
}

func (s *Service) pingParts(ctx context.Context) error {
	if !s.ready.Load() {
		return fmt.Errorf("%s is starting or stopping", s.config.Name)
	}
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	for _, part := range s.parts {
		if p, ok := part.(Pinger); ok {
			if err := p.Ping(ctx); err != nil {
				s.Logger().WarnContext(ctx, "not ready", "part", partName(p), "error", err)
				return err
			}
		}
	}
	return nil
}
