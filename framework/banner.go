package framework

import (
	"fmt"
	"io"
	"log"
	"log/slog"
)

// banner says where the service is.
func (s *Service) banner(w io.Writer) {
	mode := "development"
	if s.config.Production {
		mode = "production"
	}
	fmt.Fprintf(w, "%s %s (utilmeta-go %s, %s)\n", s.config.Title, s.config.Version, Version, mode)
	for _, prefix := range s.mounts {
		if prefix == "/" {
			prefix = ""
		}
		fmt.Fprintf(w, "APIs mounted at %s%s\n", s.BaseURL(), prefix)
	}
	for _, part := range s.parts {
		if p, ok := part.(Bannerer); ok {
			if line := p.Banner(s); line != "" {
				fmt.Fprintln(w, line)
			}
		}
	}
	fmt.Fprintf(w, "Starting %s server at %s/\nQuit the server with CONTROL-C.\n", mode, s.BaseURL())
}

// serverLog gives what net/http has to say about connections to the service's log.
func serverLog(l *slog.Logger) *log.Logger { return slog.NewLogLogger(l.Handler(), slog.LevelDebug) }
