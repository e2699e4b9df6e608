package data

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/auth/password"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/audit"
	"github.com/utilmeta/utilmeta-go/ops/internal/mask"
)

// maxRows is how many a call writes at the most.
const maxRows = 100

// A row is one to be written.
type row struct {
	key     any // nil for none
	changes []orm.Change
	columns []string // that are changed
}

// target is the table that a call writes to, if the caller may.
func (s *service) target(ctx context.Context, t Target, scope string, rows int) (*table, error) {
	found, err := s.find(ctx, t, scope)
	switch {
	case err != nil:
		return nil, err
	case s.ReadOnly:
		return nil, api.Forbidden("read_only", "data is read only here: the configuration of the operations has to allow writing")
	case rows > maxRows:
		return nil, api.BadRequest("data", "data has %d rows: %d are the most", rows, maxRows)
	case found.Create == nil:
		return nil, api.BadRequest("model", "%s is a view: it cannot be written", found.ref)
	}
	return found, nil
}

// row reads what a caller sends. Asterisks in the place of a secret stand for the one that is there.
func (t *table) row(sent object, isNew bool) (r row, err error) {
	taken := map[*column]bool{}
	for _, name := range slices.Sorted(maps.Keys(sent)) {
		c := t.byName[name]
		if c == nil && name == "id" {
			c = t.key()
		}
		switch {
		case c == nil:
			return r, t.unknown(name)
		case taken[c]:
			return r, api.BadRequest("twice", "%s is given twice, also as %.100s", c.name, name)
		case c.readonly && (isNew || !c.key):
			return r, api.BadRequest("readonly", "%s cannot be written: it makes itself", c.name)
		case c.isMask(sent[name]) && isNew:
			return r, api.BadRequest("mask", "%s is a mask: give the secret itself", c.name)
		case c.isMask(sent[name]):
			continue
		}
		taken[c] = true
		if err := r.add(c, sent[name]); err != nil {
			return r, api.BadRequest("value", "%s %s", c.name, err.Error())
		}
	}
	return r, nil
}

func (r *row) add(c *column, text json.RawMessage) error {
	var v any
	if !isNullJSON(text) {
		var err error
		if v, err = c.value(text); err != nil {
			return err
		}
	}
	switch {
	case c.key:
		r.key = v
		return nil
	case c.edge != nil && c.field.Edge == "":
		r.changes = append(r.changes, orm.Change{Edge: c.edge, Value: v})
	default:
		r.changes = append(r.changes, orm.Change{Field: c.field, Value: v})
	}
	r.columns = append(r.columns, c.name)
	return nil
}

// isMask tells the mask of a secret.
func (c *column) isMask(text json.RawMessage) bool {
	var s string
	return c.secret && json.Unmarshal(text, &s) == nil && mask.IsMask(s)
}

// rows reads all that a caller sends.
func (t *table) rows(sent objects, isNew bool) ([]row, error) {
	l := make([]row, len(sent))
	for i, one := range sent {
		var err error
		if l[i], err = t.row(one, isNew); err != nil {
			return nil, err
		}
	}
	return l, nil
}

// hash hashes passwords before the transaction begins, which on SQLite keeps everybody else from writing.
func hash(ctx context.Context, rows []row) error {
	for _, r := range rows {
		for i, c := range r.changes {
			h, ok := c.Value.(password.Hash)
			if !ok {
				continue
			}
			hashed, err := h.Hashed(ctx)
			if err != nil {
				return err
			}
			r.changes[i].Value = hashed
		}
	}
	return nil
}

// columns are those that some row changes.
func columns(rows []row) (l []string) {
	for _, r := range rows {
		l = append(l, r.columns...)
	}
	slices.Sort(l)
	return slices.Compact(l)
}

// write runs fn in a transaction, between two entries of the audit: one that says that it begins, without which nothing
// is done, and one that says how it went. They are written outside of the transaction, which may be undone. Fn adds
// what it finds out to the entry.
func (s *service) write(ctx context.Context, t *table, e audit.Entry, fn func(ctx context.Context, e *audit.Entry) error) error {
	e.Model, e.Outcome = t.ident, audit.Begun
	if err := s.Audit.Write(ctx, e); err != nil {
		return api.Unavailable("audit", "the audit cannot be written, so nothing was done: try again").Cause(err)
	}
	begun := e
	limited, cancel := context.WithTimeout(ctx, s.Timeout)
	defer cancel()
	err := orm.Atomic(limited, t.db, func(ctx context.Context) error { return fn(ctx, &e) })
	e.Outcome = audit.Done
	if err != nil {
		e = begun
		e.Outcome = audit.Failed
	}
	s.trace(ctx, e)
	return s.refused(limited, t, err)
}
