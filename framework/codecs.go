package framework

import (
	"context"
	"encoding/json"
	"flag"
	"os"
)

// layoutsCommand writes what codecs are printed from: a file keeps it apart from what the application says.
func layoutsCommand(_ context.Context, s *Service, args []string) error {
	f := flag.NewFlagSet("codec-layouts", flag.ContinueOnError)
	to := f.String("to", "", "file to write; standard output if not given")
	if err := ParseFlags(f, args); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	text, err := json.Marshal(s.mux.Layouts())
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if *to == "" {
		_, err = os.Stdout.Write(text)
		return err
	}
	return os.WriteFile(*to, text, 0o600)
}
