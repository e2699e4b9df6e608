package token

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/store"
)

// Commands are connect, and ops with what it does to tokens and supervisors in the store.
func Commands(s *store.Store) []framework.Command {
	return []framework.Command{
		{Name: "connect", Usage: "open the console of the running service [--print] [--scope SCOPE]... [--ttl 8h]", Run: runConnect},
		{Name: "ops", Usage: "manage tokens and supervisors: see ops help", Run: (&command{store: s}).run},
	}
}

func runConnect(ctx context.Context, _ *framework.Service, args []string) error {
	f := flag.NewFlagSet("connect", flag.ContinueOnError)
	var (
		scopes scopeFlag
		ttl    span
		print  = f.Bool("print", false, "only print the address")
	)
	f.Var(&scopes, "scope", "what the session may do instead of the usual: log.view, or * for all")
	f.Var(&ttl, "ttl", "how long the session lasts: 8h")
	if err := framework.ParseFlags(f, args); err != nil {
		return err
	}
	folder := WorkFolder()
	address, err := connect.Ask(ctx, folder, grant.Scopes(scopes), time.Duration(ttl))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	fmt.Println(address)
	if *print {
		return nil
	}
	switch shown, err := connect.Open(folder, address); {
	case err != nil:
		return fmt.Errorf("connect: no browser could be started: open the address within a minute: %w", err)
	case !shown:
		fmt.Fprintln(os.Stderr, "there is no display: open the address within a minute")
	}
	return nil
}

const usageText = `ops does what concerns those who operate the service from elsewhere:

  ops token create --name NAME --scope SCOPE... [--ttl 30d]   make a token and print it, this once
  ops token list                                              list the tokens
  ops token revoke ID|NAME                                    end one at once
  ops supervisor add --url URL --key-file JWK --node ID [--ident NAME]
                                                              let a supervisor call that signs with the key
  ops supervisor list                                         list the supervisors
  ops supervisor remove ID|NODE                               let one call no more

A scope is %s,
one of these on a single table, as data.query:user.user, a group such as data.*, or *.
`

// command is ops.
type command struct {
	store   *store.Store
	service string
}

func (c *command) run(ctx context.Context, s *framework.Service, args []string) (err error) {
	words := strings.Join(args[:min(2, len(args))], " ")
	does := map[string]func(context.Context, []string) error{
		"token create": c.createToken, "token list": c.listTokens, "token revoke": c.revokeToken,
		"supervisor add": c.addSupervisor, "supervisor list": c.listSupervisors, "supervisor remove": c.removeSupervisor,
	}[words]
	switch {
	case does != nil:
	case len(args) == 0, args[0] == "help", args[0] == "-h", args[0] == "--help":
		fmt.Printf(usageText, strings.Join(grant.All, ", "))
		return nil
	default:
		return usage("ops %s: no such command: see ops help", words)
	}
	c.service = s.Config().Name
	if err := c.store.Start(ctx); err != nil {
		return err
	}
	defer func() {
		if e := c.store.Stop(context.WithoutCancel(ctx)); err == nil {
			err = e
		}
	}()
	err = does(ctx, args[2:])
	if framework.ExitCode(err) != 0 {
		return fmt.Errorf("ops %s: %w", words, err)
	}
	return err // nil, or help that was asked for
}

// usage is an error of the command line.
func usage(format string, a ...any) error {
	return &framework.ExitError{Code: framework.ExitUsage, Err: fmt.Errorf(format, a...)}
}

// scopeFlag is a flag that may stand several times, with one scope or several.
type scopeFlag grant.Scopes

func (f *scopeFlag) String() string { return strings.Join(*f, " ") }

func (f *scopeFlag) Set(text string) error {
	l, err := grant.Parse(text)
	*f = append(*f, l...)
	return err
}

// span is a duration that may be in days: 30d.
type span time.Duration

func (s *span) String() string { return time.Duration(*s).String() }

func (s *span) Set(text string) error {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseUint(days, 10, 12)
		*s = span(time.Duration(n) * 24 * time.Hour)
		return err
	}
	d, err := time.ParseDuration(text)
	if err == nil && d <= 0 {
		err = fmt.Errorf("%q is no time to last", text)
	}
	*s = span(d)
	return err
}
