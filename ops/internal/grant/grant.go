package grant

import (
	"context"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// Kind is the way in which a caller was let in.
type Kind string

const (
	Local      Kind = "local"      // by the one-time code of this machine
	Token      Kind = "token"      // by a token of this service
	Supervisor Kind = "supervisor" // by a supervisor's
	Private    Kind = "private"    // from the private network, by the connection key
)

// A Grant is what one call may do, and who makes it.
type Grant struct {
	api.Link
	Kind       Kind
	Subject    string    // who, for people: the name of a token, the subject of a supervisor's
	TokenID    int64     // of the token's row, 0 for none
	AccessID   int64     // of the row of a supervisor's token, 0 for none
	Supervisor int64     // of the supervisor's row, 0 for none
	NodeID     string    // under which that supervisor knows this service
	Address    string    // of the caller
	Expires    time.Time // of what let the caller in, zero for never
	Scopes     Scopes
	Disabled   Scopes // that nobody has, whatever Scopes says
}

// Of is the grant of the call that ctx belongs to, nil for one that is public.
func Of(ctx context.Context) *Grant {
	g, _ := api.Attached[*Grant](ctx)
	return g
}

// Allows tells whether the call may do what the scope names, on the table resource or, if that is "", on some table.
func (g *Grant) Allows(scope, resource string) bool {
	return g != nil && !g.Disabled.covers(scope, resource) && g.Scopes.Allows(scope, resource)
}

// Require is nil if the call may do what the scope names, and the error that answers it otherwise.
func Require(ctx context.Context, scope, resource string) error {
	switch g := Of(ctx); {
	case g == nil:
		return api.Unauthorized("unauthorized", "say who you are: a token is needed")
	case !g.Allows(scope, resource):
		return api.Forbidden("insufficient_scope", "insufficient scope: %s is needed", scope)
	}
	return nil
}
