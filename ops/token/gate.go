package token

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/connect"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/guard"
)

// What a Gate's table says of an endpoint besides a scope.
const (
	Public = ""     // nobody is asked who they are
	Any    = "*any" // everybody who is let in at all
)

// A Gate is the plugin that lets callers in. It stands at the root of the Operations API.
type Gate struct {
	access *Access
	scopes map[string]string
}

// Gate makes the plugin. Scopes has the scope, Public or Any, of every endpoint by its ID; one that is not there keeps
// the service from starting.
func (a *Access) Gate(scopes map[string]string) *Gate { return &Gate{a, scopes} }

// CheckEndpoint reports an endpoint for which nothing is said.
func (g *Gate) CheckEndpoint(ep *api.Endpoint) error {
	scope, ok := g.scopes[ep.ID]
	switch {
	case !ok:
		return fmt.Errorf("nothing says who may call %s: add the scope of %q", ep.Name, ep.ID)
	case scope != Public && scope != Any && !slices.Contains(grant.All, scope):
		return fmt.Errorf("the scope %q of %q is none: take of %s", scope, ep.ID, strings.Join(grant.All, ", "))
	}
	return nil
}

// Wrap asks who calls, before anything of the request is read.
func (g *Gate) Wrap(ep *api.Endpoint, next api.Handler) api.Handler {
	scope, known := g.scopes[ep.ID]
	action := scope
	if scope == Public || scope == Any {
		action = ep.ID
	}
	return func(c *api.Call) error {
		err := g.admit(c, scope, known)
		if err == nil {
			err = next(c)
			g.note(c, action, err, http.StatusUnauthorized, http.StatusForbidden)
		} else {
			g.note(c, action, err, http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict)
		}
		switch api.StatusOf(err) {
		case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
			guard.Strip(c.Header())
		}
		return err
	}
}

// admit attaches what the caller may do, or returns why there is nothing.
func (g *Gate) admit(c *api.Call, scope string, known bool) error {
	r := c.Request()
	if name := guard.QueryCredential(r, isToken); name != "" {
		return api.BadRequest("credential_in_query", "query parameter %s holds a secret, which histories and logs would keep: send it in a header, and make a new one", name)
	}
	if known && scope == Public {
		return nil
	}
	caller, err := g.access.Grant(r)
	if err != nil {
		return err
	}
	c.Attach(caller)
	switch {
	case known && (scope == Any || caller.Allows(scope, "")):
		return nil
	case !caller.Scopes.Allows(scope, ""):
		return api.Forbidden("insufficient_scope", "insufficient scope: %s is needed", scope)
	}
	return api.Forbidden("disabled_scope", "%s is switched off here", scope)
}

// isToken tells a value that can only be a token of this service.
func isToken(value string) bool {
	_, random, ok := strings.Cut(value, Prefix)
	return ok && (connect.Is(value) || len(random) == 52 && strings.ToUpper(random) == random)
}

// note keeps a refusal in the audit, if err is one of these statuses.
func (g *Gate) note(c *api.Call, action string, err error, statuses ...int) {
	if err == nil || !slices.Contains(statuses, api.StatusOf(err)) {
		return
	}
	r := c.Request()
	g.access.refusals.add(context.WithoutCancel(c.Context()), audit.Entry{
		Action: action, Outcome: audit.Refused, Address: guard.Address(r), Path: short(r.Method + " " + r.URL.Path), Detail: short(reason(err)),
	})
}

func reason(err error) string {
	if p := api.ProblemOf(err); p.Status < 500 {
		return p.Code + ": " + p.Detail
	}
	return http.StatusText(api.StatusOf(err))
}

// short is as much of a text as the audit keeps.
func short(s string) string {
	const most = 300
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
