package tables

import (
	"context"
	"errors"
	"net/http"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// require is nil if the caller may use the table as the scope says. A refusal leaves a trace.
func (s *service) require(ctx context.Context, scope string, t *table) error {
	err := grant.Require(ctx, scope, t.ident)
	if err != nil {
		s.note(ctx, audit.Entry{Action: scope, Outcome: audit.Refused, Model: t.ident, Detail: "the scope is not enough for this table"})
	}
	return err
}

// writable is nil where tables may be written.
func (s *service) writable(ctx context.Context, scope string, t *table) error {
	if !s.ReadOnly {
		return nil
	}
	s.note(ctx, audit.Entry{Action: scope, Outcome: audit.Refused, Model: t.ident, Detail: "tables are read only"})
	return api.Forbidden("read_only", "tables are read only in production: set Writable of the operations")
}

// note adds to the audit what is true without it.
func (s *service) note(ctx context.Context, e audit.Entry) {
	if err := s.Audit.Write(context.WithoutCancel(ctx), e); err != nil {
		s.Logger.WarnContext(ctx, "operations: the audit has a gap", "action", e.Action, "error", err)
	}
}

// audited does what leaves a trace: without the first entry nothing is done.
func (s *service) audited(ctx context.Context, e audit.Entry, do func(ctx context.Context, e *audit.Entry) error) error {
	e.Outcome = audit.Begun
	if err := s.Audit.Write(ctx, e); err != nil {
		return api.Unavailable("audit", "nothing is written without a trace, and the database of operations is away").Cause(err)
	}
	err := do(ctx, &e)
	if e.Outcome = audit.Done; err != nil {
		e.Outcome = audit.Failed
		e.Count = 0
	}
	s.note(ctx, e)
	return s.failed(ctx, err)
}

// failed makes of the errors of writing and reading those of the contract: what is wrong with values is 400.
func (s *service) failed(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		return api.BadRequest("timeout", "this took more than %s: ask for less", s.Timeout)
	}
	p := api.ProblemOf(err)
	switch {
	case p.Status == http.StatusConflict && p.Code != conflictCode:
		p.Status, p.Code = http.StatusUnprocessableEntity, "unique"
		return p
	case isPattern(err):
		return api.BadRequest("value", "the regular expression is none")
	}
	return err
}

// conflictCode is that of values which are no longer what the caller expected.
const conflictCode = "changed"

// isPattern tells PostgreSQL's error about a regular expression.
func isPattern(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && state.SQLState() == "2201B"
}
