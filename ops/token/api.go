package token

import (
	"context"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// An API is /token of the Operations API.
type API struct {
	// Scope tells what the caller may do.
	Scope api.Get[api.Empty, wire.Answer[grant.Scopes]] `route:"/scope"`
	// Get lists tokens of the supervisor that calls, the newest thousand.
	Get api.Get[Filter, wire.Answer[[]AccessToken]]
	// Revoke ends tokens of the supervisor that calls, those too that it has not used yet.
	Revoke api.Post[RevokeInput, wire.Answer[int]] `route:"/revoke"`

	access *Access
}

// A Filter says which tokens are meant; what is not given does not matter.
type Filter struct {
	ID      *int64  `query:"id"`
	TokenID *string `query:"token_id"`
	Subject *string `query:"subject"`
	IP      *string `query:"ip"`
	Revoked *bool   `query:"revoked"`
}

// columns are those that are given.
func (in *Filter) columns(c *columns) {
	given(c, "id", in.ID)
	given(c, "token_id", in.TokenID)
	given(c, "subject", in.Subject)
	given(c, "ip", in.IP)
	if in.Revoked != nil {
		c.add("revoked", number(*in.Revoked))
	}
}

// An AccessToken is a token of a supervisor as the contract has it.
type AccessToken struct {
	ID           int64        `json:"id"`
	IssuerID     int64        `json:"issuer_id"`
	TokenID      string       `json:"token_id"`
	IssuedAt     *string      `json:"issued_at"`
	Subject      *string      `json:"subject"`
	ExpiryTime   *string      `json:"expiry_time"`
	LastActivity *string      `json:"last_activity"`
	UsedTimes    int64        `json:"used_times"`
	IP           *string      `json:"ip"`
	Scope        grant.Scopes `json:"scope"`
	Revoked      bool         `json:"revoked"`
}

// A RevokeInput is a list of ids of tokens.
type RevokeInput struct {
	IDs []string `body:"json" maxItems:"1000" items.minLength:"1" items.maxLength:"255"`
}

// API makes the API of tokens.
func (a *Access) API() *API {
	t := &API{access: a}
	t.Scope, t.Get, t.Revoke = t.scope, t.get, t.revoke
	return t
}

func (t *API) scope(ctx context.Context, _ *api.Empty) (*wire.Answer[grant.Scopes], error) {
	return wire.OK(grant.Of(ctx).Scopes), nil
}

func (t *API) get(ctx context.Context, in *Filter) (*wire.Answer[[]AccessToken], error) {
	supervisor, err := supervisorOf(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := t.access.issued.rows(ctx, supervisor, in)
	return wire.OK(rows), err
}

func (t *API) revoke(ctx context.Context, in *RevokeInput) (*wire.Answer[int], error) {
	supervisor, err := supervisorOf(ctx)
	if err != nil {
		return nil, err
	}
	var there int
	err = t.access.config.Store.Atomic(ctx, func(ctx context.Context) (err error) {
		if there, err = t.access.issued.revoke(ctx, supervisor, in.IDs, t.access.config.Now()); err != nil {
			return err
		}
		return t.access.audit.Write(ctx, audit.Entry{Action: grant.TokenRevoke, Outcome: audit.Done, Keys: in.IDs, Count: int64(len(in.IDs))})
	})
	return wire.OK(there), err
}

// supervisorOf is the row of the supervisor that calls.
func supervisorOf(ctx context.Context) (int64, error) {
	if g := grant.Of(ctx); g != nil && g.Supervisor != 0 {
		return g.Supervisor, nil
	}
	return 0, api.NotFound(wire.SupervisorNotFound, "supervisor not found: no supervisor makes this call")
}
