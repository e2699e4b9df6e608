package tables

import (
	"context"
	"strings"

	"entgo.io/ent/dialect/sql"

	"github.com/utilmeta/utilmeta-go/framework/api"
	"github.com/utilmeta/utilmeta-go/framework/orm"
	"github.com/utilmeta/utilmeta-go/ops/internal/grant"
)

// A path leads from a table, along relations, to a column.
type path struct {
	steps  []*relation
	column *column
	lookup string // "" for equality, and where none may be
}

// maxSteps is how many relations a path may follow.
const maxSteps = 4

// path reads "column", "relation__column" and, where lookups may stand, "column__lookup". What it leads through has to be
// the caller's to query.
func (s *service) path(ctx context.Context, t *table, name string, lookups bool) (*path, error) {
	p := &path{}
	words := strings.Split(name, "__")
	at := t
	for i, word := range words {
		last := i == len(words)-1
		r := at.relations[word]
		if r != nil && !r.target.hidden && !last && (words[i+1] == "pk" || r.target.column(words[i+1]) != nil || r.target.relations[words[i+1]] != nil) {
			if err := s.require(ctx, grant.DataQuery, r.target); err != nil {
				return nil, err
			}
			if p.steps = append(p.steps, r); len(p.steps) > maxSteps {
				return nil, api.BadRequest("field", "%.60q follows more than %d relations", name, maxSteps)
			}
			at = r.target
			continue
		}
		if p.column = at.column(word); p.column == nil {
			return nil, at.unknown(word)
		}
		switch {
		case last:
		case lookups && i == len(words)-2 && known[words[i+1]]:
			p.lookup = words[i+1]
		case lookups:
			return nil, api.BadRequest("lookup", "%.60q is no lookup of the field %s: take of exact, iexact, contains, icontains, startswith, endswith, gt, gte, lt, lte, in, isnull, range, regex, date, year, month, day, hour, minute, second, week_day", strings.Join(words[i+1:], "__"), word)
		default:
			return nil, at.unknown(name)
		}
		break
	}
	if p.column == nil {
		return nil, at.unknown(words[len(words)-1])
	}
	return p, nil
}

// usable is nil unless the column is a secret, which nobody may find out by asking: isnull alone gives nothing away.
func (p *path) usable(what string) error {
	if p.column.secret && p.lookup != "isnull" {
		return api.BadRequest("secret", "%s is a secret: it cannot be %s", p.column.name, what)
	}
	return nil
}

// query is what statements of one call have in common.
type query struct {
	ctx     context.Context
	dialect string
	tables  int // that have a name of their own
}

// join begins a subquery over the target of a relation, whose rows belong to those of outer.
func (q *query) join(db orm.DB, outer *sql.SelectTable, from *table, r *relation) (*sql.Selector, *sql.SelectTable, error) {
	b := sql.Dialect(q.dialect)
	name := func() string {
		q.tables++
		return "j" + string(rune('a'+q.tables%26)) + strings.Repeat("_", q.tables/26)
	}
	inner := b.Table(r.target.Table).As(name())
	s := b.Select().From(inner)
	switch r.Stored {
	case orm.Here:
		s.Where(sql.ColumnsEQ(inner.C(r.target.Key.Column), outer.C(r.Column)))
	case orm.There:
		s.Where(sql.ColumnsEQ(inner.C(r.Column), outer.C(from.Key.Column)))
	default:
		between := b.Table(r.Table).As(name())
		s.Join(between).On(between.C(r.Other), inner.C(r.target.Key.Column))
		s.Where(sql.ColumnsEQ(between.C(r.Column), outer.C(from.Key.Column)))
	}
	hidden, err := r.target.Query(db.ORM().Client).Filter(q.ctx, inner)
	if err != nil {
		return nil, nil, err
	}
	if hidden != nil {
		s.Where(hidden)
	}
	return s, inner, nil
}

// exists is the condition that the path leads somewhere where the predicate holds.
func (q *query) exists(db orm.DB, outer *sql.SelectTable, from *table, p *path, holds func(*sql.SelectTable) *sql.Predicate) (*sql.Predicate, error) {
	if len(p.steps) == 0 {
		return holds(outer), nil
	}
	s, inner, err := q.join(db, outer, from, p.steps[0])
	if err != nil {
		return nil, err
	}
	rest := &path{steps: p.steps[1:], column: p.column, lookup: p.lookup}
	deeper, err := q.exists(db, inner, p.steps[0].target, rest, holds)
	if err != nil {
		return nil, err
	}
	s.Where(deeper)
	s.Select(inner.C(p.steps[0].target.Key.Column))
	return sql.Exists(s), nil
}

// value is an expression for what the path leads to: of several rows that of the first.
func (q *query) value(db orm.DB, outer *sql.SelectTable, from *table, p *path) (sql.Querier, error) {
	if len(p.steps) == 0 {
		return sql.ExprFunc(func(b *sql.Builder) { b.Ident(outer.C(p.column.name)) }), nil
	}
	s, inner, err := q.join(db, outer, from, p.steps[0])
	if err != nil {
		return nil, err
	}
	target := p.steps[0].target
	deeper, err := q.value(db, inner, target, &path{steps: p.steps[1:], column: p.column})
	if err != nil {
		return nil, err
	}
	s.SelectExpr(deeper).OrderBy(inner.C(target.Key.Column)).Limit(1)
	return sql.ExprFunc(func(b *sql.Builder) { b.Wrap(func(b *sql.Builder) { b.Join(s) }) }), nil
}
