package data

import (
	"context"
	"strings"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// A path leads from a table, along relations, to a column.
type path struct {
	steps  []*relation
	column *column
	lookup string // "exact" where none is named
}

// maxSteps is how many relations a path may follow.
const maxSteps = 4

// path reads "column", "relation__column" and "relation", which is the key that it leads to; with lookups also
// "column__lookup". What it leads through has to be the caller's to query.
func (s *service) path(ctx context.Context, t *table, name string, lookups bool) (*path, error) {
	p := &path{lookup: "exact"}
	for at, rest := t, name; p.column == nil; {
		if p.column = at.byName[rest]; p.column != nil {
			break
		}
		word, tail, more := strings.Cut(rest, "__")
		r, c := at.relations[word], at.byName[word]
		isLookup := lookups && more && lookupOf[tail] != nil
		switch {
		case r != nil && more && r.target.knows(tail):
			at, rest = r.target, tail
		case c != nil && isLookup:
			p.column, p.lookup = c, tail
			continue
		case r != nil && (!more || isLookup):
			p.column = r.target.key()
			if more {
				p.lookup = tail
			}
		case r != nil && more:
			return nil, r.target.unknown(tail)
		case c != nil && lookups:
			return nil, api.BadRequest("lookup", "%.100q is no lookup of %s: take of %s", tail, c.name, lookupNames)
		default:
			return nil, at.unknown(rest)
		}
		if err := s.follow(ctx, p, r); err != nil {
			return nil, err
		}
	}
	return p, p.allowed()
}

// follow adds a step to the path.
func (s *service) follow(ctx context.Context, p *path, r *relation) error {
	if err := s.require(ctx, grant.DataQuery, r.target); err != nil {
		return err
	}
	if len(p.steps) == maxSteps {
		return api.BadRequest("steps", "%s is behind more than %d relations: ask for it from a nearer table", r.Name, maxSteps)
	}
	if !r.target.query().Joinable() {
		return api.BadRequest("relation", "%s cannot be followed: an interceptor of %s has to see its queries", r.Name, r.target.ref)
	}
	p.steps = append(p.steps, r)
	return nil
}

// allowed is nil unless the path leads to a secret of another table.
func (p *path) allowed() error {
	if p.column.secret && len(p.steps) > 0 {
		return api.BadRequest("secret", "%s is a secret: it cannot be reached through %s", p.column.name, p.steps[0].Name)
	}
	return nil
}
