package framework

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
)

// A Command is something that the service's binary does besides serving.
type Command struct {
	Name  string // "migrate"
	Usage string // one line: "apply pending migrations"
	// Run does it. It gets what follows the name, and opens what it needs.
	Run func(ctx context.Context, s *Service, args []string) error
}

// Run serves, or does what the arguments of the process say: see Execute. Pass its error to Exit.
func (s *Service) Run() error { return s.Execute(context.Background(), os.Args[1:]...) }

// Execute runs one command: the first argument, or serve.
func (s *Service) Execute(ctx context.Context, args ...string) error {
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	} else if slices.Contains([]string{"-h", "-help", "--help"}, strings.Join(args, " ")) {
		name, args = "help", nil
	}
	for _, c := range s.commands() {
		if c.Name == name {
			return c.Run(ctx, s, args)
		}
	}
	return usage("%s is no command: %s", name, s.commandNames())
}

func (s *Service) commands() []Command {
	l := []Command{
		{"serve", "serve the APIs [--host ADDRESS] [--port PORT]", serveCommand},
		{"routes", "list the endpoints", routesCommand},
		{"check", "tell everything that is wrong with the declarations", checkCommand},
		{"openapi", "write the OpenAPI document [--to FILE] [--format json|yaml] [--split DIR] [--prefix PATH] [--diff OLD] [--merge FILE|URL]", openapiCommand},
		{"codec-layouts", "write what meta generate --codecs prints from [--to FILE]", layoutsCommand},
		{"version", "tell the versions", versionCommand},
		{"help", "list the commands", helpCommand},
	}
	for _, part := range s.parts {
		if p, ok := part.(Commander); ok {
			l = append(l, p.Commands()...)
		}
	}
	return l
}

func (s *Service) commandNames() string {
	var names []string
	for _, c := range s.commands() {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// ParseFlags reads the flags of a command; what is wrong with them is told in one line.
func ParseFlags(f *flag.FlagSet, args []string) error {
	f.SetOutput(io.Discard)
	err := f.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		f.SetOutput(os.Stdout)
		f.Usage()
		return &ExitError{Code: 0, Err: errors.New("")}
	}
	if err == nil && f.NArg() > 0 {
		err = fmt.Errorf("%q is too much", f.Arg(0))
	}
	if err != nil {
		return usage("%s: %w", f.Name(), err)
	}
	return nil
}

func serveCommand(ctx context.Context, s *Service, args []string) error {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.StringVar(&s.config.Host, "host", s.config.Host, "address to listen on")
	f.IntVar(&s.config.Port, "port", s.config.Port, "port to listen on; -1 takes any")
	if err := ParseFlags(f, args); err != nil {
		return err
	}
	if s.config.Port < -1 || s.config.Port > 65535 {
		return usage("serve: port %d is not between 1 and 65535", s.config.Port)
	}
	return s.Serve(ctx)
}

func checkCommand(_ context.Context, s *Service, args []string) error {
	if err := ParseFlags(flag.NewFlagSet("check", flag.ContinueOnError), args); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	fmt.Printf("%s: %d endpoints, nothing wrong\n", s.config.Name, len(s.Endpoints()))
	return nil
}

func versionCommand(_ context.Context, s *Service, _ []string) error {
	fmt.Printf("%s %s\nutilmeta-go %s\n", s.config.Name, s.config.Version, Version)
	return nil
}

func helpCommand(_ context.Context, s *Service, _ []string) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, c := range s.commands() {
		fmt.Fprintf(w, "%s\t%s\n", c.Name, c.Usage)
	}
	return w.Flush()
}

func routesCommand(_ context.Context, s *Service, args []string) error {
	if err := ParseFlags(flag.NewFlagSet("routes", flag.ContinueOnError), args); err != nil {
		return err
	}
	if err := s.Check(); err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "METHOD\tPATH\tOPERATION\tRUNS BEFORE THE HANDLER\tDECLARED")
	for _, ep := range s.Endpoints() {
		path := ep.Path
		if path == "" {
			path = "/"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", ep.Method, path, ep.ID, strings.Join(ep.Chain(), ", "), ep.Pos)
	}
	return w.Flush()
}
