package data

import (
	"context"
	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// require is nil if the caller may do with the table what the scope names. A refusal leaves a trace in the audit.
func (s *service) require(ctx context.Context, scope string, t *table) error {
	err := grant.Require(ctx, scope, t.ident)
	if api.StatusOf(err) == http.StatusForbidden {
		s.trace(ctx, audit.Entry{Action: scope, Outcome: audit.Refused, Model: t.ident})
	}
	return err
}

// trace adds an entry to the audit for what has happened already.
func (s *service) trace(ctx context.Context, e audit.Entry) {
	if err := s.Audit.Write(context.WithoutCancel(ctx), e); err != nil {
		s.Logger.ErrorContext(ctx, "operations: an entry of the audit is lost", "action", e.Action, "outcome", e.Outcome, "model", e.Model, "error", err)
	}
}
