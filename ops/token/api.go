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
	// Get lists tokens of the supervisor that calls.
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

// each calls f with the columns that are given.
func (in *Filter) each(f func(column string, value any)) {
	if in.ID != nil {
		f("id", *in.ID)
	}
	if in.TokenID != nil {
		f("token_id", *in.TokenID)
	}
	if in.Subject != nil {
		f("subject", *in.Subject)
	}
	if in.IP != nil {
		f("ip", *in.IP)
	}
	if in.Revoked != nil {
		f("revoked", number(*in.Revoked))
	}
}

// number is a truth as the store has it.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
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
	there, err := 0, error(nil)
	err = t.access.config.Store.Atomic(ctx, func(ctx context.Context) error {
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
