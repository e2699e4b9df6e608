package token

import (
	"context"
	"time"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// A SessionAPI is what the console needs below /ext to let somebody in and to know who it is. Errors are problem
// documents.
type SessionAPI struct {
	// Exchange swaps the code that meta connect has put into the console's address for a token of local access.
	Exchange api.Post[Code, LocalToken] `route:"/exchange"`
	// Session tells who calls, and what they may do.
	Session api.Get[api.Empty, Session] `route:"/session"`
	// Leave ends a session of local access.
	Leave api.Delete[api.Empty, api.Empty] `route:"/session"`

	access *Access
}

// A Code is good once.
type Code struct {
	Code string `json:"code" maxLength:"100"`
}

// A LocalToken lets in those who have it, on this machine.
type LocalToken struct {
	Token   string       `json:"token"`
	Expires time.Time    `json:"expires"`
	Scopes  grant.Scopes `json:"scopes"`
}

// A Session is who calls.
type Session struct {
	Kind    grant.Kind   `json:"kind"`
	Subject string       `json:"subject"`
	NodeID  string       `json:"node_id"`
	Scopes  grant.Scopes `json:"scopes"` // as they were given
	May     []string     `json:"may"`    // all that they come to, on some table at least
	Expires *time.Time   `json:"expires"`
}

// Session makes the API.
func (a *Access) Session() *SessionAPI {
	t := &SessionAPI{access: a}
	t.Exchange, t.Session, t.Leave = t.exchange, t.session, t.leave
	return t
}

func (t *SessionAPI) exchange(ctx context.Context, in *Code) (*LocalToken, error) {
	c, ok := api.CallFrom(ctx)
	if !ok {
		return nil, api.Forbidden("not_local", "local access is for requests")
	}
	if err := t.access.here(c.Request()); err != nil {
		return nil, err
	}
	token, s, ok := t.access.desk.Exchange(in.Code)
	if !ok {
		return nil, unauthorized("code", "this code is wrong, was used or is older than a minute: get a new one with meta connect")
	}
	t.access.record(ctx, audit.Entry{Action: "local.connect", Outcome: audit.Done, Fields: s.Scopes, Address: addressOf(ctx)})
	return &LocalToken{token, s.Expires, s.Scopes}, nil
}

func (t *SessionAPI) session(ctx context.Context, _ *api.Empty) (*Session, error) {
	g := grant.Of(ctx)
	s := &Session{Kind: g.Kind, Subject: g.Subject, NodeID: g.NodeID, Scopes: g.Scopes, May: g.Scopes.Expanded(g.Disabled)}
	if !g.Expires.IsZero() {
		s.Expires = &g.Expires
	}
	return s, nil
}

func (t *SessionAPI) leave(ctx context.Context, _ *api.Empty) (*api.Empty, error) {
	c, ok := api.CallFrom(ctx)
	if !ok || grant.Of(ctx).Kind != grant.Local {
		return nil, api.Conflict("not_local", "only sessions of meta connect end here: revoke a token with ops token revoke")
	}
	t.access.desk.End(bearerOf(c.Request().Header.Get("Authorization")))
	t.access.record(ctx, audit.Entry{Action: "local.leave", Outcome: audit.Done})
	return nil, nil
}
