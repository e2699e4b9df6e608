package token

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

func (c *command) supervisors() *supervisors {
	return &supervisors{store: c.store, service: c.service, now: time.Now}
}

func (c *command) addSupervisor(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("supervisor add", flag.ContinueOnError)
	var (
		base  = f.String("url", "", "address of its API, which issues its tokens: https://api.example.com/spv")
		file  = f.String("key-file", "", "file with its public key, a JWK")
		node  = f.String("node", "", "id under which it knows this service")
		ident = f.String("ident", "", "what it is called")
	)
	if err := framework.ParseFlags(f, args); err != nil {
		return err
	}
	u, err := url.Parse(*base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return usage("--url %q is no address: write it as https://api.example.com/spv", *base)
	case *file == "" || *node == "":
		return usage("--key-file and --node are needed")
	}
	key, err := os.ReadFile(*file)
	if err != nil {
		return err
	}
	if _, err := ParseKey(string(key)); err != nil {
		return fmt.Errorf("%s: %w", *file, err)
	}
	err = c.store.Atomic(ctx, func(ctx context.Context) error {
		if _, err := c.supervisors().add(ctx, Supervisor{NodeID: *node, Ident: *ident, BaseURL: *base, PublicKey: string(key)}); err != nil {
			return err
		}
		return c.record(ctx, "supervisor.add", *node, []string{*base})
	})
	if err != nil {
		return err
	}
	fmt.Printf("supervisor %s may call for the node %s\n", *base, *node)
	return renameNode("", *node)
}

func (c *command) listSupervisors(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return usage("%q is too much", args[0])
	}
	l, err := c.supervisors().all(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNODE\tIDENT\tURL\tSTATE")
	for _, s := range l {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\n", s.ID, s.NodeID, s.Ident, s.BaseURL, s.state())
	}
	return w.Flush()
}

func (s *Supervisor) state() string {
	switch {
	case s.Disabled:
		return "disabled"
	case s.Connected:
		return "connected"
	}
	return "expected"
}

func (c *command) removeSupervisor(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return usage("say which: its id or its node, as ops supervisor list has it")
	}
	l, err := c.supervisors().all(ctx)
	if err != nil {
		return err
	}
	var found *Supervisor
	for i := range l {
		if l[i].NodeID == args[0] || strconv.FormatInt(l[i].ID, 10) == args[0] {
			if found != nil {
				return errors.New("several are meant by " + args[0] + ": say the id, as ops supervisor list has it")
			}
			found = &l[i]
		}
	}
	if found == nil {
		return errors.New("no supervisor " + args[0] + " is there: see ops supervisor list")
	}
	err = c.store.Atomic(ctx, func(ctx context.Context) error {
		if err := c.supervisors().remove(ctx, found.ID); err != nil {
			return err
		}
		return c.record(ctx, grant.ServiceDelete, found.NodeID, []string{found.BaseURL})
	})
	if err != nil {
		return err
	}
	fmt.Printf("supervisor %s calls no more\n", found.BaseURL)
	return renameNode(found.NodeID, "")
}
