package token

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/utilmeta/utilmeta-go/framework"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

func (c *command) tokens() *Tokens { return newTokens(c.store, c.service, time.Now, slog.Default()) }

// record keeps what the command did.
func (c *command) record(ctx context.Context, action, key string, fields []string) error {
	l := audit.Log{Store: c.store}
	return l.Write(ctx, audit.Entry{Action: action, Outcome: audit.Done, Keys: []string{key}, Fields: fields, Detail: "by the command line"})
}

func (c *command) createToken(ctx context.Context, args []string) error {
	f := flag.NewFlagSet("token create", flag.ContinueOnError)
	var (
		scopes scopeFlag
		ttl    span
		name   = f.String("name", "", "what the token is called")
		secret string
		made   *Token
	)
	f.Var(&scopes, "scope", "what it is for, once or several times")
	f.Var(&ttl, "ttl", "how long it lasts: 30d, at most 90d")
	if err := framework.ParseFlags(f, args); err != nil {
		return err
	}
	err := c.store.Atomic(ctx, func(ctx context.Context) (err error) {
		if secret, made, err = c.tokens().Create(ctx, *name, grant.Scopes(scopes), time.Duration(ttl)); err != nil {
			return err
		}
		return c.record(ctx, "token.create", strconv.FormatInt(made.ID, 10), scopes)
	})
	if err != nil {
		return err
	}
	fmt.Println(secret)
	fmt.Fprintf(os.Stderr, "token %s for %s ends on %s: it is shown this once\n", made.Name, strings.Join(scopes, " "), made.Expires.Format(time.DateTime))
	return nil
}

func (c *command) listTokens(ctx context.Context, args []string) error {
	if len(args) > 0 {
		return usage("%q is too much", args[0])
	}
	l, err := c.tokens().List(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tNAME\tSCOPES\tSTATE\tENDS\tLAST USED\tTIMES")
	for _, t := range l {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%d\n", t.ID, t.Name, strings.Join(t.Scopes, " "), t.state(time.Now()), t.Expires.Format(time.DateTime), or(t.LastUsed), t.UsedTimes)
	}
	return w.Flush()
}

func (t *Token) state(now time.Time) string {
	switch {
	case t.Revoked:
		return "revoked"
	case !now.Before(t.Expires):
		return "expired"
	}
	return "valid"
}

// or is a time, or a dash for never.
func or(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.Format(time.DateTime)
}

func (c *command) revokeToken(ctx context.Context, args []string) error {
	if len(args) != 1 {
		return usage("say which: its id or its name, as ops token list has it")
	}
	return c.store.Atomic(ctx, func(ctx context.Context) error {
		id, found, err := c.tokens().Revoke(ctx, args[0])
		switch {
		case err != nil:
			return err
		case !found:
			return errors.New("no token " + args[0] + " is there to revoke: see ops token list")
		}
		fmt.Printf("token %d is revoked\n", id)
		return c.record(ctx, grant.TokenRevoke, strconv.FormatInt(id, 10), nil)
	})
}
