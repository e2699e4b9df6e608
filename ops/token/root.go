package token

import (
	"context"
	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/wire"
)

// SpecVersion is the version of the contract that the Operations API keeps.
const SpecVersion = "0.4.0"

// A RootAPI is the root of the Operations API: what a service is, and the supervisor that operates it.
type RootAPI struct {
	// Get tells what the service is, and what a caller has to bring.
	Get api.Get[api.Empty, wire.Answer[Info]] `route:"/"`
	// Post completes the row of a supervisor that makes itself known by the key that it was given.
	Post api.Post[Registration, wire.Answer[NodeInfo]] `route:"/"`
	// Patch changes what the supervisor that calls says of itself.
	Patch api.Patch[Settings, wire.Answer[NodeInfo]] `route:"/"`
	// Delete removes the supervisor that calls.
	Delete api.Delete[api.Empty, wire.Answer[int]] `route:"/"`

	access *Access
}

// Info is what a service tells everybody.
type Info struct {
	Spec      string   `json:"utilmeta"` // version of the contract
	Service   string   `json:"service"`
	Timestamp int64    `json:"timestamp"` // milliseconds since 1970
	Requires  []string `json:"requires"`
}

// NodeInfo is Info with the node that a supervisor knows the service as.
type NodeInfo struct {
	NodeID string `json:"node_id"`
	Info
}

// A Registration is what a supervisor says to make itself known.
type Registration struct {
	NodeID     string           `json:"node_id" minLength:"1" maxLength:"255"`
	OpsAPI     string           `json:"ops_api" minLength:"1" maxLength:"1000"`
	Ident      string           `json:"ident" minLength:"1" maxLength:"255"`
	URL        api.Null[string] `json:"url" maxLength:"1000"`
	PublicKey  api.Null[string] `json:"public_key" maxLength:"20000"`
	BaseURL    api.Null[string] `json:"base_url" maxLength:"1000"`
	BackupURLs []string         `json:"backup_urls" api:"optional" maxItems:"20"`
	InitKey    api.Null[string] `json:"init_key" maxLength:"20000"`
	Local      bool             `json:"local" default:"false"`
}

// Root makes the API.
func (a *Access) Root() *RootAPI {
	t := &RootAPI{access: a}
	t.Get, t.Post, t.Patch, t.Delete = t.get, t.post, t.patch, t.delete
	return t
}

func (t *RootAPI) info(ctx context.Context) Info {
	a, requires := t.access, []string{"authorization"}
	if c, ok := api.CallFrom(ctx); ok {
		requires = a.requires(c.Request())
	}
	return Info{SpecVersion, a.config.Service, a.config.Now().UnixMilli(), requires}
}

func (t *RootAPI) get(ctx context.Context, _ *api.Empty) (*wire.Answer[Info], error) {
	return wire.OK(t.info(ctx)), nil
}

func (t *RootAPI) node(ctx context.Context, node string) *wire.Answer[NodeInfo] {
	return wire.OK(NodeInfo{node, t.info(ctx)})
}

func (t *RootAPI) post(ctx context.Context, in *Registration) (*wire.Answer[NodeInfo], error) {
	a := t.access
	if in.InitKey.Value == "" {
		return nil, api.BadRequest("init_key", "init_key is missing: it says which supervisor is meant")
	}
	if err := a.ready(); err != nil {
		return nil, err
	}
	s, err := a.supervisors.begun(ctx, in.InitKey.Value)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return nil, t.refused(ctx, api.NotFound("not_found", "supervisor not found or disabled"))
	case s.NodeID != "":
		return t.node(ctx, s.NodeID), nil
	}
	if err := t.acceptable(ctx, s, in); err != nil {
		return nil, t.refused(ctx, err)
	}
	err = a.config.Store.Atomic(ctx, func(ctx context.Context) error {
		if err := a.supervisors.complete(ctx, s.ID, in); err != nil {
			return err
		}
		return a.audit.Write(ctx, audit.Entry{Action: "supervisor.register", Outcome: audit.Done, Keys: []string{in.NodeID}, Detail: s.BaseURL, Address: addressOf(ctx)})
	})
	return t.node(ctx, in.NodeID), err
}

// acceptable holds what a supervisor says of itself against the row that was made for it.
func (t *RootAPI) acceptable(ctx context.Context, s *Supervisor, in *Registration) error {
	if in.BaseURL.Value != s.BaseURL {
		return api.Conflict("conflict", "base_url is not that of the supervisor that is expected")
	}
	if key, ok := in.PublicKey.Get(); ok {
		if _, err := ParseKey(key); err != nil {
			return api.BadRequest("public_key", "public_%s", err.Error())
		}
	}
	other, err := t.access.supervisors.named(ctx, s.BaseURL, in.NodeID, s.ID)
	if err == nil && other != nil {
		return api.Conflict("conflict", "this supervisor knows that node already")
	}
	return err
}

// refused keeps a registration that failed in the audit.
func (t *RootAPI) refused(ctx context.Context, err error) error {
	t.access.refusals.add(context.WithoutCancel(ctx), audit.Entry{
		Action: "supervisor.register", Outcome: audit.Refused, Address: addressOf(ctx), Path: http.MethodPost, Detail: short(reason(err)),
	})
	return err
}

func (t *RootAPI) delete(ctx context.Context, _ *api.Empty) (*wire.Answer[int], error) {
	a := t.access
	id, err := supervisorOf(ctx)
	if err != nil {
		return nil, err
	}
	s, err := a.supervisors.one(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case s == nil:
		return nil, api.NotFound(wire.SupervisorNotFound, "supervisor not found")
	case !s.Marked:
		return nil, api.BadRequest(wire.DeleteFailed, "supervisor not marked as deleted")
	}
	if err := a.drop(ctx, s); err != nil {
		return nil, err
	}
	return wire.OK(1), nil
}
