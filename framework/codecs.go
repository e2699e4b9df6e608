package framework

import (
	"context"
	"encoding/json"
	"flag"
	"os"
)

// codecsCommand writes what codecs are printed from, for meta generate --codecs.
func codecsCommand(_ context.Context, s *Service, args []string) error {
	if err := ParseFlags(flag.NewFlagSet("codecs", flag.ContinueOnError), args); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(s.mux.Layouts())
}
