//go:build !unix

package connect

import (
	"errors"
	"fmt"
)

type listening struct{}

// Listen needs a system with sockets that belong to a user.
func (s *Server) Listen(string) error {
	return fmt.Errorf("local access needs a unix system: make a token with ops token create: %w", errors.ErrUnsupported)
}

// Close does nothing.
func (s *Server) Close() error { return nil }

func near(path string) string { return path }
