package framework

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// The hooks of a part. Each is optional; a part has at least one.
type (
	// A Setupper is told the service before anything starts. It may mount APIs and use further parts, and opens
	// nothing.
	Setupper interface {
		Setup(s *Service) error
	}
	// A Starter is started before the service answers. The context ends when the start is given up.
	Starter interface {
		Start(ctx context.Context) error
	}
	// A Stopper is stopped after the last request, if it was started.
	Stopper interface {
		Stop(ctx context.Context) error
	}
	// A Pinger is asked by /readyz whether it works.
	Pinger interface {
		Ping(ctx context.Context) error
	}
	// A Commander adds commands to the service's binary.
	Commander interface {
		Commands() []Command
	}
	// A Wrapper stands around all that the service serves, the first used outermost, but for the check of the host
	// and the probes: CORS, security headers, compression.
	Wrapper interface {
		Handler(next http.Handler) http.Handler
	}
	// A Fronter stands before every Wrapper, whatever the order in which they are used, behind the check of the host and
	// the probes: what records requests as they came and answers as they went.
	Fronter interface {
		Front(next http.Handler) http.Handler
	}
	// A Checker looks at the whole service, once every part is set up and every API mounted. It opens nothing.
	Checker interface {
		Check(s *Service) error
	}
	// A Bannerer has a line for what the service says when it starts to serve, "" for none.
	Bannerer interface {
		Banner(s *Service) string
	}
	// A Productive part is told whether others rely on the service, before anything starts.
	Productive interface {
		SetProduction(production bool)
	}
)

// Hooks is a part made of functions; each may be nil.
type Hooks struct {
	Name    string                          // for messages
	OnSetup func(s *Service) error          // before anything is opened
	OnStart func(ctx context.Context) error // before the service answers
	OnStop  func(ctx context.Context) error // after the last request
	OnPing  func(ctx context.Context) error // asked by /readyz
}

func (h Hooks) Setup(s *Service) error { return call(h.OnSetup, s) }

func (h Hooks) Start(ctx context.Context) error { return call(h.OnStart, ctx) }

func (h Hooks) Stop(ctx context.Context) error { return call(h.OnStop, ctx) }

func (h Hooks) Ping(ctx context.Context) error { return call(h.OnPing, ctx) }

func (h Hooks) String() string { return h.Name }

func call[T any](f func(T) error, v T) error {
	if f == nil {
		return nil
	}
	return f(v)
}

func isPart(p any) bool {
	switch p.(type) {
	case Setupper, Starter, Stopper, Pinger, Commander, Fronter, Checker, Bannerer, Productive:
		return true
	}
	return false
}

// partName is a part for messages.
func partName(p any) string {
	if n, ok := p.(fmt.Stringer); ok && n.String() != "" {
		return n.String()
	}
	return fmt.Sprintf("%T", p)
}

// setUpParts sets up every part that is not yet, those too that parts add.
func (s *Service) setUpParts() {
	for ; s.setUp < len(s.parts); s.setUp++ {
		part := s.parts[s.setUp]
		if p, ok := part.(Productive); ok {
			p.SetProduction(s.config.Production)
		}
		if p, ok := part.(Setupper); ok {
			if err := p.Setup(s); err != nil {
				s.errs = append(s.errs, fmt.Errorf("%s: %w", partName(part), err))
			}
		}
	}
}

// startParts gives the parts a context that ends when the start is given up, but not afterwards.
func (s *Service) startParts(ctx context.Context) error {
	begun, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	keep := context.AfterFunc(ctx, giveUp)
	for _, part := range s.parts {
		if p, ok := part.(Starter); ok {
			if err := p.Start(begun); err != nil {
				giveUp()
				err = fmt.Errorf("%s: %w", partName(p), err)
				return errors.Join(err, s.stopParts(context.WithoutCancel(ctx)))
			}
		}
		s.started = append(s.started, part)
	}
	keep()
	return nil
}

// stopParts stops what was started, the last first. One that fails does not keep the others from stopping.
func (s *Service) stopParts(ctx context.Context) (err error) {
	for _, part := range slices.Backward(s.started) {
		if p, ok := part.(Stopper); ok {
			if e := p.Stop(ctx); e != nil {
				err = errors.Join(err, fmt.Errorf("%s: stop: %w", partName(p), e))
			}
		}
	}
	s.started = nil
	return err
}
