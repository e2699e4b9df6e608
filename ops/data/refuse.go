package data

import (
	"context"
	"errors"
	"strings"

	"entgo.io/ent/privacy"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/framework/schema"
)

// refused makes of an error what the caller is told: which column is wrong, and nothing in the words of a driver.
func (s *service) refused(ctx context.Context, t *table, err error) error {
	var told *api.Problem
	var broken *orm.ConstraintError
	var invalid *orm.ValidationError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &told):
		return told
	case errors.As(err, &broken):
		return t.invalid(broken.Model, broken.Fields, broken.Faults).Cause(err)
	case errors.As(err, &invalid):
		return t.invalid(invalid.Model, invalid.Fields, invalid.Faults).Cause(err)
	case errors.Is(err, privacy.Deny):
		return api.Forbidden("policy", "the policy of %s denies it", t.ref).Cause(err)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return api.Unavailable("timeout", "this took longer than %s: ask for less", s.Timeout).Cause(err)
	case isOfValue(err):
		return api.BadRequest("value", "a value does not fit: the database cannot read it").Cause(err)
	}
	return err
}

// invalid says what is wrong with which columns.
func (t *table) invalid(model string, fields []string, faults []schema.Fault) *api.Problem {
	text := make([]string, len(faults))
	for i, f := range faults {
		text[i] = f.Detail
		if i < len(fields) && (model == "" || model == t.Name) {
			text[i] = t.columnOf(fields[i]) + " " + f.Detail
		}
	}
	return api.BadRequest("invalid", "%s", strings.Join(text, "; "))
}

// columnOf names the column of a field or edge.
func (t *table) columnOf(name string) string {
	if c := t.byName[name]; c != nil {
		return c.name
	}
	return name
}

// isOfValue tells the errors of PostgreSQL about values, such as a regular expression that is none: SQLSTATE 22.
func isOfValue(err error) bool {
	var state interface{ SQLState() string }
	return errors.As(err, &state) && strings.HasPrefix(state.SQLState(), "22")
}
