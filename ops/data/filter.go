package data

import (
	"context"
	"encoding/json"
	"maps"
	"slices"

	"github.com/utilmeta/utilmeta-go/framework/api"
)

// A filter is what a row has to be like.
type filter struct {
	tests   []test
	related []*related
}

// A test is a condition of a column.
type test struct {
	column *column
	holds  condition
}

// related is what one of the rows that a relation leads to has to be like, or none of them may be.
type related struct {
	*relation
	filter filter
	none   bool
}

// maxConditions is how many a query has at the most.
const maxConditions = 50

// filter reads the conditions of a query. One row has to meet all those that are on the same relation.
func (s *service) filter(ctx context.Context, t *table, conditions object) (f filter, err error) {
	if len(conditions) > maxConditions {
		return f, api.BadRequest("query", "query takes %d conditions at the most", maxConditions)
	}
	for _, name := range slices.Sorted(maps.Keys(conditions)) {
		p, err := s.path(ctx, t, name, true)
		if err != nil {
			return f, err
		}
		if p.column.secret && p.lookup != "isnull" {
			return f, api.BadRequest("secret", "%s is a secret: rows are found by %s__isnull alone", p.column.name, p.column.name)
		}
		if err := f.add(p, conditions[name], t.dialect()); err != nil {
			return f, api.BadRequest("value", "%.100s: %s %s", name, p.column.name, err.Error())
		}
	}
	return f, nil
}

// add is one condition more.
func (f *filter) add(p *path, value json.RawMessage, dialect string) error {
	lookup := p.lookup
	if lookup == "exact" && isNullJSON(value) {
		lookup, value = "isnull", json.RawMessage("true")
	}
	none := false
	if lookup == "isnull" && len(p.steps) > 0 { // there is nothing, be it for want of a row
		var err error
		if none, err = truthOf(value); err != nil {
			return err
		}
		value = json.RawMessage("false")
	}
	holds, err := lookupOf[lookup](p.column, value, dialect)
	if err != nil {
		return err
	}
	for i, step := range p.steps {
		f = f.at(step, none && i == 0)
	}
	f.tests = append(f.tests, test{p.column, holds})
	return nil
}

// at is the filter of a relation.
func (f *filter) at(r *relation, none bool) *filter {
	for _, known := range f.related {
		if known.relation == r && !known.none && !none {
			return &known.filter
		}
	}
	added := &related{relation: r, none: none}
	f.related = append(f.related, added)
	return &added.filter
}
